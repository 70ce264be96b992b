internal import FoundationEssentials
internal import Records

/// How far a running attempt has come, for people who wait. Nothing is decided by it, and it is not durable.
public struct AttemptProgress: Sendable, Codable, Equatable {
    public enum Stage: String, Sendable, Codable, CaseIterable {
        /// The media come from a URL.
        case fetch
        case decode
        /// Decoded; the result is on its way to the coordinator.
        case handIn = "hand_in"
    }

    public var jobID: String
    public var attempt: Int
    public var stage: Stage
    /// Seconds of the media's timeline that are decoded; nil before the first.
    public var pts: Double?
    /// Seconds of media there are, as the container claims; nil when it does not say.
    public var duration: Double?

    enum CodingKeys: String, CodingKey { case jobID = "job_id", attempt, stage, pts, duration }

    public init(_ claim: Claim, stage: Stage, pts: Double? = nil, duration: Double? = nil) {
        jobID = claim.job.id
        attempt = claim.attempt
        self.stage = stage
        self.pts = pts
        self.duration = duration
    }

    /// One line of text for what a worker runs.
    static func text(_ progress: [AttemptProgress]) -> String {
        progress.isEmpty ? "" : (try? CanonicalJSON.string(progress)) ?? ""
    }

    /// Empty for a text that is torn, or another version's.
    static func parse(_ text: some StringProtocol) -> [AttemptProgress] {
        text.isEmpty ? [] : (try? CanonicalJSON.decode([AttemptProgress].self, from: Data(text.utf8))) ?? []
    }
}
