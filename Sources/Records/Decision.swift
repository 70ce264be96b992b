internal import FoundationEssentials

extension Event {
    /// What a reviewer made of a match: whether it counts, and against whom.
    ///
    /// Of several decisions about one match, the latest that is not reversed is in force. "Latest" is by `at`, and of
    /// equal times by event id: never by the order in which they arrived.
    public struct Decision: Sendable, Codable, Equatable {
        public enum Verdict: String, Sendable, Codable, CaseIterable {
            /// A copy: it counts, also where the scores alone would leave it in doubt.
            case confirmed
            /// No copy, or not the same content.
            case dismissed
            /// Shown with the owner's leave.
            case licensed
            /// The later video's creator made it.
            case ownFootage = "own_footage"
            /// The video that is called the earlier one is the copy.
            case otherFirst = "other_first"
        }

        /// The match's event.
        public var eventID: String
        public var verdict: Verdict
        public var by: String
        public var why: String
        /// When it was decided, RFC 3339 in UTC; two decisions at different times are two events.
        public var at: String

        enum CodingKeys: String, CodingKey { case eventID = "event_id", verdict, by, why, at }

        public init(eventID: String, verdict: Verdict, by: String, why: String, at: String) {
            self.eventID = eventID
            self.verdict = verdict
            self.by = by
            self.why = why
            self.at = at
        }
    }

    /// `at` for what is decided or reversed now: in microseconds, so that a reviewer's next word is another event.
    public static func now() -> String {
        let seconds = Date().timeIntervalSince1970
        let whole = seconds.rounded(.down)
        let micros = String(Int((seconds - whole) * 1_000_000))
        let text = Date(timeIntervalSince1970: whole).formatted(.iso8601)
        return "\(text.dropLast()).\(String(repeating: "0", count: 6 - micros.count))\(micros)Z"
    }
}

extension Event.Body {
    /// The event that this one is about, for a reversal or a decision.
    public var subject: String? {
        switch self {
        case .reversal(let reversal): reversal.eventID
        case .decision(let decision): decision.eventID
        case .videoObserved, .videoFeatures, .matchEdge, .matchSearched: nil
        }
    }
}
