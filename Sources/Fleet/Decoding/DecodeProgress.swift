internal import DecodeWire

/// How far one decode has come.
public struct DecodeProgress: Sendable, Equatable {
    public enum Stage: String, Sendable, CaseIterable {
        /// The media are being fetched from a URL.
        case fetch
        case decode
    }

    public var stage: Stage
    /// Seconds of the file's timeline that are decoded.
    public var pts: Double?
    /// Seconds that the container claims to have; may be false.
    public var duration: Double?

    public init(_ stage: Stage, pts: Double? = nil, duration: Double? = nil) {
        self.stage = stage
        self.pts = pts
        self.duration = duration
    }

    /// Nil for times that no file could have: a decode child may have been taken over.
    init?(_ mark: ProgressMark) {
        let plausible = 0...AnswerCheck.secondsMax
        guard plausible.contains(mark.decoded) else { return nil }
        self.init(
            .decode, pts: mark.decoded, duration: mark.claimed.flatMap { plausible.contains($0) ? $0 : nil })
    }
}
