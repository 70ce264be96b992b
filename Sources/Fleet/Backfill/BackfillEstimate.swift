internal import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import Frames
internal import Records

/// What an archive will take, reckoned from a sample that was really decoded. Every range holds the truth in nine of
/// ten samples.
public struct BackfillEstimate: Sendable, Codable, Equatable {
    /// Lines of the manifest, each taken for one video.
    public var videos: Int
    /// Lines that were decoded for this.
    public var sample: Int
    /// Seconds that took.
    public var sampleSeconds: Double
    /// By what the containers claim.
    public var videoHours: EstimatedRange
    /// Of the decoders; what the coordinator takes is `matchingHours`.
    public var cpuHours: EstimatedRange
    /// Of the one coordinator, which finds each video's copies, one video after another. With more slots than it keeps
    /// up with, this is what the archive takes.
    public var matchingHours: EstimatedRange
    /// Files decoded at once that `hours` counts on.
    public var slots: Int
    /// From start to end, with the rate and the hours of the day that submission keeps to.
    public var hours: EstimatedRange
    /// Fingerprints, records and job specifications; the index and SQLite's own pages come on top.
    public var storeBytes: EstimatedRange
    /// Videos that will give no result, 0 to 1.
    public var failureShare: EstimatedRange
    /// How often each reason came in the sample.
    public var failures: [String: Int]

    enum CodingKeys: String, CodingKey {
        case videos, sample, sampleSeconds = "sample_seconds", videoHours = "video_hours", cpuHours = "cpu_hours"
        case matchingHours = "matching_hours", slots
        case hours, storeBytes = "store_bytes", failureShare = "failure_share", failures
    }

    /// How the fleet will work through the archive.
    public struct Pace: Sendable {
        /// Files that the whole fleet decodes at once.
        public var slots: Int
        /// Jobs a second at most.
        public var rate: Double?
        public var window: DayWindow?
        /// Processors that decoders and coordinator share; nil where the decoders have machines of their own.
        public var processors: Int?

        public init(slots: Int, rate: Double? = nil, window: DayWindow? = nil, processors: Int? = nil) {
            self.slots = slots
            self.rate = rate
            self.window = window
            self.processors = processors
        }

        /// Hours from start to end for `count` jobs: what takes longest of the slots, the coordinator, the processors
        /// and the cap, for as much of a day as there is. The coordinator matches on all processors; where nothing says
        /// how many there are, on one.
        func hours(slot: Double, cpu: Double, matching: Double, count: Int) -> Double {
            let least = rate.map { Double(count) / $0 / 3600 } ?? 0
            let shared = processors.map { (cpu + matching) / Double($0) } ?? 0
            let alone = processors == nil ? matching : 0
            return max(slot / Double(slots), alone, shared, least) / (window?.share ?? 1)
        }
    }

    /// What decoding one line took.
    struct Measured: Sendable {
        var failure: String?
        var videoSeconds = 0.0
        var cpuSeconds = 0.0
        var wallSeconds = 0.0
        var storeBytes = 0.0
    }

    /// Videos of the sample that are matched as well: their fingerprints are held in memory, a megabyte a minute.
    static let matchedMax = 50

    /// - Parameter matchingSeconds: what the coordinator took for some of the measured.
    init(_ measured: [Measured], matchingSeconds: [Double], of videos: Int, sampleSeconds: Double, pace: Pace) {
        self.videos = videos
        self.sampleSeconds = sampleSeconds
        sample = measured.count
        slots = pace.slots
        videoHours = SampleStatistics.total(measured.map { $0.videoSeconds / 3600 }, of: videos)
        cpuHours = SampleStatistics.total(measured.map { $0.cpuSeconds / 3600 }, of: videos)
        let matching = SampleStatistics.total(matchingSeconds.map { $0 / 3600 }, of: videos)
        matchingHours = matching
        let slot = SampleStatistics.total(measured.map { $0.wallSeconds / 3600 }, of: videos)
        let cpu = cpuHours
        func whole(_ bound: (EstimatedRange) -> Double) -> Double {
            pace.hours(slot: bound(slot), cpu: bound(cpu), matching: bound(matching), count: videos)
        }
        hours = EstimatedRange(value: whole(\.value), low: whole(\.low), high: whole(\.high))
        storeBytes = SampleStatistics.total(measured.map(\.storeBytes), of: videos)
        failures = measured.compactMap(\.failure).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        failureShare = SampleStatistics.share(failures.values.reduce(0, +), of: measured.count, in: videos)
    }

