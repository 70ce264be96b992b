internal import Crypto
internal import FoundationEssentials
public import Frames
internal import Glibc

/// A picture scorer that its owner brings: an ONNX file with one picture in, and a score or a distribution of scores
/// out. docs/aesthetic-model.md is its contract. May be asked from any number of threads.
public final class AestheticModel: Sendable {
    /// Which model said something, and by what.
    public struct Identity: Sendable, Codable, Equatable {
        /// Its file's name, without the folder.
        public var name: String
        /// 64 lower-case hex digits of the file's bytes.
        public var sha256: String
        /// For instance `onnxruntime 1.32.0`.
        public var runtime: String
    }

    /// Largest file that is read; ONNX itself holds no more in one.
    public static let bytesMax = 2 << 30
    /// Most scores of a distribution. A model that tells more apart is no scorer.
    static let binsMax = 100

    public let identity: Identity
    private let session: OnnxSession
    private let form: PictureForm

    /// Reads the file, and has it score a grey picture: what does not work is known before any media is looked at.
    public init(path: String, runtime: OnnxRuntime) throws(AestheticError) {
        let bytes = try ModelFile.read(path)
        do throws(AestheticError) {
            let session = try OnnxSession(runtime, bytes: bytes.bytes)
            guard session.inputs == 1 else {
                throw AestheticError(.wrongInput, "it has \(session.inputs) inputs, and one picture is given")
            }
            guard session.outputs == 1 else {
                throw AestheticError(.wrongOutput, "it has \(session.outputs) outputs, and one is needed")
            }
            form = try PictureForm(try session.port(isOutput: false), metadata: session.metadata)
            self.session = session
        } catch {
            throw error.saying("\(path) cannot be used as a model: \(error.sentence); see docs/aesthetic-model.md")
        }
        identity = Identity(
            name: String(path.split(separator: "/").last ?? "model"),
            sha256: SHA256.hash(data: bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(),
            runtime: "onnxruntime \(runtime.version)")
        do throws(AestheticError) {
            _ = try score(RGBImage(width: 1, height: 1, pixels: [128, 128, 128]))
        } catch {
            throw error.saying(
                "\(path) cannot be used as a model: of a grey picture, \(error.sentence); see docs/aesthetic-model.md")
        }
    }

    /// What this picture is worth, on the model's own scale; not finite where the model says so.
    public func score(_ image: RGBImage) throws(AestheticError) -> Float {
        let output =
            switch form.element {
            case .float:
                try session.run(
                    form.floats(of: image), as: form.type, dimensions: form.dimensions,
                    outputMax: Self.binsMax)
            case .byte:
                try session.run(
                    form.bytes(of: image), as: form.type, dimensions: form.dimensions,
                    outputMax: Self.binsMax)
            }
        guard (1...Self.binsMax).contains(output.count) else {
            throw AestheticError(
                .wrongOutput,
                "it gives \(output.count) numbers, and one score or a distribution of 2 to \(Self.binsMax) is needed")
        }
        return Self.score(of: output.numbers)
    }

    /// One number is the score. Several are how likely each of the scores 1, 2, 3 ... is, as NIMA's ten are, and the
    /// score is their mean; numbers that do not sum to 1 are taken for a network's logits.
    static func score(of numbers: [Float]) -> Float {
        guard numbers.count > 1 else { return numbers[0] }
        guard numbers.allSatisfy(\.isFinite) else { return .nan }
        var likely = numbers
        let sum = numbers.reduce(0, +)
        // What a softmax in 16 bits may be off.
        if !numbers.allSatisfy({ $0 >= 0 }) || abs(sum - 1) > 0.01 {
            let highest = numbers.reduce(-.infinity, max)
            likely = numbers.map { exp($0 - highest) }
        }
        let whole = likely.reduce(0, +)
        return zip(1..., likely).reduce(0) { $0 + Float($1.0) * $1.1 } / whole
    }

    /// Longest side of a picture to ask a decoder for, of a video of this shape, so that neither side is short of
    /// what the model looks at.
    public func longestSide(width: Int, height: Int) -> Int {
        let (long, short) = (Double(max(width, height, 1)), Double(max(1, min(width, height))))
        let needed = Double(max(form.width, form.height)) * long / short
        return max(1, min(Int(needed.rounded(.up)), Self.longestSideMax))
    }

    /// Of a picture that is asked for, pixels. Decoders are not asked for larger ones, and eight of them stay below
    /// 100 MB whatever shape a video claims.
    static let longestSideMax = 2_048
}

extension AestheticError {
    func saying(_ sentence: String) -> AestheticError { AestheticError(code, sentence) }
}
