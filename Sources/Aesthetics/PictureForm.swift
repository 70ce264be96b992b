internal import COnnxRuntime

/// What a model's input wants a picture to be: read from its shape, its type and its author's notes.
struct PictureForm: Sendable, Equatable {
    enum Layout: Sendable { case planar, interleaved }
    enum Element: Sendable { case float, byte }
    /// How a picture of another shape comes into the input's.
    enum Fit: String, Sendable, CaseIterable {
        /// The whole picture, its sides scaled each for itself, as NIMA's published scorers take it.
        case squeeze
        /// The largest part of the input's shape from the middle, as CLIP's takes it.
        case crop
    }

    var width: Int
    var height: Int
    var layout: Layout
    var element: Element
    var fit = Fit.squeeze
    /// Of red, green and blue between 0 and 1; what networks are given that began with ImageNet's pictures.
    var mean: [Float] = [0.485, 0.456, 0.406]
    var deviation: [Float] = [0.229, 0.224, 0.225]

    /// Pixels of a side that a model leaves open.
    static let usualSide = 224
    /// Longest side that a model may ask for, pixels; the largest in use ask for half of it.
    static let sideMax = 1_024

    var dimensions: [Int64] {
        switch layout {
        case .planar: [1, 3, Int64(height), Int64(width)]
        case .interleaved: [1, Int64(height), Int64(width), 3]
        }
    }

    var type: Int32 { element == .byte ? moire_onnx_uint8 : moire_onnx_float }

    init(width: Int, height: Int, layout: Layout, element: Element) {
        (self.width, self.height, self.layout, self.element) = (width, height, layout, element)
    }

    /// - Parameter metadata: the author's notes by key.
    init(_ port: OnnxSession.Port, metadata: (String) -> String?) throws(AestheticError) {
        let shape = port.dimensions
        let told = "its input is \(Self.words(port))"
        guard port.type == moire_onnx_float || port.type == moire_onnx_uint8 else {
            throw AestheticError(.wrongInput, "\(told), and 32-bit floats or bytes are needed")
        }
        guard shape.count == 4, shape[0] == 1 || shape[0] < 0 else {
            throw AestheticError(
                .wrongInput, "\(told), and one picture is needed: [1, 3, height, width] or [1, height, width, 3]")
        }
        if shape[1] == 3 { layout = .planar } else { layout = .interleaved }
        guard layout == .planar || shape[3] == 3 else {
            throw AestheticError(
                .wrongInput,
                "\(told), and three colours are needed: [1, 3, height, width] or [1, height, width, 3]")
        }
        let sides = layout == .planar ? [shape[2], shape[3]] : [shape[1], shape[2]]
        let pixels = sides.map { $0 < 0 ? Self.usualSide : Int($0) }
        guard pixels.allSatisfy({ (1...Self.sideMax).contains($0) }) else {
            throw AestheticError(.wrongInput, "\(told), and its sides are to be 1 to \(Self.sideMax)")
        }
        (height, width) = (pixels[0], pixels[1])
        element = port.type == moire_onnx_uint8 ? .byte : .float
        if let numbers = try Self.numbers("moire.mean", metadata) { mean = numbers }
        if let numbers = try Self.numbers("moire.std", metadata) {
            guard numbers.allSatisfy({ $0 > 0 }) else {
                throw AestheticError(.wrongInput, "its moire.std has a number that is not above 0")
            }
            deviation = numbers
        }
        if let name = metadata("moire.fit") {
            guard let named = Fit(rawValue: name) else {
                throw AestheticError(.wrongInput, "its moire.fit is \(name), and squeeze or crop are known")
            }
            fit = named
        }
    }

    private static func numbers(_ key: String, _ metadata: (String) -> String?) throws(AestheticError) -> [Float]? {
        guard let text = metadata(key) else { return nil }
        let numbers = text.split(separator: ",").compactMap { Float($0.filter { !$0.isWhitespace }) }
        guard numbers.count == 3, text.split(separator: ",", omittingEmptySubsequences: false).count == 3,
            numbers.allSatisfy(\.isFinite)
        else { throw AestheticError(.wrongInput, "its \(key) is \(text), and three numbers with commas are needed") }
        return numbers
    }

    static func words(_ port: OnnxSession.Port) -> String {
        let types = ["no tensor", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool"]
        let type =
            types.indices.contains(Int(port.type))
            ? types[Int(port.type)] : [10: "float16", 11: "double"][port.type] ?? "of type \(port.type)"
        let shape = port.dimensions.map { $0 < 0 ? "?" : "\($0)" }.joined(separator: ", ")
        return port.type == 0 ? type : "\(type) [\(shape)]"
    }
}
