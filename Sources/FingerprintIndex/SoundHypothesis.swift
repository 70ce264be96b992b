import Glibc

/// What may have been done to a sound: how much faster it plays, and how much higher it is.
///
/// Playing faster with the pitch (a turntable), faster at the same pitch (an editor's "tempo"), and higher at the
/// same tempo are three lines through one plane; along each the query is asked again in steps so small that what
/// lies between two of them still meets both. Whoever turns both knobs is somewhere else in the plane, and asked for
/// more coarsely, after these.
struct SoundHypothesis: Equatable, Sendable {
    /// Reference seconds per query second.
    var tempo: Double
    /// Quarters of a band by which the query is higher; eight are a semitone.
    var pitch: Int

    static let asItIs = SoundHypothesis(tempo: 1, pitch: 0)
    /// 96 quarters of a band are an octave.
    static let octave = 96.0

    /// Neighbouring tempos of a line differ by this share.
    static let tempoStep = 0.02

    static func semitones(_ pitch: Double) -> Double { pitch * 12 / octave }

    /// The one that was not changed first; then speed, tempo and pitch, the smaller changes before the larger.
    static let all: [SoundHypothesis] = {
        var found = [asItIs]
        // Two per cent apart: over ten seconds the middle of two steps strays by 50 ms at the ends.
        let tempos = (1...12).flatMap { step in [pow(1 + tempoStep, Double(step)), pow(1 + tempoStep, -Double(step))] }
        found += tempos.map { SoundHypothesis(tempo: $0, pitch: Int((octave * log2($0)).rounded())) }
        found += tempos.map { SoundHypothesis(tempo: $0, pitch: 0) }
        // Half a semitone apart, to three and a half.
        found += (1...7).flatMap { step in [4 * step, -4 * step] }.map { SoundHypothesis(tempo: 1, pitch: $0) }
        return found
    }()

    // MARK: Beside the lines

    /// Four per cent apart, from 0.79 to 1.27, without 1; ascending.
    static let coarseTempos: [Double] = (-6...6).filter { $0 != 0 }.map { pow(1.04, Double($0)) }

    /// Of the plane what the lines do not reach, half a semitone and four per cent apart.
    static let apart: [SoundHypothesis] = coarseTempos.flatMap { tempo in
        (-7...7).map { SoundHypothesis(tempo: tempo, pitch: 4 * $0) }.filter(\.isApart)
    }

    /// Whether it lies off each line by more than the peaks' own tolerance reaches.
    var isApart: Bool {
        abs(pitch) > 2 && abs(Double(pitch) - Self.octave * log2(tempo)) > 2 && abs(tempo - 1) > 0.01
    }

    /// Itself and the tempos that lie half a step from it; what is on the lines was asked before.
    var withNeighbours: [SoundHypothesis] {
        let step = 1 + Self.tempoStep
        return [tempo, tempo * step, tempo / step].map { SoundHypothesis(tempo: $0, pitch: pitch) }.filter(\.isApart)
    }
}
