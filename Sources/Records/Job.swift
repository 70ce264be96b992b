public import FoundationEssentials

/// Which queue a job waits in, in falling priority.
public enum Lane: String, Sendable, Codable, CaseIterable, Comparable {
    case live, lookup, backfill

    public var priority: Int {
        switch self {
        case .live: 0
        case .lookup: 1
        case .backfill: 2
        }
    }

    public static func < (a: Lane, b: Lane) -> Bool { a.priority < b.priority }
}

/// What to do for one input.
public struct JobSpec: Sendable, Codable, Equatable {
    /// 32 hex digits derived from tenant and key: the same submission is the same job.
    public var id: String
    /// Idempotency key given by the submitter.
    public var key: String
    public var tenant: String
    public var lane: Lane
    /// Absolute path of the media, or its `http://` or `https://` URL.
    public var path: String
    public var video: VideoFacts

    public init(key: String, tenant: String = "default", lane: Lane = .live, path: String, video: VideoFacts) {
        self.id = String(Digest.hex(of: "job\u{0}\(tenant)\u{0}\(key)").prefix(32))
        self.key = key
        self.tenant = tenant
        self.lane = lane
        self.path = path
        self.video = video
    }
}

/// What one attempt brought home, written by the supervisor and committed by the coordinator.
public struct JobResult: Sendable, Codable, Equatable {
    public var jobID: String
    /// The fence: a result whose attempt is not the newest known one is refused.
    public var attempt: Int
    public var worker: String
    public var record: ExtractRecord
    /// `MediaFingerprint` in its stored form; empty when the outcome has no result.
    public var fingerprint: Data
    /// CPU seconds the decode child used.
    public var cpuSeconds: Double
    /// Set when the media could not be fetched for a reason that may pass, and was not judged: seconds that its server
    /// wants to be left alone for, at least 0.
    public var retryAfterSeconds: Double?

    enum CodingKeys: String, CodingKey {
        case jobID = "job_id", attempt, worker, record, fingerprint, cpuSeconds = "cpu_seconds"
        case retryAfterSeconds = "retry_after_seconds"
    }

    public init(
        jobID: String, attempt: Int, worker: String, record: ExtractRecord, fingerprint: Data,
        cpuSeconds: Double, retryAfterSeconds: Double? = nil
    ) {
        self.jobID = jobID
        self.attempt = attempt
        self.worker = worker
        self.record = record
        self.fingerprint = fingerprint
        self.cpuSeconds = cpuSeconds
        self.retryAfterSeconds = retryAfterSeconds
    }
}
