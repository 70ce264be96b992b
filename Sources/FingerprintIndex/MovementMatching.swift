/// The numbers that a verdict by movement depends on, with those of `MovementEvidence`. Whoever edits one raises
/// `AlignerParameters.version`.
///
/// Measured on 460 copies under every kind of edit that were found by their places, and on 40 second halves of clips that
/// were taken for copies of the first ones.
struct MovementMatching: Sendable {
    static let current = MovementMatching()

    /// Paths and frames that would score this say enough to be looked at.
    let scoreLeast = 0.2
    /// How far from where the pictures have it a line is looked for, seconds.
    let reach = 30.0
    /// Lines of whole frames that are looked at.
    let linesMost = 4
    /// How much of a stretch is looked at, seconds.
    let spanMost = 60.0
    /// By how much a line may be off and still be the same, seconds.
    let sameLineSeconds = 0.2
    /// A line on which movement correlates like this is the right one: of copies where they agree, 400 of 460, it is 0.95
    /// in the middle.
    let confirmed = 0.75
    /// Another line takes its place that correlates like this, and says so much, nats, and so many times as much. Of the
    /// copies' lines, 79 were wrong by more than a quarter of a second and 29 still are; of those that were moved, 3.
    let foundCorrelation = 0.6
    let foundSurprise = 8.0
    let foundRatio = 1.5
    /// Whether a stretch is surely a copy.
    func isConfirmed(_ movement: Match.Movement) -> Bool {
        movement.correlation >= (movement.seconds >= 3 ? foundCorrelation : confirmed)
    }

    /// Backwards, or far from its own speed, a copy correlates like this and says as much as on another line; or like
    /// that, however short.
    let strangeCorrelation = 0.7
    let strangeCorrelationAlone = 0.85
    /// Steps that a stretch has against which movement may speak: 3 s.
    let verdictSteps = 12
    /// Mean square of the query's changes, luma levels, under which too little moves to tell.
    let energyLeast = 0.3
    /// What a coder's noise comes to, likewise.
    let noise = 0.4
    /// Speeds that no path has: from half to double, 4 % apart.
    let farSpeeds: [Double] = (8...18).flatMap { step -> [Double] in
        var faster = 1.0
        for _ in 0..<step { faster *= 1.04 }
        return [faster, 1 / faster]
    }
    /// Steps of a piece that may have been moved by itself, and from one piece to the next: 3 s and 1.5 s.
    let pieceSteps = 12
    let pieceStride = 6

    /// Whether a line at a strange speed is a copy's.
    func isStrangeCopy(_ agreement: MovementEvidence.Agreement) -> Bool {
        agreement.correlation >= strangeCorrelation
            && (agreement.surprise >= foundSurprise || agreement.correlation >= strangeCorrelationAlone)
    }

    /// How clean a copy is, 0...1, by what stands still in it: shares of places that agree, and decades each of them says.
    /// Two takes agree at 85 of 100 and more with 2.1 to 2.8 decades; a copy of which movement is lost has been filmed,
    /// compressed or covered, and has fewer.
    func cleanness(agreement: Double, decadesOfPlace: Double) -> Double {
        let agreeing = max(0, min(1, (agreement - 0.7) / 0.15))
        return agreeing * max(0, min(1, (decadesOfPlace - 1.9) / 0.4))
    }

    /// The same of whole frames, by their mean distance, bits.
    func cleanness(distance: Double) -> Double { max(0, min(1, (64 - distance) / 32)) }

    /// What of a picture's evidence counts, 0.08...1, if what moves in it agrees with the reference at best like this.
    ///
    /// The cleaner a copy is, the more of its movement is there; but little movement is lost in a coder's noise, and what
    /// moves in the query alone hides some. Of two takes, the best line of hundreds reaches 0.25 to 0.6, and more where
    /// few steps were compared.
    func weight(_ agreement: MovementEvidence.Agreement, cleanness: Double) -> Double {
        guard cleanness > 0, agreement.steps > 0 else { return 1 }
        let chance = min(0.8, 0.5 + 0.6 / Double(agreement.steps).squareRoot())
        let shown = agreement.queryEnergy * agreement.hidden
        let seen = agreement.referenceEnergy / max(agreement.referenceEnergy, shown, 1e-6)
        let least = min(agreement.referenceEnergy, agreement.queryEnergy)
        let expected = chance * (cleanness * seen * least / (least + noise)).squareRoot()
        return max(0.08, min(1, (agreement.correlation - expected) / 0.1))
    }
}
