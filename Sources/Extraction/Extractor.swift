package import DecodeWire
import Fingerprints
package import FoundationEssentials
import Frames
import Media
import Records
import Signals

/// What a decode child sends back, in the two parts of an `AnswerFrame`.
package struct DecodeAnswer {
    package var json: Data
    package var blob: [UInt8]
}

/// Does a request's work on an open descriptor: the place where decoder, signals and fingerprints meet.
package enum Extractor {
    /// - Parameter tell: called now and then while a file is gone through.
    package static func run(
        descriptor: Int32, task: DecodeRequest.Task, tell: @escaping (ProgressMark) -> Void = { _ in }
    ) throws -> DecodeAnswer {
        switch task {
        case .extract(let chromaprint, let timesStages):
            try extract(descriptor, chromaprint, timesStages ? StageClock() : nil, tell)
        case .triage(let timesStages): try triage(descriptor, timesStages ? StageClock() : nil)
        case .pictures(let times, let longestSide): try pictures(descriptor, times, longestSide)
        case .photo: try photo(descriptor)
        case .spectrogram(let start, let end, let columns, let rows):
            try spectrogram(descriptor, start..<end, columns: columns, rows: rows)
        }
    }

    private static func extract(
        _ descriptor: Int32, _ chromaprint: ChromaprintLength?, _ stages: StageClock?,
        _ tell: @escaping (ProgressMark) -> Void
    ) throws -> DecodeAnswer {
        let analysis = try Analysis(chromaprint: chromaprint, stages: stages)
        let sink = ProgressSink(before: analysis, tell: tell)
        let pass = MediaPass.run(descriptor: descriptor, limits: .standard, sink: sink, stages: stages)
        var answer = ExtractAnswer(outcome: believable(pass.outcome), media: believable(pass.info))
        let fingerprint = pass.outcome.hasResult ? try analysis.finish(pass, into: &answer) : []
        answer.stageSeconds = seconds(stages)
        return DecodeAnswer(json: try CanonicalJSON.encode(answer), blob: fingerprint)
    }

    private static func triage(_ descriptor: Int32, _ stages: StageClock?) throws -> DecodeAnswer {
        let sink = Triage(stages: stages)
        let pass = MediaPass.keyFrames(descriptor: descriptor, sink: sink, stages: stages)
        var answer = TriageAnswer(outcome: believable(pass.result.outcome), media: believable(pass.result.info))
        if pass.result.outcome.hasResult { answer.found = sink.finish(pass) }
        answer.stageSeconds = seconds(stages)
        return DecodeAnswer(json: try CanonicalJSON.encode(answer), blob: [])
    }

    private static func seconds(_ stages: StageClock?) -> [String: Double]? {
        stages.map { Dictionary(uniqueKeysWithValues: $0.seconds().map { ($0.rawValue, $1) }) }
    }

    private static func believable(_ info: MediaInfo?) -> MediaInfo? {
        var media = info
        media?.startTime = believable(info?.startTime ?? 0)
        media?.claimedDuration = info?.claimedDuration.map(believable)
        return media
    }

    /// A broken timestamp may claim a month; nothing past the limit was decoded.
    private static func believable(_ outcome: Outcome) -> Outcome {
        var outcome = outcome
        outcome.decodedUntil = outcome.decodedUntil.map { min($0, MediaLimits.standard.durationSeconds) }
        return outcome
    }

    /// A container may claim any seconds, up to some 10^19 / 1000; what no file has is told as thirty years, for the
    /// supervisor takes an answer with absurd numbers for a lie.
    private static func believable(_ seconds: Double) -> Double { min(max(seconds, -1e9), 1e9) }

    private static func pictures(_ descriptor: Int32, _ times: [Double], _ longestSide: Int) throws -> DecodeAnswer {
        let images = PictureGrab.pictures(
            descriptor: descriptor, at: times, longestSide: longestSide, limits: .standard)
        let sizes = images.map { $0.map { PicturesAnswer.Size(width: $0.width, height: $0.height) } }
        return DecodeAnswer(
            json: try CanonicalJSON.encode(PicturesAnswer(pictures: sizes)),
            blob: images.flatMap { $0?.pixels ?? [] })
    }

    private static func photo(_ descriptor: Int32) throws -> DecodeAnswer {
        let (photo, outcome) = PhotoGrab.photo(descriptor: descriptor)
        var answer = PhotoAnswer(outcome: outcome)
        if let photo {
            let result = PDQ.hash(photo.image)
            answer.photo = .init(
                format: photo.format, width: photo.width, height: photo.height, pdq: result.hash.hex,
                quality: result.quality)
        }
        return DecodeAnswer(json: try CanonicalJSON.encode(answer), blob: [])
    }

    private static func spectrogram(_ descriptor: Int32, _ stretch: Range<Double>, columns: Int, rows: Int) throws
        -> DecodeAnswer
    {
        let (image, outcome) = SpectrogramGrab.spectrogram(
            descriptor: descriptor, start: stretch.lowerBound, end: stretch.upperBound, columns: columns, rows: rows)
        return DecodeAnswer(
            json: try CanonicalJSON.encode(SpectrogramAnswer(outcome: outcome)), blob: image?.pixels ?? [])
    }
}
