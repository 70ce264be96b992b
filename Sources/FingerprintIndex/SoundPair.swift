import Fingerprints

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
    /// Hops of half a frame: a peak's hop is where the frame begins in which it is highest.
    private static let middleHops = 4.0

    /// The peaks that meet on a line, in the query's order, at most `reportMax` of them.
    static func peaks(of meetings: [AudioEvidence.Meeting]) -> [SoundPair] {
        func seconds(_ hop: Double) -> Double { (hop + middleHops) * AudioFingerprint.hopSeconds }
        return spread(
            meetings.map {
                SoundPair(
                    query: seconds($0.query), reference: seconds($0.reference),
                    queryHz: AudioFingerprint.hertz(band: UInt16($0.queryBand)),
                    referenceHz: AudioFingerprint.hertz(band: UInt16($0.referenceBand)))
            }, atMost: reportMax)
    }

    /// At most `most` of the pairs, evenly over their order, the first and the last among them.
    public static func spread(_ pairs: [SoundPair], atMost most: Int) -> [SoundPair] {
        precondition(most >= 2, "\(most) of \(pairs.count) pairs")
        guard pairs.count > most else { return pairs }
        return (0..<most).map { pairs[$0 * (pairs.count - 1) / (most - 1)] }
    }
}
