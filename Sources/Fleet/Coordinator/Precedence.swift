internal import Records

/// Who of two videos was first. It depends on what is known of the two and on nothing else, so the
/// answer is the same whichever of them the coordinator meets first.
struct Precedence: Equatable {
    /// True when `a` was first.
    var aIsFirst: Bool
    var direction: Event.MatchEdge.Direction

    /// By publication time where both have one and they differ; by order of acceptance otherwise.
    ///
    /// A catalogue's video was never accepted; it is taken for the earlier one, with direction
    /// `unknown` unless both publication times say so.
    init(_ a: MatchVideo, _ b: MatchVideo) {
        if let x = a.publishedAt.flatMap(PublicationTime.microseconds),
            let y = b.publishedAt.flatMap(PublicationTime.microseconds), x != y
        {
            aIsFirst = x < y
            direction = .published
        } else if a.sequence != b.sequence, a.sequence == 0 || b.sequence == 0 {
            aIsFirst = a.sequence == 0
            direction = .unknown
        } else {
            aIsFirst = (a.sequence, a.id) < (b.sequence, b.id)
            direction = .accepted
        }
    }
}