    /// Decodes the survey's sample, as many files at once as `pace` says and this machine has processors for, and then
    /// looks for copies of some of them, among what the home has seen and themselves.
    ///
    /// - Parameter indexPath: the home's index; nothing is written to it, and it need not be there.
    /// - Parameter progress: called after each file with how many are done.
    /// - Throws: `DecodeError` when this machine cannot decode; `FleetError` when asked to stop.
    public init(
        from survey: ManifestSurvey, decoder: DecodeService, indexPath: String, pace: Pace, stop: StopRequest,
        progress: @escaping @Sendable (Int) -> Void
    ) throws {
        let started = ContinuousClock.now
        let reader = try ManifestReader(at: survey.path)
        let lines = survey.sample.map { record in try? reader.line(of: record) }
        let collected = Monitor<(measured: [Measured], fingerprints: [Data])>(([], []))
        let stride = max(1, (lines.count + Self.matchedMax - 1) / Self.matchedMax)
        try OrderedWork.run(lines, slots: pace.slots) { line in
            guard !stop.isRequested else { throw FleetError("stopped before the estimate was made") }
            return try Self.measure(line, decoder)
        } deliver: { _, value in
            let count = collected.update {
                if $0.measured.count % stride == 0 { $0.fingerprints.append(value.fingerprint) }
                $0.measured.append(value.measured)
                return $0.measured.count
            }
            progress(count)
        }
        let (measured, fingerprints) = collected.update { $0 }
        let matching = try Self.matchingSeconds(fingerprints, indexPath: indexPath, stop)
        self.init(
            measured, matchingSeconds: matching, of: survey.records,
            sampleSeconds: (ContinuousClock.now - started) / .seconds(1), pace: pace)
    }

    private static func measure(_ line: Manifest.Line?, _ decoder: DecodeService) throws -> (
        measured: Measured, fingerprint: Data
    ) {
        guard let line else { return (Measured(failure: "bad_line"), Data()) }
        let started = ContinuousClock.now
        let extracted = try decoder.extract(path: line.path)
        var measured = Measured(cpuSeconds: extracted.cpuSeconds)
        measured.wallSeconds = (ContinuousClock.now - started) / .seconds(1)
        let record = extracted.record
        if !record.outcome.hasResult { measured.failure = record.outcome.reason }
        measured.videoSeconds = record.media?.claimedDuration ?? record.outcome.decodedUntil ?? 0
        let bytes = try CanonicalJSON.encode(record).count + CanonicalJSON.encode(Submission.job(of: line)).count
        measured.storeBytes = Double(bytes + extracted.fingerprint.count)
        return (measured, extracted.fingerprint)
    }

    /// Processor seconds that making each of these findable and finding its copies took; 0 for what has no fingerprint.
    /// One video is looked for on one thread.
    private static func matchingSeconds(_ fingerprints: [Data], indexPath: String, _ stop: StopRequest) throws
        -> [Double]
    {
        let videos = try fingerprints.enumerated().map { number, bytes -> MatchVideo? in
            guard !bytes.isEmpty else { return nil }
            return MatchVideo(
                id: "sample \(number)", creator: nil, publishedAt: nil, sequence: 0,
                fingerprint: try MediaFingerprint(decoding: Array(bytes)))
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "moire-estimate-\(UUID().uuidString)"
        ).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let own = IndexMatchEngine(index: try FingerprintIndex(at: folder, create: true))
        let seen = (try? FingerprintIndex(at: indexPath, create: false)).map { IndexMatchEngine(index: $0) }
        func seconds(_ video: MatchVideo?, _ body: (MatchVideo) throws -> Void) throws -> Double {
            guard let video, !stop.isRequested else { return 0 }
            let started = processorSeconds()
            try body(video)
            return processorSeconds() - started
        }
        let adding = try videos.map { try seconds($0, { try own.add([$0]) }) }
        let known = Dictionary(uniqueKeysWithValues: videos.compactMap { $0 }.map { ($0.id, $0) })
        let finding = try videos.map { video in
            try seconds(video) { video in
                for other in try own.candidates(of: video).ids.compactMap({ known[$0] }) where other.id != video.id {
                    _ = try own.verdict(query: video, reference: other)
                }
                _ = try seen?.candidates(of: video)
            }
        }
        return zip(adding, finding).map { $0 + $1 }
    }

    private static func processorSeconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
