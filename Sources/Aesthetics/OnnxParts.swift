/// Goes through an ONNX file's protocol buffers without taking anything out of them, to see whether they hold the whole
/// model. Weights may lie in other files that are named in it; the runtime would read these from wherever the command
/// was started, and the model's digest would not speak for them.
enum OnnxParts {
    enum Finding: Sendable, Equatable {
        case whole
        /// Refers to other files.
        case external
        /// Is no such file, or a damaged one.
        case unreadable
    }

    static func look(at bytes: Span<UInt8>) -> Finding { look(at: bytes, 0..<bytes.count, as: .model, depth: 0) }

    /// Messages of onnx.proto that a tensor may lie in.
    private enum Part {
        case model, training, function, graph, node, attribute, sparseTensor, tensor

        /// What a field is, where it leads to tensors; numbers as in onnx.proto.
        func inner(_ field: Int) -> Part? {
            switch (self, field) {
            case (.model, 7), (.training, 1), (.training, 2), (.attribute, 6), (.attribute, 11): .graph
            case (.model, 20): .training
            case (.model, 25): .function
            case (.graph, 1), (.function, 7): .node
            case (.node, 5), (.function, 11): .attribute
            case (.graph, 15), (.attribute, 22), (.attribute, 23): .sparseTensor
            case (.graph, 5), (.attribute, 5), (.attribute, 10), (.sparseTensor, 1), (.sparseTensor, 2): .tensor
            default: nil
            }
        }

        /// A tensor's list of where its values lie, and the mark that they lie elsewhere.
        func isElsewhere(_ field: Int) -> Bool { self == .tensor && (field == 13 || field == 14) }
    }

    /// Graphs in graphs; the runtime's own reader goes no deeper.
    private static let depthMax = 100

    private static func look(at bytes: Span<UInt8>, _ range: Range<Int>, as part: Part, depth: Int) -> Finding {
        guard depth <= depthMax else { return .unreadable }
        var at = range.lowerBound
        while at < range.upperBound {
            guard let tag = number(bytes, &at, range.upperBound) else { return .unreadable }
            let field = Int(tag >> 3)
            var inside: Range<Int>?
            var value: UInt64 = 1
            switch tag & 7 {
            case 0:
                guard let read = number(bytes, &at, range.upperBound) else { return .unreadable }
                value = read
            case 1: at += 8
            case 2:
                guard let length = number(bytes, &at, range.upperBound), length <= UInt64(range.upperBound - at) else {
                    return .unreadable
                }
                inside = at..<at + Int(length)
                at += Int(length)
            case 5: at += 4
            default: return .unreadable
            }
            guard at <= range.upperBound, field > 0 else { return .unreadable }
            // A mark of 0 says that the values lie here.
            if part.isElsewhere(field), value != 0 { return .external }
            if let inside, let inner = part.inner(field) {
                let finding = look(at: bytes, inside, as: inner, depth: depth + 1)
                guard finding == .whole else { return finding }
            }
        }
        return .whole
    }

    /// Seven bits a byte, the lowest first, ten bytes at most.
    private static func number(_ bytes: Span<UInt8>, _ at: inout Int, _ end: Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard at < end else { return nil }
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
        }
        return nil
    }
}
