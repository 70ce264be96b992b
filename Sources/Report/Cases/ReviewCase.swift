internal import FingerprintIndex
package import Records
package import Scoring

/// One match as something to decide about: what was seen, what it costs, who is concerned, and what was decided.
package struct ReviewCase: Sendable {
    package enum State: String, Sendable, CaseIterable {
        case open
        /// A decision is in force.
        case decided
        /// The match's own event was reversed: it stands in no profile.
        case reversed
    }

    /// How a creator stands, as a row can show it.
    package struct Standing: Sendable, Equatable {
        package var score: Int
        package var band: String
        package var milestone: Int?
        package var decisions: Int
    }

    package var view: Catalogue.MatchView
    package var tenant: String
    package var state: State
    /// The match in the later video's creator's profile; nil where there is no such profile.
    package var copy: CreatorProfile.Copy?
    /// What the entries that name the match took from the score, together with the other matches that they name.
    package var points: Int
    package var queryStanding: Standing?
    package var referenceStanding: Standing?

    /// The match's event: the permanent name of the case.
    package var id: String { view.event.eventID }
    package var edge: Event.MatchEdge { view.edge }
    package var decision: CreatorProfile.Ruling? { view.decision }
    /// 0...1 of the later video.
    package var share: Double { copy?.share ?? edge.match.queryCoverage }

    /// Pictures at somebody else's before one's own again, what counts before what does not, then by what it costs,
    /// by how much of the video it is, and by how sure it is.
    func isWorse(than other: ReviewCase) -> Bool {
        let (a, b) = (view, other.view)
        if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
        if (a.notCounted == nil) != (b.notCounted == nil) { return a.notCounted == nil }
        if points != other.points { return points < other.points }
        if share != other.share { return share > other.share }
        let (score, otherScore) = (edge.match.score, other.edge.match.score)
        return score != otherScore ? score > otherScore : id < other.id
    }
}
