import DecodeWire
public import Fetching
public import Fingerprints
public import FoundationEssentials
public import Frames
import Glibc
public import Records
import Synchronization

/// Decodes files in sandboxed children, one for each call. Wherever a path is asked for, an `http://` or `https://` URL
/// does as well: it is fetched first, as the fetcher allows, and the child gets the open file all the same.
///
/// May be called from any number of threads at once; every concurrent call has a decoder process of
/// its own, started at need and kept for the next. Calls block.
public final class DecodeService: Sendable {
    /// What came of one file.
    public struct Extracted: Sendable {
        public var record: ExtractRecord
        /// `MediaFingerprint` in its stored form; empty when the outcome has no result.
        public var fingerprint: Data
        /// Nil unless it was asked for and the outcome has a result.
        public var chromaprint: Chromaprint?
        /// Processor time of the decode child.
        public var cpuSeconds: Double
        /// Largest resident set of the decode child.
        public var peakBytes: Int64
        /// Processor time by stage; nil unless it was asked for and the child answered.
        public var stageSeconds: [ExtractStage: Double]?
        /// Set when a URL could not be fetched for a reason that may pass, so that the media was not judged: seconds to
        /// wait at least before it is tried again.
        public var retryAfterSeconds: Double?
    }

    /// What does the decoding on this machine.
    public struct Description: Sendable, Equatable {
        public var path: String
        /// `Producer.version` and the first digits of the decoder program's digest.
        public var build: String
        public var libraries: [String]
        public var sandbox: Producer.SandboxLevel
        public var landlockABI: Int
        public var hasSeccomp: Bool
        /// errno of the first sandbox layer that failed; 0 when none did.
        public var sandboxErrno: Int
        public var memoryCap: MemoryCap
    }

    /// What keeps a decode child from taking the machine's memory.
    public enum MemoryCap: Sendable, Equatable, CustomStringConvertible {
        /// A control group counts what it really has, and the kernel ends it at the limit.
        case controlGroup
        /// Its address space is limited, for the reason given: it fails to map more.
        case addressSpace(because: String)

        public var description: String {
            switch self {
            case .controlGroup: "control group"
            case .addressSpace(let why): "address space (\(why))"
            }
        }
    }

    /// Pictures that one call of `pictures` may ask for.
    public static let picturesMax = DecodeRequest.picturesMax
    /// Longest stretch that one call of `spectrogram` may ask for, seconds.
    public static let spectrogramSecondsMax = DecodeRequest.spectrogramSecondsMax

    public let limits: DecodeLimits
    /// Goes into every record's producer.
    public let build: String
    private let path: String
    private let sandboxAtLeast: Producer.SandboxLevel
    private let fetcher: Fetcher
    private let idle = Mutex(Idle())
    private let cancelSignal: CancelSignal

    /// A slot is used by whoever took it out of the list, and by nobody else.
    private struct Idle: @unchecked Sendable { var slots: [DecodeSlot] = [] }

    /// - Parameter decoderPath: the decoder program; nil to look for it (see `DecoderLocation`).
    /// - Parameter sandboxRequired: refuse to decode where the kernel offers no isolation at all.
    /// - Parameter fetcher: of URLs; nil for one of everybody's addresses into a temporary folder.
    public init(
        decoderPath: String? = nil, limits: DecodeLimits = .standard, sandboxRequired: Bool = true,
        fetcher: Fetcher? = nil
    ) throws(DecodeError) {
        if let decoderPath { path = decoderPath } else { path = try DecoderLocation.find() }
        build = try DecoderLocation.build(of: path)
        self.limits = limits
        sandboxAtLeast = sandboxRequired ? .partial : .none
        self.fetcher = fetcher ?? Fetcher(folder: Self.temporaryFolder)
        cancelSignal = try CancelSignal()
    }

    /// Starts a decoder if none is running, and says what it is; throws when this machine cannot
    /// decode as required.
    public func describe() throws(DecodeError) -> Description {
        try withSlot { slot throws(DecodeError) in
            let hello = try slot.ready().hello
            guard hello.sandbox.rank >= sandboxAtLeast.rank else { throw Self.noSandbox }
            return Description(
                path: path, build: build, libraries: hello.libraries, sandbox: hello.sandbox,
                landlockABI: hello.landlockABI, hasSeccomp: hello.hasSeccomp,
                sandboxErrno: hello.sandboxErrno, memoryCap: slot.memoryCap)
        }
    }

