package import Foundation

/// An ONNX model of a few steps, written out as the format's protocol buffers (onnx.proto), so that what it makes of a
/// picture can be reckoned by hand. Numbers in `Bytes.field` are the fields' of that file.
package struct TinyModel {
    package struct Step {
        package var kind: String
        package var from: [String]
        package var to: String
        /// Whole numbers by name.
        package var settings: [(name: String, value: Int)]
        /// Lists of whole numbers by name.
        package var lists: [(name: String, values: [Int])]

        package init(
            _ kind: String, _ from: [String], to: String, settings: [(String, Int)] = [], lists: [(String, [Int])] = []
        ) {
            self.kind = kind
            self.from = from
            self.to = to
            self.settings = settings.map { (name: $0.0, value: $0.1) }
            self.lists = lists.map { (name: $0.0, values: $0.1) }
        }
    }

    /// An element type's number: 1 float, 2 unsigned byte, 7 whole number of 64 bits.
    package static let float = 1
    package static let byte = 2
    package static let long = 7

    package var steps: [Step]
    /// Of the input `picture`; nil for what is left open.
    package var shape: [Int?] = [1, 3, 8, 8]
    package var type = TinyModel.float
    /// Floats that steps refer to by name.
    package var constants: [(name: String, values: [Float])] = []
    /// The file that holds the constants' values in place of the model itself.
    package var elsewhere: String?
    /// Of the output `score`.
    package var outputType = TinyModel.float
    /// The author's notes.
    package var notes: [(key: String, value: String)] = []

    package init(_ steps: [Step]) { self.steps = steps }

    /// The mean of everything in the input.
    package static var mean: TinyModel {
        TinyModel([Step("ReduceMean", ["picture"], to: "score", settings: [("keepdims", 0)])])
    }

    /// The square root of that mean: no number where it is negative, as of a picture darker than `moire.mean`.
    package static var root: TinyModel {
        TinyModel([
            Step("ReduceMean", ["picture"], to: "mean", settings: [("keepdims", 0)]),
            Step("Sqrt", ["mean"], to: "score"),
        ])
    }

    /// The mean of each colour, three numbers: 1, 0, 0 of red.
    package static var colors: TinyModel {
        var model = TinyModel([
            Step("ReduceMean", ["picture"], to: "score", settings: [("keepdims", 0)], lists: [("axes", [2, 3])])
        ])
        model.notes = plain
        return model
    }

    /// 10 of dark pictures, 20 of brighter ones; looks behind the end of its table where one is brighter than 2/3,
    /// which ends the run with an error.
    package static var table: TinyModel {
        var model = TinyModel([
            Step("ReduceMean", ["picture"], to: "mean", settings: [("keepdims", 0)]),
            Step("Mul", ["mean", "three"], to: "scaled"),
            Step("Cast", ["scaled"], to: "row", settings: [("to", long)]),
            Step("Gather", ["table", "row"], to: "score", settings: [("axis", 0)]),
        ])
        model.constants = [("three", [3]), ("table", [10, 20])]
        model.notes = plain
        return model
    }

    /// Notes that leave a colour as it is, 0...1.
    package static let plain = [(key: "moire.mean", value: "0,0,0"), (key: "moire.std", value: "1, 1, 1")]

    package func write(to path: String) throws { try data.write(to: URL(fileURLWithPath: path)) }

    package var data: Data {
        var graph = Bytes()
        for step in steps { graph.field(1, Self.node(step)) }
        graph.field(2, "tiny")
        for constant in constants { graph.field(5, tensor(constant.name, constant.values)) }
        graph.field(11, Self.port("picture", type, shape))
        graph.field(12, Self.port("score", outputType, nil))
        var operators = Bytes()
        operators.field(2, 13)
        var model = Bytes()
        model.field(1, 8)
        model.field(7, graph)
        model.field(8, operators)
        for note in notes {
            var entry = Bytes()
            entry.field(1, note.key)
            entry.field(2, note.value)
            model.field(14, entry)
        }
        return Data(model.bytes)
    }

    private static func node(_ step: Step) -> Bytes {
        var node = Bytes()
        for name in step.from { node.field(1, name) }
        node.field(2, step.to)
        node.field(4, step.kind)
        for setting in step.settings {
            var attribute = Bytes()
            attribute.field(1, setting.name)
            attribute.field(3, setting.value)
            attribute.field(20, 2)
            node.field(5, attribute)
        }
        for list in step.lists {
            var attribute = Bytes()
            attribute.field(1, list.name)
            for value in list.values { attribute.field(8, value) }
            attribute.field(20, 7)
            node.field(5, attribute)
        }
        return node
    }

    /// A single value is a scalar.
    private func tensor(_ name: String, _ values: [Float]) -> Bytes {
        var tensor = Bytes()
        if values.count > 1 { tensor.field(1, values.count) }
        tensor.field(2, Self.float)
        tensor.field(8, name)
        if let elsewhere {
            var entry = Bytes()
            entry.field(1, "location")
            entry.field(2, elsewhere)
            tensor.field(13, entry)
            tensor.field(14, 1)
            return tensor
        }
        tensor.field(9, Bytes(values.flatMap { value in (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 255) } }))
        return tensor
    }

    /// - Parameter shape: nil where the model does not tell it.
    private static func port(_ name: String, _ type: Int, _ shape: [Int?]?) -> Bytes {
        var tensor = Bytes()
        tensor.field(1, type)
        if let shape {
            var dimensions = Bytes()
            for side in shape {
                var dimension = Bytes()
                if let side { dimension.field(1, side) } else { dimension.field(2, "open") }
                dimensions.field(1, dimension)
            }
            tensor.field(2, dimensions)
        }
        var whole = Bytes()
        whole.field(1, tensor)
        var port = Bytes()
        port.field(1, name)
        port.field(2, whole)
        return port
    }
}

/// A protocol buffer under construction.
private struct Bytes {
    var bytes: [UInt8] = []

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    mutating func field(_ number: Int, _ value: Int) {
        append(number << 3)
        append(value)
    }

    mutating func field(_ number: Int, _ value: Bytes) {
        append(number << 3 | 2)
        append(value.bytes.count)
        bytes += value.bytes
    }

    mutating func field(_ number: Int, _ text: String) { field(number, Bytes(Array(text.utf8))) }

    /// Seven bits a byte, the lowest first.
    private mutating func append(_ value: Int) {
        precondition(value >= 0, "a negative number is not needed here: \(value)")
        var rest = value
        while rest > 127 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
