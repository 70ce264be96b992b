import Glibc

/// What may have been done to a sound: how much faster it plays, and how much higher it is.
///
/// Playing faster with the pitch (a turntable), faster at the same pitch (an editor's "tempo"), and higher at the
/// same tempo are three lines through one plane; along each the query is asked again in steps so small that what
/// lies between two of them still meets both.
struct SoundHypothesis: Equatable, Sendable {
    /// Reference seconds per query second.
    var tempo: Double
    /// Quarters of a band by which the query is higher; eight are a semitone.
    var pitch: Int

    static let asItIs = SoundHypothesis(tempo: 1, pitch: 0)
    /// 96 quarters of a band are an octave.
    static let octave = 96.0

    static func semitones(_ pitch: Double) -> Double { pitch * 12 / octave }

    /// The one that was not changed first; then speed, tempo and pitch, the smaller changes before the larger.
    static let all: [SoundHypothesis] = {
        var found = [asItIs]
        // Two per cent apart: over ten seconds the middle of two steps strays by 50 ms at the ends.
        let tempos = (1...12).flatMap { step in [pow(1.02, Double(step)), pow(1.02, -Double(step))] }
        found += tempos.map { SoundHypothesis(tempo: $0, pitch: Int((octave * log2($0)).rounded())) }
        found += tempos.map { SoundHypothesis(tempo: $0, pitch: 0) }
        // Half a semitone apart, to three and a half.
        found += (1...7).flatMap { step in [4 * step, -4 * step] }.map { SoundHypothesis(tempo: 1, pitch: $0) }
        return found
    }()
}
