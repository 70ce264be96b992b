import Fingerprints
import Frames

/// Two peaks of sound that lie on one line: the same instant of the same sound, heard in both.
public struct SoundPair: Sendable, Codable, Equatable {
    /// Seconds on the query's timeline: the middle of the frame in which the peak was found.
    public var query: Double
    /// Seconds on the reference's timeline, likewise.
    public var reference: Double
    /// Frequency of the peak in each, Hz; they differ when the pitch was changed.
    public var queryHz: Double
    public var referenceHz: Double

    enum CodingKeys: String, CodingKey {
        case query, reference, queryHz = "query_hz", referenceHz = "reference_hz"
    }

    public init(query: Double, reference: Double, queryHz: Double, referenceHz: Double) {
        self.query = query
        self.reference = reference
        self.queryHz = queryHz
        self.referenceHz = referenceHz
    }

    /// Most pairs of one report; more tell no more, and 2,000 are some 200 KB of JSON.
    public static let reportMax = 2_000
}

extension SoundPair {
    /// Samples of a frame, and hops of half a frame.
    private static let frameSamples = 1024.0
    private static let middleHops = 4.0

    /// The peaks behind landmarks that agree.
    ///
    /// - Parameter times: query and reference seconds of agreeing landmarks, in the query's order.
    /// - Returns: each pair of peaks once, in the query's order, at most `reportMax` of them.
    static func peaks(at times: [(query: Double, reference: Double)], query: Prepared, reference: Prepared)
        -> [SoundPair]
    {
        guard !times.isEmpty else { return [] }
        let hop = query.hopSeconds
        let binHz = Double(MonoBlock.sampleRateHz) / frameSamples
        func byHop(_ landmarks: [Landmark]) -> [UInt32: [UInt32]] {
            Dictionary(grouping: landmarks, by: \.hop).mapValues { $0.map(\.hash) }
        }
        let asked = byHop(query.landmarks), known = byHop(reference.landmarks)
        var pairs: [SoundPair] = []
        var seen: Set<[UInt32]> = []
        for time in times {
            let queryHop = UInt32((time.query / hop).rounded()), referenceHop = UInt32((time.reference / hop).rounded())
            let there = Set(known[referenceHop] ?? [])
            // The landmark's first peak stands in the hash's upper bits.
            let bins = Set((asked[queryHop] ?? []).filter(there.contains).map { $0 >> 14 })
            for bin in bins.sorted() where seen.insert([queryHop, referenceHop, bin]).inserted {
                pairs.append(
                    SoundPair(
                        query: time.query + middleHops * hop, reference: time.reference + middleHops * hop,
                        queryHz: Double(bin) * binHz, referenceHz: Double(bin) * binHz))
            }
        }
        return spread(pairs, atMost: reportMax)
    }

    /// At most `most` of the pairs, evenly over their order, the first and the last among them.
    public static func spread(_ pairs: [SoundPair], atMost most: Int) -> [SoundPair] {
        precondition(most >= 2, "\(most) of \(pairs.count) pairs")
        guard pairs.count > most else { return pairs }
        return (0..<most).map { pairs[$0 * (pairs.count - 1) / (most - 1)] }
    }
}
