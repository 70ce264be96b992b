/// How alike two Chromaprints are, the way AcoustID compares them.
///
/// The offset is the one at which most words agree in their upper 14 bits (`pg_acoustid`,
/// `acoustid_compare.c`); all words that then face each other are compared bit by bit. The share of
/// bits that differ is near 0 for the same recording and near 0.5 for others.
///
/// Deviations: AcoustID looks no further than 120 words away (recordings that it compares begin
/// together) and votes with the last word of each kind; here all words vote over all offsets, so that an
/// excerpt is found too, except over offsets that leave less than `overlapWordsMin` to compare although
/// both have more.
///
/// Complexity: the words of both, plus `votesMax` at most.
public struct ChromaprintComparison: Sendable, Equatable {
    /// Upper bits in which words must agree to vote for an offset.
    static let alignBits: UInt32 = 14
    /// Votes of one comparison. Two files of two minutes that are one word throughout give 0.9 million;
    /// longer ones are aligned by their rarer words.
    static let votesMax = 20_000_000

    /// What the share of differing bits means.
    public enum Verdict: String, Sendable, CaseIterable {
        case sameRecording = "same_recording"
        case undecided
        case different
        /// What was compared is silence or one tone in either: it is alike without being a copy.
        case featureless
        case tooShort = "too_short"
    }

    /// Shares up to here are copies of one recording. 106 clips of all kinds, made into Chromaprints from
    /// their own and from resampled sound, differ in at most 0.017; strangers were never below 0.33.
    static let sameRateMax = 0.15
    /// Shares from here on are strangers': those 106 clips against each other, wherever 5 s faced each
    /// other, gave 1058 pairs, of which two were below (0.331 and 0.337), silence left out.
    static let differentRateMin = 0.35
    /// Fewer words are too few to say: 5 s.
    static let overlapWordsMin = 40
    /// Fewer distinct words in what was compared have no features. Silence has one; the poorest clip with
    /// sound had 19 in 60.
    static let distinctWordsMin = 8

    /// Words of A that stand before the first word of B; negative when B begins earlier. Nil when no
    /// word votes.
    public var offsetWords: Int?
    /// Votes for this offset.
    public var alignedWords: Int
    /// Words that face each other.
    public var overlapWords: Int
    /// Share of bits that differ among them; nil without any.
    public var bitErrorRate: Double?
    /// Distinct words of A or of B among them, whichever has fewer.
    public var distinctWords = 0
    /// Words of the shorter one.
    private let shorterWords: Int

    public init(_ a: Chromaprint, _ b: Chromaprint) {
        shorterWords = min(a.words.count, b.words.count)
        let offset = Self.offset(a.words, b.words)
        offsetWords = offset?.value
        alignedWords = offset?.votes ?? 0
        guard let shift = offsetWords else {
            overlapWords = 0
            return
        }
        let from = max(0, shift)
        let to = min(a.words.count, b.words.count + shift)
        overlapWords = max(0, to - from)
        guard overlapWords > 0 else { return }
        distinctWords = min(Set(a.words[from..<to]).count, Set(b.words[from - shift..<to - shift]).count)
        var differing = 0
        for index in from..<to { differing += (a.words[index] ^ b.words[index - shift]).nonzeroBitCount }
        bitErrorRate = Double(differing) / Double(32 * overlapWords)
    }

    public var verdict: Verdict {
        if shorterWords < Self.overlapWordsMin { return .tooShort }
        guard let bitErrorRate else { return .different }
        if distinctWords < Self.distinctWordsMin { return .featureless }
        if bitErrorRate <= Self.sameRateMax { return .sameRecording }
        return bitErrorRate >= Self.differentRateMin ? .different : .undecided
    }

    /// Seconds in A at which B's sound begins.
    public var offsetSeconds: Double? { offsetWords.map { Double($0) * Chromaprint.wordSeconds } }
    public var overlapSeconds: Double { Double(overlapWords) * Chromaprint.wordSeconds }

    /// The offset with most votes, and of these the one nearest to zero.
    private static func offset(_ a: [UInt32], _ b: [UInt32]) -> (value: Int, votes: Int)? {
        guard !a.isEmpty, !b.isEmpty else { return nil }
        let (inA, inB) = (positions(a), positions(b))
        // Rarest first: should the votes run out, the words that say least are left out.
        let shared = inA.keys.filter { inB[$0] != nil }
            .map { (key: $0, pairs: (inA[$0]?.count ?? 0) * (inB[$0]?.count ?? 0)) }
            .sorted { ($0.pairs, $0.key) < ($1.pairs, $1.key) }
        // votes[k] is for offset k - (b.count - 1).
        var votes = [Int32](repeating: 0, count: a.count + b.count - 1)
        var left = votesMax
        for (key, pairs) in shared {
            // Nothing but words that stand everywhere: any offset is as good as the first.
            if pairs > votesMax, left == votesMax { return (0, 0) }
            guard pairs <= left else { break }
            left -= pairs
            for i in inA[key] ?? [] { for j in inB[key] ?? [] { votes[Int(i) - Int(j) + b.count - 1] += 1 } }
        }
        let overlapMin = min(overlapWordsMin, a.count, b.count)
        var best: (value: Int, votes: Int)?
        for (slot, count) in votes.enumerated() where count > 0 {
            let value = slot - (b.count - 1)
            guard min(a.count, b.count + value) - max(0, value) >= overlapMin else { continue }
            if let found = best, (Int(count), -abs(value)) <= (found.votes, -abs(found.value)) { continue }
            best = (value, Int(count))
        }
        return best
    }

    private static func positions(_ words: [UInt32]) -> [UInt32: [Int32]] {
        var positions: [UInt32: [Int32]] = [:]
        for (index, word) in words.enumerated() {
            positions[word >> (32 - alignBits), default: []].append(Int32(truncatingIfNeeded: index))
        }
        return positions
    }
}
