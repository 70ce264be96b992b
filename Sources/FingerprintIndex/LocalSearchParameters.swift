import Glibc

/// The tuned numbers of a search by local features. They decide what is found and how long it takes, not what a pair is
/// worth.
struct LocalSearchParameters: Sendable {
    static let v1 = LocalSearchParameters()

    /// Blocks that a query opens in all lists together, about: 50 ns each where the lists take gigabytes.
    let blocksOfQuery = 3 << 17
    /// Postings in these blocks, about. Codes crowd, the more the longer the lists are: where blocks hold more, fewer
    /// features ask.
    let postingsOfQuery = 12 << 20
    let codesLeast = 400
    /// Hits of one of the query's features in one list; of more, the closest.
    let hitsOfFeature = 128
    /// References that are handed on.
    let candidatesMax = 64

    /// What a hit has to reach among so many features, and a line of time to say.
    ///
    /// Strangers' hits become more with the features, copies' do not. Up to 28 hours of references both are what a pair
    /// alone would need. With each doubling the similarity grows by 8 and the line by half a decade, until 32 and two more
    /// among 450 hours: of 91 million features that leaves a third of the hits and hands on half a stranger instead of
    /// five, and of 105 clips that were cropped, filmed or put into a window it loses one.
    func limits(features: Int) -> (similarity: Int32, votes: Double) {
        let doublings = max(0, min(4, log2(Double(max(1, features)) / Double(1 << 22))))
        return (LocalMatching.v1.hitLeast + Int32(8 * doublings), LocalMatching.v1.lineDecades + doublings / 2)
    }
}
