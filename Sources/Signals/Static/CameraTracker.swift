internal import Frames

/// A stretch in which a virtual camera moves over one picture.
struct CameraRun: Sendable {
    var start: Double
    var end: Double
    var under: StaticSignal.Under
}

/// Finds stretches in which everything that moves is a virtual camera over one picture.
///
/// Sampled frames half a second apart are fitted with a similarity. Fits that leave nothing behind are joined to
/// runs; a run counts when its path is smooth, as zooms and pans made by a program are: a hand shakes, and a real
/// camera that moves sees depth, which no similarity explains.
struct CameraTracker: Sendable {
    private let parameters: StaticParameters
    private var recent: [CameraPicture] = []
    private var last: CameraFit?
    private var wasStill = false
    private var open: [CameraFit] = []
    private(set) var runs: [CameraRun] = []

    init(_ parameters: StaticParameters) { self.parameters = parameters }

    /// - Parameter isStill: nothing changed since the sample before.
    mutating func add(_ frame: WorkingFrame, isStill: Bool) {
        let p = parameters
        guard recent.last.map({ frame.pts > $0.pts }) ?? true, let picture = CameraPicture(frame) else { return }
        recent.append(picture)
        // The youngest sample that lies far enough back; a sample or two are usual.
        while recent.count > 2, picture.pts - recent[1].pts >= p.cameraLagSeconds - 0.05 { recent.removeFirst() }
        guard let first = recent.first, recent.count > 1, picture.pts - first.pts >= p.cameraLagSeconds - 0.05,
            picture.pts - first.pts <= 2.5 * p.cameraLagSeconds
        else { return }
        let isStanding = isStill && wasStill
        wasStill = isStill
        let fit =
            isStanding
            ? CameraFit(stillFrom: first.pts, to: picture.pts)
            : CameraFit(from: first, to: picture, startingAt: last, p)
        let agrees = fit.map { $0.agreement >= p.cameraAgreementLeast && $0.texturedBlocks >= p.cameraBlocks } ?? false
        last = agrees ? fit : nil
        if let fit, agrees { extend(fit) } else { close() }
    }

    mutating func finish() { close() }

    private mutating func extend(_ fit: CameraFit) {
        // Where both fits are beyond doubt a jump is a hand's, and tells against the whole run.
        if let before = open.last, min(before.agreement, fit.agreement) < parameters.cameraSure {
            let jump = fit.velocity - before.velocity
            let most = max(fit.speed, before.speed) * parameters.cameraJumpShare + parameters.cameraJump
            if (jump * jump).sum() > most * most { close() }
        }
        open.append(fit)
        // A run of an hour is as good as many of a minute: they are joined again where spans are made.
        if open.count >= parameters.cameraRunFits { close(keeping: 2) }
    }

    private mutating func close(keeping kept: Int = 0) {
        let p = parameters
        let next = kept > 0 ? Array(open.suffix(kept)) : []
        defer { open = next }
        // Where nothing moves it is for the holds to say whether the picture is one.
        var fits = open[...]
        while let f = fits.first, f.speed < p.cameraSpeed { fits.removeFirst() }
        while let f = fits.last, f.speed < p.cameraSpeed { fits.removeLast() }
        guard let start = fits.first?.start, let end = fits.last?.end, fits.count >= p.cameraFits else { return }
        let roughness = Self.roughness(fits)
        let agreement = fits.reduce(0) { $0 + $1.agreement } / Double(fits.count)
        let isMade = p.cameraGrades.contains {
            roughness <= $0.roughness && agreement >= $0.agreement && end - start >= $0.seconds
        }
        guard isMade, Self.straightness(fits) >= p.cameraStraightness else { return }
        let total = fits.reduce(SIMD4<Double>.zero) { sum, fit in
            let v = fit.velocity
            return sum + SIMD4(abs(v.x), abs(v.y), abs(v.z), abs(v.w))
        }
        let zooms = max(total.x, total.y) > max(total.z, total.w)
        runs.append(CameraRun(start: start, end: end, under: zooms ? .zoom : .pan))
    }

    /// Way from the first place to the last over the way gone, 0...1: a move made for a picture leads somewhere, a
    /// hand, however slow, sways to and fro.
    static func straightness(_ fits: ArraySlice<CameraFit>) -> Double {
        let net = fits.reduce(SIMD4<Double>.zero) { $0 + $1.velocity }
        return (net * net).sum().squareRoot() / max(fits.reduce(0) { $0 + $1.speed }, 1e-9)
    }

    /// Summed change of acceleration over summed speed; 0 for a steady path, 0.3 for one eased over a second or
    /// two, 1 for a hand.
    static func roughness(_ fits: ArraySlice<CameraFit>) -> Double {
        guard fits.count >= 3 else { return 1 }
        var bends = 0.0, speeds = 0.0
        for index in fits.indices.dropFirst().dropLast() {
            let bend = fits[index - 1].velocity - 2 * fits[index].velocity + fits[index + 1].velocity
            bends += (bend * bend).sum().squareRoot()
            speeds += fits[index].speed
        }
        return bends / max(speeds, 1e-9)
    }
}
