import Glibc

/// From evidence to what is reported.
enum Calibration {
    /// 0 for none, one half at `halfScoreDecades`, below 1 always.
    static func score(decades: Double) -> Double {
        decades > 0 ? decades / (decades + AlignerParameters.v1.halfScoreDecades) : 0
    }

    static func decades(score: Double) -> Double {
        score < 1 ? AlignerParameters.v1.halfScoreDecades * max(0, score) / (1 - max(0, score)) : .infinity
    }

    /// Chance that two unrelated clips score this or more.
    static func falseMatchRate(score: Double) -> Double {
        min(1, pow(10, -decades(score: score)))
    }
}
