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
    /// Of the decoders: the coordinator and the scorer come on top, some hundredths of it.
    public var cpuHours: EstimatedRange
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
        case videos, sample, sampleSeconds = "sample_seconds", videoHours = "video_hours", cpuHours = "cpu_hours", slots
        case hours, storeBytes = "store_bytes", failureShare = "failure_share", failures
    }

    /// How the fleet will work through the archive.
    public struct Pace: Sendable {
        /// Files that the whole fleet decodes at once.
        public var slots: Int
        /// Jobs a second at most.
        public var rate: Double?
        public var window: DayWindow?

        public init(slots: Int, rate: Double? = nil, window: DayWindow? = nil) {
            self.slots = slots
            self.rate = rate
            self.window = window
        }

        /// Hours from start to end for `count` jobs that take one slot `slotHours`.
        func hours(_ slotHours: EstimatedRange, count: Int) -> EstimatedRange {
            let share = window?.share ?? 1
            let least = rate.map { Double(count) / $0 / 3600 } ?? 0
            func whole(_ value: Double) -> Double { max(value / Double(slots), least) / share }
            return EstimatedRange(
                value: whole(slotHours.value), low: whole(slotHours.low), high: whole(slotHours.high))
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

    init(_ measured: [Measured], of videos: Int, sampleSeconds: Double, pace: Pace) {
        self.videos = videos
        self.sampleSeconds = sampleSeconds
        sample = measured.count
        slots = pace.slots
        videoHours = SampleStatistics.total(measured.map { $0.videoSeconds / 3600 }, of: videos)
        cpuHours = SampleStatistics.total(measured.map { $0.cpuSeconds / 3600 }, of: videos)
        hours = pace.hours(SampleStatistics.total(measured.map { $0.wallSeconds / 3600 }, of: videos), count: videos)
        storeBytes = SampleStatistics.total(measured.map(\.storeBytes), of: videos)
        failures = measured.compactMap(\.failure).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        failureShare = SampleStatistics.share(failures.values.reduce(0, +), of: measured.count, in: videos)
    }

    /// Decodes the survey's sample, as many files at once as `pace` says and this machine has processors for.
    ///
    /// - Parameter progress: called after each file with how many are done.
    /// - Throws: `DecodeError` when this machine cannot decode; `FleetError` when asked to stop.
    public init(
        from survey: ManifestSurvey, decoder: DecodeService, pace: Pace, stop: StopRequest,
        progress: @escaping @Sendable (Int) -> Void
    ) throws {
        let started = ContinuousClock.now
        let reader = try ManifestReader(at: survey.path)
        let lines = survey.sample.map { record in try? reader.line(of: record) }
        let measured = Collected()
        try OrderedWork.run(lines, slots: pace.slots) { line in
            guard !stop.isRequested else { throw FleetError("stopped before the estimate was made") }
            return try Self.measure(line, decoder)
        } deliver: { _, value in
            progress(measured.append(value))
        }
        self.init(
            measured.all, of: survey.records, sampleSeconds: (ContinuousClock.now - started) / .seconds(1), pace: pace)
    }

    private static func measure(_ line: Manifest.Line?, _ decoder: DecodeService) throws -> Measured {
        guard let line else { return Measured(failure: "bad_line") }
        let started = ContinuousClock.now
        let extracted = try decoder.extract(path: line.path)
        var measured = Measured(cpuSeconds: extracted.cpuSeconds)
        measured.wallSeconds = (ContinuousClock.now - started) / .seconds(1)
        let record = extracted.record
        if !record.outcome.hasResult { measured.failure = record.outcome.reason }
        measured.videoSeconds = record.media?.claimedDuration ?? record.outcome.decodedUntil ?? 0
        let bytes = try CanonicalJSON.encode(record).count + CanonicalJSON.encode(Submission.job(of: line)).count
        measured.storeBytes = Double(bytes + extracted.fingerprint.count)
        return measured
    }

    private final class Collected: Sendable {
        private let values = Monitor<[Measured]>([])

        /// How many there are then.
        func append(_ value: Measured) -> Int {
            values.update {
                $0.append(value)
                return $0.count
            }
        }

        var all: [Measured] { values.update { $0 } }
    }
}
