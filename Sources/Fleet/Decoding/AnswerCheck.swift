import DecodeWire
import Fingerprints
import FoundationEssentials
import Frames
import Records
import Signals

/// Decides whether what a decode child sent can be believed.
///
/// The child may have been taken over by the file it read, so its bytes are hostile too: sizes are
/// capped before parsing, every number must be one that a file could have, every text must be short
/// and without control characters (they end up on terminals and in pages), and the fingerprint must
/// be exactly what the summary says.
enum AnswerCheck {
    /// Seconds; ten days. Longer than any limit inside the child.
    static let secondsMax = 864_000.0
    /// Characters of any text.
    static let textMax = 1_000
    /// LUFS: from the absolute gate to eight channels of the largest samples that are believed (+24 dBFS).
    static let loudnessLUFS = -70.0...50.0
    /// Values of a curve over time.
    static let curveMax = 120
    /// Elements of any list.
    static let listMax = 200_000

    struct Reason: Error, Equatable {
        var text: String
        init(_ text: String) { self.text = text }
    }

    /// An answer that can be believed.
    struct Extracted {
        var answer: ExtractAnswer
        /// `MediaFingerprint` in its stored form.
        var fingerprint = Data()
        /// Nil unless it was asked for and the outcome has a result.
        var chromaprint: Chromaprint?
        /// Nil unless they were asked for.
        var stageSeconds: [ExtractStage: Double]?
    }

    static func extract(
        _ output: [UInt8], chromaprint asked: ChromaprintLength? = nil, timesStages: Bool = false
    ) throws -> Extracted {
        let frame = try AnswerFrame(parsing: output, blobBytesMax: AnswerFrame.fingerprintBytesMax)
        let answer = try CanonicalJSON.decode(ExtractAnswer.self, from: frame.json)
        try plausible(answer)
        guard [.complete, .partial, .refused, .undecodable].contains(answer.outcome.kind) else {
            throw Reason("a child cannot say of itself that it \(answer.outcome.kind)")
        }
        try outcome(answer.outcome)
        try spans(answer)
        try curves(answer)
        try spectrum(answer.recapture?.evidence?.moireSpectrum)
        try soundRecapture(answer.recapture?.sound)
        let times = try stageSeconds(answer.stageSeconds, areAsked: timesStages)
        guard answer.outcome.hasResult else {
            guard frame.blob.isEmpty, answer.fingerprints == nil else { throw Reason("a fingerprint without a result") }
            return Extracted(answer: answer, stageSeconds: times)
        }
        guard let summary = answer.fingerprints else { throw Reason("a result without fingerprints") }
        guard (0...frame.blob.count).contains(summary.bytes) else { throw Reason("a fingerprint cut short") }
        let stored = frame.blob.prefix(summary.bytes)
        let fingerprint = try MediaFingerprint(decoding: [UInt8](stored))
        guard fingerprint.duration.isFinite, (0...secondsMax).contains(fingerprint.duration),
            summary.videoFrames == fingerprint.video.frames.count,
            summary.audioPeaks == fingerprint.audio.peaks.count
        else { throw Reason("the fingerprint is not the one in the summary") }
        return Extracted(
            answer: answer, fingerprint: Data(stored),
            chromaprint: try words([UInt8](frame.blob.dropFirst(summary.bytes)), summary.chromaprint, asked),
            stageSeconds: times)
    }

    static func stageSeconds(_ told: [String: Double]?, areAsked: Bool) throws -> [ExtractStage: Double]? {
        guard (told != nil) == areAsked else { throw Reason("stage times that were not asked for, or none that were") }
        guard let told else { return nil }
        var times: [ExtractStage: Double] = [:]
        for (name, seconds) in told {
            guard let stage = ExtractStage(rawValue: name), (0...secondsMax).contains(seconds) else {
                throw Reason("a stage time that no extraction has")
            }
            times[stage] = seconds
        }
        return times
    }

