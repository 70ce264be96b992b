internal import Fingerprints

/// How alike two signals of one type are, by the measure and the thresholds of `python-threatexchange`'s `compare_hash`.
///
/// That is what Hasher-Matcher-Actioner answers with, and less than Moiré's own comparison: of a video it counts frames
/// that are somewhere in the other, in whatever order, and knows nothing of times, crops or sound.
public struct SignalComparison: Sendable, Equatable {
    public enum Distance: Sendable, Equatable {
        /// The type knows only equal and not equal.
        case none
        /// Bits that differ, of 256.
        case bits(Int)
        /// Percent of the first signal's frames that are in the second, and of the second's that are in the first.
        case percent(query: Double, compared: Double)
    }

    public var isMatch: Bool
    public var distance: Distance

    /// Bits up to which two pictures are one (`PDQ_CONFIDENT_MATCH_THRESHOLD`, `VPDQ_DISTANCE_THRESHOLD`).
    public static let bitsMax = 31
    /// Frames under this quality do not count (`VPDQ_QUALITY_THRESHOLD`).
    public static let qualityMin = 50
    /// Percent of the query's frames that must be in the other (`VPDQ_QUERY_MATCH_THRESHOLD_PERCENT`); of the other's,
    /// any share will do.
    public static let queryPercentMin = 80.0

    /// - Throws: `InteropError` when one is not a signal of the type, or has no frame to compare.
    public init(_ type: SignalType, _ first: String, _ second: String) throws(InteropError) {
        let (first, second) = (try type.validated(first), try type.validated(second))
        switch type {
        case .pdq:
            guard let a = PDQHash(hex: first), let b = PDQHash(hex: second) else {
                throw InteropError(.malformed, "A PDQ hash is 64 lower-case hex digits.")
            }
            let bits = a.hammingDistance(to: b)
            self.init(isMatch: bits <= Self.bitsMax, distance: .bits(bits))
        case .vpdq:
            self = try Self.frames(try SignalType.frames(of: first), try SignalType.frames(of: second))
        case .videoMD5:
            self.init(isMatch: first == second, distance: .none)
        }
    }

    init(isMatch: Bool, distance: Distance) {
        self.isMatch = isMatch
        self.distance = distance
    }

    /// Compares every frame with every other.
    ///
    /// - Complexity: the product of the two numbers of different hashes; a minute against a minute at four frames a second
    ///   takes 0.1 ms.
    static func frames(_ query: [VPDQFrame], _ compared: [VPDQFrame]) throws(InteropError) -> SignalComparison {
        let (query, compared) = (counted(query), counted(compared))
        guard !query.isEmpty, !compared.isEmpty else {
            throw InteropError(.empty, "A vPDQ signal without a frame of quality \(qualityMin) cannot be compared.")
        }
        let percent = (
            query: share(of: query, in: compared) * 100, compared: share(of: compared, in: query) * 100
        )
        return SignalComparison(
            isMatch: percent.query >= queryPercentMin,
            distance: .percent(query: percent.query, compared: percent.compared))
    }

    /// Each hash once, with the quality of its first frame, as the tools do it.
    private static func counted(_ frames: [VPDQFrame]) -> [PDQHash] {
        var seen: Set<PDQHash> = []
        return frames.filter { seen.insert($0.hash).inserted && $0.quality >= qualityMin }.map(\.hash)
    }

    private static func share(of some: [PDQHash], in others: [PDQHash]) -> Double {
        let found = some.count { one in others.contains { one.hammingDistance(to: $0) <= bitsMax } }
        return Double(found) / Double(some.count)
    }
}