    /// One pass over a file. Whatever is wrong with the file is in the record's outcome.
    ///
    /// - Parameters:
    ///   - chromaprint: also make a Chromaprint, over this much of the sound.
    ///   - timesStages: also tell what each stage cost. The record is the same either way.
    ///   - progress: called on this thread, a few times a second, with how far it has come.
    public func extract(
        path input: String, chromaprint: ChromaprintLength? = nil, timesStages: Bool = false,
        progress: (DecodeProgress) -> Void = { _ in }
    ) throws(DecodeError) -> Extracted {
        if MediaURL.isURL(input) { progress(DecodeProgress(.fetch)) }
        let file: Opened
        switch try opened(input) {
        case .refused(let refusal):
            return Extracted(
                record: ExtractRecord(
                    input: .init(path: input, bytes: refusal.bytes), outcome: refusal.outcome,
                    producer: producer([], nil)),
                fingerprint: Data(), chromaprint: nil, cpuSeconds: 0, peakBytes: 0,
                retryAfterSeconds: refusal.retryAfterSeconds)
        case .file(let opened): file = opened
        }
        progress(DecodeProgress(.decode))
        let passed = try passed(
            .extract(chromaprint: chromaprint, timesStages: timesStages), over: file, input,
            outputBytesMax: AnswerFrame.headerBytes + AnswerFrame.jsonBytesMax + AnswerFrame.fingerprintBytesMax,
            progress: progress)
        let believed =
            passed.failure.map { AnswerCheck.Extracted(answer: ExtractAnswer(outcome: $0)) }
            ?? Self.believed(passed.run.output, chromaprint, timesStages)
        let answer = believed.answer
        let record = ExtractRecord(
            input: passed.input, outcome: answer.outcome, media: answer.media, static: answer.static,
            quality: answer.quality, recapture: answer.recapture, sound: answer.sound,
            fingerprints: answer.fingerprints, producer: passed.producer)
        return Extracted(
            record: record, fingerprint: believed.fingerprint, chromaprint: believed.chromaprint,
            cpuSeconds: passed.run.cpuSeconds, peakBytes: passed.run.peakBytes,
            stageSeconds: believed.stageSeconds)
    }

    /// How a pass over a whole file went, before anything the child said is believed.
    struct Passed {
        var run: ChildRun
        var input: ExtractRecord.Input
        /// Nil when the answer can be looked at.
        var failure: Outcome?
        var producer: Producer
    }

    func passed(
        _ task: DecodeRequest.Task, over file: Opened, _ input: String, outputBytesMax: Int,
        progress: (DecodeProgress) -> Void = { _ in }
    ) throws(DecodeError) -> Passed {
        let digest = file.input.digest()
        let deadlineSeconds = limits.deadline(bytes: file.input.bytes)
        let (run, libraries) = try withSlot { slot throws(DecodeError) in
            let libraries = try slot.ready().hello.libraries
            return (
                try slot.run(
                    task, media: file.input.descriptor.raw, deadlineSeconds: deadlineSeconds,
                    outputBytesMax: outputBytesMax
                ) { mark in if let mark = DecodeProgress(mark) { progress(mark) } }, libraries
            )
        }
        try Self.checkEnvironment(run)

        var failure = run.failure(limits: limits, deadlineSeconds: deadlineSeconds)
        if failure == nil, digest == nil {
            failure = Outcome(.undecodable, reason: "read_failed", sentence: "\(input) cannot be read to its end.")
        } else if failure == nil, file.input.hasChanged() {
            failure = Outcome(
                .refused, reason: "changed_while_read",
                sentence: "\(input) was written to while it was read; submit it when it is whole.")
        }
        return Passed(
            run: run, input: .init(path: input, bytes: file.input.bytes, digest: digest), failure: failure,
            producer: producer(libraries, run.sandbox))
    }

