internal import Records

/// The decisions in force, by the match that each is about.
typealias Rulings = [String: CreatorProfile.Ruling]

extension CreatorProfile.Ruling {
    init?(_ event: Event) {
        guard case .decision(let body) = event.body else { return nil }
        self.init(eventID: event.eventID, verdict: body.verdict, by: body.by, why: body.why, at: body.at)
    }

    /// Whether `other` was decided later. Spelling and id settle what the clock does not, so that the order in which
    /// the two arrived never matters.
    func isBefore(_ other: Self) -> Bool {
        let (mine, theirs) = (PublicationTime.seconds(in: at), PublicationTime.seconds(in: other.at))
        if mine != theirs { return (mine ?? .min) < (theirs ?? .min) }
        return (at, eventID) < (other.at, other.eventID)
    }

    /// Why the match costs nothing; nil where it counts, or where the rules are left to say.
    ///
    /// - Parameter edge: the match as it stands, or exchanged.
    func objection(to edge: Event.MatchEdge) -> String? {
        switch verdict {
        case .confirmed: nil
        case .dismissed, .licensed, .ownFootage: verdict.rawValue
        case .otherFirst: edge.direction == .decided ? nil : verdict.rawValue
        }
    }

    /// Whether the match says that the query's creator took the picture from the reference.
    func deniesTaking(_ edge: Event.MatchEdge) -> Bool {
        switch verdict {
        case .confirmed, .licensed: false
        case .dismissed, .ownFootage: true
        case .otherFirst: edge.direction != .decided
        }
    }
}
