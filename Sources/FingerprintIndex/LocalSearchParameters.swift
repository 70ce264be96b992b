import Glibc

/// The tuned numbers of a search by local features. They decide what is found and how long it takes, not what a pair is
/// worth.
struct LocalSearchParameters: Sendable {
    static let v1 = LocalSearchParameters()
    /// For turned pictures: eight sides at half of what the first two may cost.
    static let turned = {
        var turned = LocalSearchParameters()
        turned.blocksOfQuery /= 2
        turned.postingsOfQuery /= 2
        turned.codesLeast /= 8
        turned.votesMore = 1
        turned.candidatesMax = 12
        return turned
    }()

    /// Blocks that a query opens in all lists together, about: 50 to 200 ns each where the lists take gigabytes.
    var blocksOfQuery = 3 << 17
    /// Postings in these blocks, about. Codes crowd, the more the longer the lists are: where blocks hold more, fewer
    /// features ask.
    var postingsOfQuery = 12 << 20
    var codesLeast = 400
    /// Hits of one of the query's features in a list, for each 16 million features that are in it; of more, the closest.
    let hitsOfFeature = 128
    /// Of each frame's features, how many ask with a turned picture: one in so many, and at least so many.
    let askingShare = 8
    let askingLeast = 24
    /// References that are handed on.
    var candidatesMax = 64
    /// Decades that a line has to say beyond `limits`.
    var votesMore = 0.0

    /// What a hit has to reach among so many features, and a line of time to say.
    ///
    /// Strangers' hits become more with the features, copies' do not. Up to 28 hours of references both are what a pair
    /// alone would need. With each doubling the similarity grows by 8 and the line by half a decade, until 32 and two more
    /// among 450 hours: of 91 million features that leaves a third of the hits and hands on half a stranger instead of
    /// five, and of 105 clips that were cropped, filmed or put into a window it loses one.
    func limits(features: Int) -> (similarity: Int32, votes: Double) {
        let doublings = max(0, min(4, log2(Double(max(1, features)) / Double(1 << 22))))
        let votes = LocalMatching.current.lineDecades + doublings / 2 + votesMore
        return (LocalMatching.current.hitLeast + Int32(8 * doublings), votes)
    }
}