    /// The frames shown at `times` (seconds), at most `DecodeRequest.picturesMax`, each scaled to at
    /// most `longestSide` pixels; nil where there is none.
    public func pictures(path input: String, times: [Double], longestSide: Int) throws(DecodeError) -> [RGBImage?] {
        precondition(
            times.count <= DecodeRequest.picturesMax && (1...DecodeRequest.pictureSideMax).contains(longestSide),
            "\(times.count) pictures of \(longestSide) pixels")
        guard times.allSatisfy(\.isFinite) else { throw DecodeError(.noPictures, "A time that is no number.") }
        if times.isEmpty { return [] }
        let file: Opened
        switch try opened(input) {
        case .refused(let refusal): throw Self.noPictures(refusal.outcome)
        case .file(let opened): file = opened
        }
        let deadlineSeconds = limits.deadline(bytes: file.input.bytes)
        let outputMax =
            AnswerFrame.headerBytes + AnswerFrame.jsonBytesMax
            + AnswerCheck.picturesBytesMax(count: times.count, longestSide: longestSide)
        let run = try withSlot { slot throws(DecodeError) in
            try slot.run(
                .pictures(times: times, longestSide: longestSide), media: file.input.descriptor.raw,
                deadlineSeconds: deadlineSeconds, outputBytesMax: outputMax)
        }
        try Self.checkEnvironment(run)
        if let failure = run.failure(limits: limits, deadlineSeconds: deadlineSeconds) {
            throw Self.noPictures(failure)
        }
        do { return try AnswerCheck.pictures(run.output, count: times.count, longestSide: longestSide) } catch {
            throw Self.noPictures(Self.lie(error))
        }
    }

    /// What sounds in a stretch of the file (seconds; outside the file is silence), as a picture of exactly
    /// this size: time to the right, pitch upwards on `SpectrogramScale`, loudness as brightness.
    ///
    /// - Throws: `noSpectrogram` when the file has no sound, or more is asked for than the limits of
    ///   `DecodeRequest` (4,096 columns, 512 rows, ten minutes).
    public func spectrogram(path input: String, start: Double, end: Double, columns: Int, rows: Int)
        throws(DecodeError) -> LumaImage
    {
        try Self.checkSpectrogram(start, end, columns, rows)
        let file: Opened
        switch try opened(input) {
        case .refused(let refusal): throw Self.noSpectrogram(refusal.outcome)
        case .file(let opened): file = opened
        }
        let deadlineSeconds = limits.deadline(bytes: file.input.bytes)
        let run = try withSlot { slot throws(DecodeError) in
            try slot.run(
                .spectrogram(start: start, end: end, columns: columns, rows: rows), media: file.input.descriptor.raw,
                deadlineSeconds: deadlineSeconds,
                outputBytesMax: AnswerFrame.headerBytes + AnswerFrame.jsonBytesMax + columns * rows)
        }
        try Self.checkEnvironment(run)
        if let failure = run.failure(limits: limits, deadlineSeconds: deadlineSeconds) {
            throw Self.noSpectrogram(failure)
        }
        let answer: (image: LumaImage?, outcome: Outcome)
        do { answer = try AnswerCheck.spectrogram(run.output, columns: columns, rows: rows) } catch {
            throw Self.noSpectrogram(Self.lie(error))
        }
        guard let image = answer.image else { throw Self.noSpectrogram(answer.outcome) }
        return image
    }

    /// Opens what a job names, a file or a URL, under the same limits and rules as for a decode, and gives a descriptor
    /// for reading at its beginning, with the number of bytes, to `body`; it is closed afterwards.
    ///
    /// - Throws: `DecodeError` with `noInput` and the outcome where it cannot be had; what `body` throws.
    public func withInput<Value>(_ input: String, _ body: (Int32, Int64) throws -> Value) throws -> Value {
        switch try opened(input) {
        case .refused(let refusal): throw DecodeError(.noInput, refusal.outcome.sentence, outcome: refusal.outcome)
        case .file(let file):
            return try withExtendedLifetime(file) { try body(file.input.descriptor.raw, file.input.bytes) }
        }
    }

    /// Ends every running decode and fetch, and every later one, with `DecodeError.Code.cancelled`.
    public func cancel() { cancelSignal.raise() }
}

extension DecodeService {
    final class Opened {
        let input: InputFile
        init(_ input: consuming InputFile) { self.input = input }
    }

