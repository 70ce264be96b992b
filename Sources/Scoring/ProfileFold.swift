import FingerprintIndex
public import Records
import Signals

/// Events in, profiles out. No clock, no files, no order of arrival.
public enum ProfileFold {
    /// The profiles of all creators that the events of one tenant name.
    ///
    /// Events may come in any order and any number of times. A creator none of whose events stands
    /// has no profile.
    public static func fold(events: [Event], rules: ScoringRules) -> [String: CreatorProfile] {
        ProfileBook(rules: rules, events: events).profiles()
    }

    /// One creator's profile, from that creator's events and what reverses them.
    ///
    /// - Parameter events: at least every event with `creator(of:)` equal to `creator`, the
    ///   `match.searched` events of these videos, the matches whose reference is the creator's, the decisions about
    ///   matches, and the reversals of all these; others are ignored.
    public static func profile(of creator: String, events: [Event], rules: ScoringRules) -> CreatorProfile? {
        ProfileBook(rules: rules, events: events).profile(of: creator)
    }

    /// The events that no reversal in force takes out, each once, by id. Reversals and decisions are not among them.
    public static func standing(_ events: [Event]) -> [Event] {
        ProfileBook(rules: .standard, events: events).standing()
    }

    /// Whose profiles an event may change by itself: that of `creator(of:)`, and for a match also that of the
    /// reference's creator, against whom a reviewer may turn it.
    public static func creators(namedBy event: Event) -> Set<String> {
        var creators: Set<String> = creator(of: event).map { [$0] } ?? []
        if case .matchEdge(let edge) = event.body, let other = edge.referenceCreator { creators.insert(other) }
        return creators
    }

    /// Which of two measurements of one video counts: newer detectors replace older ones; of two
    /// passes by the same ones, the one that got further does. Nil where neither is ahead.
    public static func isOlder(_ a: Event.VideoFeatures, than b: Event.VideoFeatures) -> Bool? {
        for (x, y) in zip(versions(of: a), versions(of: b)) where x != y { return VersionOrder.precedes(x, y) }
        return a.duration == b.duration ? nil : a.duration < b.duration
    }

    private static func versions(of body: Event.VideoFeatures) -> [String] {
        [body.static?.version, body.quality?.version, body.recapture?.version, body.sound?.version].map { $0 ?? "" }
    }

    /// Whose profile an event goes into: the uploader's, for a match that of the later video. Nil for
    /// searches (they follow their video), reversals and decisions (they follow their target), and unknown creators.
    public static func creator(of event: Event) -> String? {
        switch event.body {
        case .videoObserved(let observed): observed.video.creator
        case .videoFeatures(let features): features.creator
        case .matchEdge(let edge): edge.queryCreator
        case .matchSearched, .reversal, .decision: nil
        }
    }

    /// The video an event is about: for a match the later one; nil for reversals and decisions.
    public static func video(of event: Event) -> String? {
        switch event.body {
        case .videoObserved(let observed): observed.video.videoID
        case .videoFeatures(let features): features.videoID
        case .matchEdge(let edge): edge.match.query
        case .matchSearched(let searched): searched.videoID
        case .reversal, .decision: nil
        }
    }
}
