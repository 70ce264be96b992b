/// The numbers that a verdict by movement depends on, with those of `MovementEvidence`, its whitening, `FrameMovement`,
/// `FrequencySeries` and `StretchMovement`. Whoever edits one raises `AlignerParameters.version`.
///
/// Measured on 777 copies under every kind of edit, and on 50 second halves of clips beside the first ones.
struct MovementMatching: Sendable {
    static let current = MovementMatching()

    /// Paths and frames that say this much beyond the price of the search, decades, are looked at: movement may prove them.
    let decadesLeast = -1.0
    /// How far from where the pictures have it a line is looked for, seconds.
    let reach = 30.0
    /// Lines of whole frames that are looked at.
    let linesMost = 4
    /// How much of a stretch is looked at, seconds.
    let spanMost = 60.0
    /// By how much a line may be off and still be the same, seconds.
    let sameLineSeconds = 0.2
    /// A line on which movement says this much, nats, and correlates like this is the right one, and no other is looked for.
    let sureSurprise = 40.0
    let sureCorrelation = 0.7
    /// Another line takes its place that says this much, and so much more.
    let foundSurprise = 15.0
    let foundRatio = 1.3
    let foundGain = 5.0
    /// What a line loses, nats, that is not at the speed of the clip itself.
    let speedCost = 2.0
    /// What of two takes hardly any line reaches of hundreds, and what none does, nats: 4 and 5.5 standard deviations. Long
    /// stretches whose scene sways alike reach more, so both rise to this share of what the least of copies would say.
    let chanceSurprise = 8.0...15.0
    let chanceShare = 0.6
    /// Over what a line reaches by chance, and under what a copy does, correlation tells within these.
    let tellingMargin = 0.1
    let lackingShare = 0.3
    /// What copies reach that are not clean at all.
    let leastCorrelation = 0.26
    /// What moves by a coder's noise, luma levels squared.
    let coderEnergy = 0.1
    /// What counts of evidence that movement speaks against.
    let weightLeast = 0.04
    /// What movement adds at most where it speaks for a copy, decades: what it says beyond what the best of many lines
    /// reaches by chance. Of 185 stretches of strangers none said more than 14.2 nats; 777 copies say 75 in the middle.
    let decadesMost = 4.0
    /// Whole frames are asked where movement says less than this, nats, or correlates less than this share of what a copy
    /// reaches.
    let framesSurprise = 30.0
    let framesShare = 0.7
    /// Of two takes, nineteen of twenty say less than the lower, nats. From the upper on, or this share of what the least of
    /// copies would say, they say that it may be a copy.
    let framesChance = 2.0...6.0
    let framesChanceShare = 0.3
    /// What two takes may correlate by, of however many numbers.
    let framesChanceCorrelation = 0.1
    /// Under what a copy reaches, their correlation tells within this share; over chance, within this much.
    let framesLackingShare = 0.4
    let framesTellingMargin = 0.05
    /// They speak against it where less counts.
    let framesRefusing = 0.5
    /// What they must correlate by to speak for a copy.
    let framesAgreeLeast = 0.25
    /// What has been cut up or plays backwards is none of their business where its movement correlates like this.
    let strangeCorrelation = 0.5
    /// Under this, copies have lost what frames could tell.
    let framesCleannessLeast = 0.05
    /// Changes that an encoder makes in a picture that stands still, mean square: of a reference's bits and of what a query
    /// shows of them.
    let framesNoise = 0.03
    let framesQueryNoise = 0.01
    /// Speeds that no path has: from half to double, 4 % apart.
    let farSpeeds: [Double] = (8...18).flatMap { step -> [Double] in
        var faster = 1.0
        for _ in 0..<step { faster *= 1.04 }
        return [faster, 1 / faster]
    }
    /// Steps of a piece that may have been moved by itself, of two lengths: 1 s and 3 s. The next begins half a piece later.
    let pieceSteps = [4, 12]

    /// How clean a copy is, 0...1, by how many decades each place says that agrees. Of two takes it is 2.1 to 2.8; a copy of
    /// which movement is lost has been filmed or compressed, and has fewer.
    func cleanness(decadesOfPlace: Double) -> Double { max(0, min(1, (decadesOfPlace - 1.9) / 0.4)) }

    /// The same of whole frames, by their mean distance, bits.
    func cleanness(distance: Double) -> Double { max(0, min(1, (64 - distance) / 32)) }

    /// What a copy may have lost of its movement.
    struct Wear: Sendable, Equatable {
        /// Of its pictures, 0...1: see `cleanness`.
        var cleanness: Double
        /// How much of it trembles at all times and places and in none of the reference, as what was filmed off a screen with a
        /// camera in a hand: its mean square in a whitened cell, over the reference's own.
        var noise = 0.0
        /// Of what the reference moves, the share that a copy shows whose pictures stand for a while and then jump, as those
        /// of a film that was made of single pictures or came over a bad line: 1 where it moves as steadily as the reference.
        var steadiness = 1.0
    }

    /// The correlation that nineteen of twenty copies reach on their right line, at least: less of what is not clean, where
    /// hardly more than a coder's noise moves in either, and where the query has movement of its own.
    func expected(_ agreement: MovementEvidence.Agreement, _ wear: Wear) -> Double {
        let clean = leastCorrelation + 0.16 * min(1, 10 * wear.cleanness) + 0.18 * wear.cleanness
        let moving = min(agreement.queryEnergy, agreement.referenceEnergy)
        let hidden = max(agreement.hidden, 1 + wear.noise)
        return clean * wear.steadiness * (moving / (moving + coderEnergy) / hidden).squareRoot()
    }

    /// The same of whole frames: what 97 of 100 copies reach.
    ///
    /// Of 1,170 copies that were edited and lie on the right line, eight are refused by it, and two of those where movement
    /// itself leaves it open.
    ///
    /// - Parameter hidden: see `MovementEvidence.Agreement`.
    func expected(_ agreement: FrameMovement.Agreement, hidden: Double, _ wear: Wear) -> Double {
        guard wear.cleanness >= framesCleannessLeast, agreement.changing > 0 else { return 0 }
        let changing = agreement.changing / (agreement.changing + framesNoise)
        let shown = agreement.queryChanging / (agreement.queryChanging + framesQueryNoise)
        return (0.15 + 0.32 * wear.cleanness) * wear.steadiness * changing * shown
            / max(hidden, 1 + wear.noise).squareRoot()
    }
}