    enum Opening {
        case file(Opened)
        case refused(InputFile.Refusal)
    }

    func opened(_ path: String) throws(DecodeError) -> Opening {
        do {
            guard MediaURL.isURL(path) else {
                return .file(Opened(try InputFile.open(path, bytesMax: limits.fileBytesMax)))
            }
            return .file(
                Opened(
                    try InputFile.fetch(path, by: fetcher, bytesMax: limits.fileBytesMax, cancelled: cancelSignal)))
        } catch let refusal as InputFile.Refusal {
            return .refused(refusal)
        } catch let error as DecodeError {
            throw error
        } catch {
            throw DecodeError(.resources, "Cannot open \(path).")
        }
    }

    /// Where fetched media lie for whoever has no home. Not /tmp, which may be memory.
    private static var temporaryFolder: String {
        unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
    }

    func withSlot<Value>(_ body: (DecodeSlot) throws(DecodeError) -> Value) throws(DecodeError) -> Value {
        let slot =
            idle.withLock { $0.slots.popLast() }
            ?? DecodeSlot(
                path: path, limits: limits, sandboxAtLeast: sandboxAtLeast, cancelled: cancelSignal.descriptor,
                groups: try? DelegatedCgroup.found.get())
        defer { idle.withLock { $0.slots.append(slot) } }
        return try body(slot)
    }

    func producer(_ libraries: [String], _ sandbox: Producer.SandboxLevel?) -> Producer {
        Producer(name: "moire", build: build, libraries: libraries, sandbox: sandbox)
    }

    /// Turns what the machine or the installation did wrong into an error.
    static func checkEnvironment(_ run: ChildRun) throws(DecodeError) {
        guard run.stop == nil, let code = run.ending?.exitCode else { return }
        if code == ChildExit.noSandbox { throw noSandbox }
        if code == ChildExit.badRequest {
            throw DecodeError(
                .decoderMismatch, "The decoder did not understand the request; install both programs from one build.")
        }
    }

    private static let noSandbox = DecodeError(
        .sandboxUnavailable,
        "The kernel offers neither Landlock nor seccomp here, so a hostile file could reach the rest of "
            + "the machine; use a kernel that has them, or allow unsandboxed decoding explicitly.")

    private static func believed(_ output: [UInt8], _ chromaprint: ChromaprintLength?, _ timesStages: Bool)
        -> AnswerCheck.Extracted
    {
        do { return try AnswerCheck.extract(output, chromaprint: chromaprint, timesStages: timesStages) } catch {
            return AnswerCheck.Extracted(answer: ExtractAnswer(outcome: lie(error)))
        }
    }

    static func lie(_ error: any Error) -> Outcome {
        // Only what we found wrong is said, never the child's own words.
        let detail =
            (error as? AnswerCheck.Reason)?.text ?? (error as? WireError)?.description ?? "not the expected JSON"
        return Outcome(
            .crashed, reason: "invalid_answer",
            sentence: "What the decoder sent is not an answer: \(detail). Keep the file, it shows a flaw or an attack.")
    }

    private static func checkSpectrogram(_ start: Double, _ end: Double, _ columns: Int, _ rows: Int)
        throws(DecodeError)
    {
        let seconds = DecodeRequest.spectrogramSecondsMax
        guard start.isFinite, end.isFinite, abs(start) <= AnswerCheck.secondsMax, start < end, end - start <= seconds
        else {
            throw DecodeError(
                .noSpectrogram, "A spectrogram of \(start) to \(end) s was asked for; it shows up to \(seconds) s.")
        }
        let (wide, high) = (DecodeRequest.spectrogramColumnsMax, DecodeRequest.spectrogramRowsMax)
        guard (1...wide).contains(columns), (1...high).contains(rows) else {
            throw DecodeError(
                .noSpectrogram,
                "A spectrogram of \(columns) by \(rows) pixels was asked for; the largest has \(wide) by \(high).")
        }
    }

    private static func noSpectrogram(_ outcome: Outcome) -> DecodeError {
        DecodeError(.noSpectrogram, outcome.sentence, outcome: outcome)
    }

    private static func noPictures(_ outcome: Outcome) -> DecodeError {
        DecodeError(.noPictures, outcome.sentence, outcome: outcome)
    }
}