    /// The Chromaprint behind the fingerprint. Any words are words; what can be false is how many there
    /// are, and what is said of them.
    private static func words(
        _ bytes: [UInt8], _ summary: ExtractRecord.ChromaprintSummary?, _ asked: ChromaprintLength?
    ) throws -> Chromaprint? {
        guard let summary, let asked else {
            guard summary == nil, asked == nil, bytes.isEmpty else {
                throw Reason("a Chromaprint that was not asked for, or none that was")
            }
            return nil
        }
        guard summary.label == "chromaprint", isCode(summary.algorithm), summary.secondsMax == asked.secondsMax,
            (0...secondsMax).contains(summary.duration), (0...Chromaprint.wordsMax).contains(summary.words),
            bytes.count == summary.words * 4,
            // No word is without sound: each begins a frame that lies in it.
            Double(summary.words) * Chromaprint.wordSeconds <= summary.duration,
            summary.abstainReason.map(isCode) ?? true, (summary.abstainReason != nil) == (summary.words == 0)
        else { throw Reason("the Chromaprint is not the one in the summary") }
        return Chromaprint(
            words: (0..<summary.words).map { LittleEndian.read(UInt32.self, from: bytes, at: $0 * 4) },
            algorithm: Chromaprint.defaultAlgorithm, duration: summary.duration, abstainReason: summary.abstainReason)
    }

    static func pictures(_ output: [UInt8], count: Int, longestSide: Int) throws -> [RGBImage?] {
        let frame = try AnswerFrame(
            parsing: output, blobBytesMax: picturesBytesMax(count: count, longestSide: longestSide))
        let sizes = try CanonicalJSON.decode(PicturesAnswer.self, from: frame.json).pictures
        guard sizes.count == count else { throw Reason("\(sizes.count) pictures, \(count) were asked for") }
        var rest = [UInt8](frame.blob)[...]
        let images = try sizes.map { size throws -> RGBImage? in
            guard let size else { return nil }
            guard (1...longestSide).contains(size.width), (1...longestSide).contains(size.height) else {
                throw Reason("a picture of \(size.width)×\(size.height)")
            }
            let bytes = size.width * size.height * 3
            guard rest.count >= bytes else { throw Reason("a picture without its pixels") }
            defer { rest = rest.dropFirst(bytes) }
            return RGBImage(width: size.width, height: size.height, pixels: Array(rest.prefix(bytes)))
        }
        guard rest.isEmpty else { throw Reason("\(rest.count) bytes after the last picture") }
        return images
    }

    /// - Returns: the picture, or why there is none.
    static func spectrogram(_ output: [UInt8], columns: Int, rows: Int) throws -> (image: LumaImage?, outcome: Outcome)
    {
        let frame = try AnswerFrame(parsing: output, blobBytesMax: columns * rows)
        let answer = try CanonicalJSON.decode(SpectrogramAnswer.self, from: frame.json)
        try plausible(answer)
        guard [.complete, .refused, .undecodable].contains(answer.outcome.kind) else {
            throw Reason("a child cannot say of a spectrogram that it \(answer.outcome.kind)")
        }
        try outcome(answer.outcome)
        guard frame.blob.count == (answer.outcome.hasResult ? columns * rows : 0) else {
            throw Reason("\(frame.blob.count) bytes of spectrogram")
        }
        guard answer.outcome.hasResult else { return (nil, answer.outcome) }
        return (LumaImage(width: columns, height: rows, pixels: [UInt8](frame.blob)), answer.outcome)
    }

    /// - Returns: the photo's hash, or why there is none.
    static func photo(_ output: [UInt8]) throws -> PhotoHash {
        let frame = try AnswerFrame(parsing: output, blobBytesMax: 0)
        let answer = try CanonicalJSON.decode(PhotoAnswer.self, from: frame.json)
        try plausible(answer)
        guard [.complete, .refused, .undecodable].contains(answer.outcome.kind) else {
            throw Reason("a child cannot say of a photo that it \(answer.outcome.kind)")
        }
        try outcome(answer.outcome)
        guard answer.outcome.hasResult else {
            guard answer.photo == nil else { throw Reason("a photo without a result") }
            return PhotoHash(outcome: answer.outcome)
        }
        guard let photo = answer.photo else { throw Reason("a result without a photo") }
        let sides = 1...DecodeRequest.photoSideMax
        guard let hash = PDQHash(hex: photo.pdq), (0...100).contains(photo.quality), sides.contains(photo.width),
            sides.contains(photo.height)
        else { throw Reason("a photo's hash that is none") }
        return PhotoHash(
            outcome: answer.outcome,
            photo: .init(
                format: photo.format, width: photo.width, height: photo.height, hash: hash, quality: photo.quality))
    }

