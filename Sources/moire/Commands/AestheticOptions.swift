import Aesthetics
import ArgumentParser
import Fleet
import Foundation
import Frames
import Records

/// The picture scorer that the caller brings, if any.
struct AestheticOptions: ParsableArguments {
    @Option(help: "Also score pictures by this ONNX model, beside the built-in quality (docs/aesthetic-model.md).")
    var aestheticModel: String?

    @Option(help: "ONNX Runtime's library; the default is \(OnnxRuntime.variable), else what the system finds.")
    var onnxRuntime: String?

    func validate() throws {
        guard onnxRuntime == nil || aestheticModel != nil else {
            throw ValidationError("--onnx-runtime goes with --aesthetic-model")
        }
    }

    /// Loads the model, before any file is looked at; nil where none is named.
    func judge(_ decoder: DecodeService) throws -> AestheticJudge? {
        guard let aestheticModel else { return nil }
        do throws(AestheticError) {
            let runtime = try OnnxRuntime(library: onnxRuntime ?? Self.namedLibrary)
            return AestheticJudge(model: try AestheticModel(path: aestheticModel, runtime: runtime), decoder: decoder)
        } catch {
            throw Failure(error.isEnvironment ? .environment : .usage, error.sentence)
        }
    }

    /// What the environment names.
    static var namedLibrary: String? {
        ProcessInfo.processInfo.environment[OnnxRuntime.variable].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Has a model score pictures of files. The sandboxed child decodes them, and the model sees nothing else.
struct AestheticJudge: Sendable {
    let model: AestheticModel
    let decoder: DecodeService

    /// - Returns: nil for a file without a result, of which nothing else is said either.
    /// - Throws: what is wrong with the machine; what is wrong with the file, or the model in it, is in the signal.
    func signal(of record: ExtractRecord, path: String) throws -> AestheticSignal? {
        guard record.outcome.hasResult else { return nil }
        guard let video = record.media?.video else { return AestheticSignal(model, abstaining: .noVideo) }
        let seconds = record.outcome.decodedUntil ?? record.media?.claimedDuration ?? 0
        let times = AestheticSignal.times(seconds: seconds)
        let frames: [RGBImage?]
        do throws(DecodeError) {
            frames = try decoder.pictures(
                path: path, times: times, longestSide: model.longestSide(width: video.width, height: video.height))
        } catch {
            guard [.noPictures, .noInput].contains(error.code) else { throw error }
            Output.note("moire: \(path) has no pictures for the model: \(error.sentence)")
            return AestheticSignal(model, abstaining: .noPicture)
        }
        let (signal, trouble) = AestheticSignal.judged(frames, at: times, by: model)
        if let trouble { Output.note("moire: the model \(model.identity.name) failed on \(path): \(trouble)") }
        if signal.abstainReason == .noPicture { Output.note("moire: \(path) has no pictures for the model") }
        if signal.abstainReason == .notFinite {
            Output.note("moire: the model \(model.identity.name) gave \(path) a score that is no number")
        }
        return signal
    }
}
