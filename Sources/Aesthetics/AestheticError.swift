/// Why a model scores nothing. The sentence says what to do.
public struct AestheticError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// ONNX Runtime is not on this machine, or not where it was named.
        case runtimeMissing
        /// The model's file cannot be read, or is none that we take.
        case unreadableModel
        /// It is of a format that has no such library: TorchScript.
        case unsupportedFormat
        /// The runtime refuses the file: no ONNX, damaged, or of operators that it does not know.
        case unusableModel
        /// It asks for something else than one picture.
        case wrongInput
        /// It gives something else than a score.
        case wrongOutput
        /// It was given a picture and failed.
        case failedRun
    }

    public var code: Code
    /// A whole sentence: what happened, to what, and what to do.
    public var sentence: String

    init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    public var description: String { sentence }

    /// The machine's fault, not the caller's.
    public var isEnvironment: Bool { code == .runtimeMissing }
}