    static func picturesBytesMax(count: Int, longestSide: Int) -> Int { count * longestSide * longestSide * 3 }

    static func outcome(_ outcome: Outcome) throws {
        guard isCode(outcome.reason) else { throw Reason("a reason that is no code") }
        if let until = outcome.decodedUntil { try time(until) }
    }

    /// Lower-case letters, digits and underscores, 1 to 64 of them.
    static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    private static func spans(_ answer: ExtractAnswer) throws {
        var all = answer.static?.spans.map { TimeSpan(start: $0.start, end: $0.end) } ?? []
        all += answer.static?.shots?.map { TimeSpan(start: $0.start, end: $0.end) } ?? []
        all += (answer.recapture?.spans ?? []) + (answer.recapture?.sound?.spans ?? [])
        all += (answer.sound?.silence ?? []) + (answer.sound?.clipping ?? [])
        if let worst = answer.quality?.worst { all.append(worst) }
        for span in all {
            try time(span.start)
            try time(span.end)
            guard span.start <= span.end else { throw Reason("a span that ends before it starts") }
        }
        for share in [
            answer.static?.share, answer.static?.movingShare, answer.recapture?.probability, answer.sound?.silenceShare,
            answer.sound?.deadAirShare, answer.sound?.clippingShare, answer.sound?.stereoWidth,
            answer.sound?.speechShare, answer.sound?.musicShare, answer.recapture?.sound?.probability,
        ] {
            if let share, !(0...1).contains(share) { throw Reason("a share of \(share)") }
        }
        if let score = answer.quality?.score, !(0...100).contains(score) { throw Reason("a score of \(score)") }
    }

    private static func curves(_ answer: ExtractAnswer) throws {
        let (still, quality, sound) = (answer.static, answer.quality, answer.sound)
        try curve(still?.motion, still?.motionPeriod, 0...255)
        // Where no picture was judged, no score is out of range.
        try curve(quality?.curve?.map { $0 ?? 0 }, quality?.curvePeriod, 0...100)
        try curve(sound?.loudness, sound?.loudnessPeriod, loudnessLUFS)
    }

    private static func spectrum(_ digits: String?) throws {
        guard let digits else { return }
        guard digits.utf8.count == RecaptureSignal.SpectrumMap.rows * RecaptureSignal.SpectrumMap.columns,
            digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { throw Reason("a spectrum that is none") }
    }

    private static func soundRecapture(_ signal: SoundRecapture?) throws {
        guard let signal else { return }
        guard signal.cues.values.allSatisfy((0...1).contains) else { throw Reason("a cue that is no share") }
        guard let evidence = signal.evidence else { return }
        let levels = [evidence.fallDecibelsPerSecond, evidence.humDecibels].compactMap(\.self)
        guard levels.allSatisfy((0...10_000).contains), evidence.humHz.map([50, 60].contains) ?? true,
            (evidence.humHz == nil) == (evidence.humDecibels == nil)
        else { throw Reason("evidence that no sound has") }
    }

    private static func curve(_ values: [Double]?, _ period: Double?, _ range: ClosedRange<Double>) throws {
        guard let values, let period else {
            guard values == nil, period == nil else { throw Reason("a curve without its period, or one of none") }
            return
        }
        guard (1...secondsMax).contains(period), (0...curveMax).contains(values.count),
            values.allSatisfy(range.contains)
        else { throw Reason("a curve that no file has") }
    }

    static func time(_ seconds: Double) throws {
        // Pictures may start a little before the sound that defines zero.
        guard seconds.isFinite, abs(seconds) <= secondsMax else { throw Reason("a time of \(seconds) s") }
    }

    /// Walks every leaf of the answer, so that a field added tomorrow is checked too.
    static func plausible(_ value: Any, depth: Int = 0) throws {
        guard depth < 16 else { throw Reason("an answer nested too deeply") }
        if let number = value as? Double {
            guard number.isFinite, abs(number) <= 1e15 else { throw Reason("the number \(number)") }
        } else if let text = value as? String {
            guard text.utf8.count <= textMax,
                text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
            else { throw Reason("a text with control characters, or too long") }
        } else {
            let children = Mirror(reflecting: value).children
            guard children.count <= listMax else { throw Reason("a list of \(children.count)") }
            for child in children { try plausible(child.value, depth: depth + 1) }
        }
    }
}
