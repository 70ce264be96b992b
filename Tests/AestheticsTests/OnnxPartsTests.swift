import TestSupport
import Testing

@testable import Aesthetics

/// Bytes are protocol buffers: a field's number times 8, plus 2 for a message, whose length follows, or 0 for a number.
@Suite("Whether an ONNX file is the whole model")
struct OnnxPartsTests {
    private func look(_ bytes: [UInt8]) -> OnnxParts.Finding { OnnxParts.look(at: bytes.span) }

    /// A message of at most 127 bytes under a field's number.
    private func message(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] { [field << 3 | 2, UInt8(bytes.count)] + bytes }

    /// Field 14 of a tensor, 1: its values lie elsewhere.
    private let elsewhere: [UInt8] = [14 << 3, 1]

    @Test("Weights elsewhere are found in a graph, in a step's setting, in a graph inside a step, and in a function")
    func external() {
        let inGraph = message(5, elsewhere)
        #expect(look(message(7, inGraph)) == .external)
        let inStep = message(5, message(5, elsewhere))
        #expect(look(message(7, message(1, inStep))) == .external)
        #expect(look(message(7, message(1, message(5, message(6, inGraph))))) == .external)
        #expect(look(message(7, message(15, message(1, elsewhere)))) == .external)
        // Field 25 is above what one byte holds with its kind: 25 * 8 + 2 = 202.
        let function = message(7, inStep)
        #expect(look([202, 1, UInt8(function.count)] + function) == .external)
        // A list of places alone, as files of before the mark have.
        #expect(look(message(7, message(5, message(13, [10, 0])))) == .external)
    }

    @Test("Values that lie in the file, and the same bytes where no tensor is")
    func whole() {
        #expect(look([]) == .whole)
        #expect(look([UInt8](TinyModel.table.data)) == .whole)
        #expect(look(message(7, message(5, [14 << 3, 0]))) == .whole)
        // The graph's name.
        #expect(look(message(7, message(2, elsewhere))) == .whole)
    }

    @Test("What breaks off, names no field, or is of a kind that the format does not use")
    func unreadable() {
        #expect(look([7 << 3 | 2, 5, 0]) == .unreadable)
        #expect(look([1 << 3]) == .unreadable)
        #expect(look([1 << 3 | 1, 0, 0, 0]) == .unreadable)
        #expect(look([0, 1]) == .unreadable)
        #expect(look([7 << 3 | 3, 7 << 3 | 4]) == .unreadable)
        #expect(look([1 << 3] + [UInt8](repeating: 255, count: 11)) == .unreadable)
        // A length of 2^63 − 1.
        #expect(look([7 << 3 | 2] + [UInt8](repeating: 255, count: 8) + [127]) == .unreadable)
    }

    @Test("Graphs in graphs end at a depth, not with the stack")
    func deep() {
        #expect(look(nested(10)) == .whole)
        #expect(look(nested(100)) == .unreadable)
    }

    /// A graph with a step with a setting with a graph, so many times.
    private func nested(_ times: Int) -> [UInt8] {
        var setting: [UInt8] = []
        for _ in 0..<times {
            for field in [5, 1, 6] as [UInt8] { setting = lengthy(field, setting) }
        }
        return lengthy(7, lengthy(1, lengthy(5, setting)))
    }

    /// As `message`, of any length.
    private func lengthy(_ field: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        var rest = bytes.count
        while rest > 127 {
            length.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        return [field << 3 | 2] + length + [UInt8(rest)] + bytes
    }
}
