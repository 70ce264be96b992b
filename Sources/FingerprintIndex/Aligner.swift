public import Fingerprints

/// The verdict on a pair of fingerprints.
///
/// It depends on the two fingerprints and on `AlignerParameters` alone: not on what else an index holds, nor
/// on the order in which videos arrived. The index only finds the pairs worth asking about.
///
/// **How.** Frames within a wide radius, and peaks of sound that meet, vote for lines: reference time =
/// speed × query time + offset. The best lines are judged in full. Along a line each distinct picture adds the
/// logarithm of how much likelier its distance is between copies than between strangers; sound adds the surprise at
/// how many peaks meet there and not beside it, and no moment of it more than a decade and a half. From the sum the
/// price of having tried many lines is taken. What is left, in decades, is the evidence; pictures and sound that agree
/// on one line add up. Only where the picture neither as it is nor in the mirror is part of what is found, it is tried
/// turned by right angles and as a negative, at a higher price. What moves must move in both (`MovementMatching`): it
/// chooses among lines that what stands still cannot tell apart, and takes away from a picture's evidence where it
/// agrees on none.
///
/// **Score.** evidence / (evidence + 4): 0 for none, 0.5 at ten thousand to one after the search is paid for,
/// and never quite 1, so that even sure matches keep their order.
public enum Aligner {
    /// Written into every match.
    public static var version: String { AlignerParameters.current.version }

    /// Matches from here on are reported unless asked otherwise; `falseMatchRate(score:)` says how safe that is.
    public static let confidentScore = 0.5

    /// Compares two fingerprints. Deterministic.
    ///
    /// - Complexity: all pairs of frames, 1.5 ns each; about a millisecond for a pair of short videos.
    public static func compare(
        query: MediaFingerprint, reference: MediaFingerprint, queryID: String = "query",
        referenceID: String = "reference",
        bank: String = "default", modality: LookupOptions.Modality = .any, minimumScore: Double = confidentScore
    ) -> PairReport {
        let names = Names(query: queryID, reference: referenceID, bank: bank)
        return compare(
            query: Prepared(query, as: .query, useVideo: modality != .audio, useAudio: modality != .video),
            reference: Prepared(reference, as: .reference, useVideo: modality != .audio, useAudio: modality != .video),
            names: names, minimumScore: minimumScore, listsPeaks: true)
    }

    /// Chance that two unrelated clips reach a score.
    public static func falseMatchRate(score: Double) -> Double {
        Calibration.falseMatchRate(score: score)
    }

    struct Names {
        var query: String
        var reference: String
        var bank: String
    }

    /// - Parameter listsPeaks: whether the report names the peaks of sound that agree: for a person's eyes, and
    ///   a cost that a lookup of many references does without.
    static func compare(
        query: Prepared, reference: Prepared, names: Names, minimumScore: Double, listsPeaks: Bool = false
    ) -> PairReport {
        var pair = PairComparison(query: query, reference: reference)
        pair.listsPeaks = listsPeaks
        let upright = pair.upright()
        return pair.report(
            upright, turned: { pair.turned(upright.sounds) }, names: names, minimumScore: minimumScore)
    }
}
