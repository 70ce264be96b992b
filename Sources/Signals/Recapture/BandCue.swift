internal import CKernels
internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Bands that roll through the picture: a screen's refresh or a lamp's mains against the camera's
/// rolling shutter.
///
/// The log of the rows' means in eight upright strips, followed in time, is a picture of rows against
/// time for each strip; a rolling band is the same plane wave in all of them, one line of their
/// spectrum. What moves in the scene is broad there and differs from strip to strip. Steps from moment to moment are
/// limited first, so that a cut weighs no more than a band does.
struct BandCue: Sendable {
    static let side = 64
    static let values = Int(moire_strips) * side

    private let parameters: RecaptureParameters
    private let twiddles = Twiddles(side)
    private let window: [Float]
    /// Log of a strip's mean level by its sum of eight pixels; four levels are added so that noise in black is quiet.
    private let logarithms: [Float]
    /// Steps of the open stretch, `values` numbers a moment.
    private var steps: [Float] = []
    /// The profile at the last point of the grid, and the last frame's with its time.
    private var previous: [Float]?
    private var held: (profile: [Float], pts: Double)?
    private var next = 0.0
    private(set) var spectrum = BandSpectrum()
    /// In the stretches so far, the first of them of every frame, no band stood out: every second frame would do.
    private(set) var isSureOfNone = false

    init(_ parameters: RecaptureParameters) {
        self.parameters = parameters
        window = (0..<Self.side).map { Float(0.5 - 0.5 * cos(2 * .pi * (Double($0) + 0.5) / Double(Self.side))) }
        logarithms = (0...(8 * 255)).map { logf(Float($0) / 8 + 4) }
    }

    /// The spectrum since the last call; the open stretch goes on.
    mutating func takeSpectrum() -> BandSpectrum {
        defer { spectrum = BandSpectrum() }
        return spectrum
    }

    mutating func add(_ tick: FrameTick) {
        var sums = [UInt16](repeating: 0, count: Self.values)
        // Ticks have 64x64 pixels; the caller has checked.
        unsafe moire_strip_sums(tick.thumb.pixels, &sums)
        let profile = sums.map { logarithms[Int($0)] }
        let period = 1 / parameters.profileHz
        guard let before = held, tick.pts - before.pts <= Double(Self.side) * period else {
            // The first frame, or a long hold or gap; begin anew.
            steps.removeAll(keepingCapacity: true)
            previous = nil
            next = tick.pts
            held = (profile, tick.pts)
            return
        }
        guard tick.pts > before.pts else { return }
        // A grid in time, between the frames: the frame rate does not matter.
        while next < tick.pts {
            let share = Float((next - before.pts) / (tick.pts - before.pts))
            append(zip(before.profile, profile).map { $0 + ($1 - $0) * share })
            next += period
        }
        held = (profile, tick.pts)
    }

    private mutating func append(_ profile: [Float]) {
        defer { previous = profile }
        guard let previous else { return }
        let limit = parameters.bandStepMax
        for strip in 0..<Int(moire_strips) {
            let rows = (strip * Self.side)..<((strip + 1) * Self.side)
            let limited = rows.map { min(limit, max(-limit, profile[$0] - previous[$0])) }
            // Light that pulses evenly has no bands.
            let mean = limited.reduce(0, +) / Float(Self.side)
            for step in limited { steps.append(step - mean) }
        }
        guard steps.count == Self.side * Self.values else { return }
        spectrum.add(steps, twiddles, window)
        isSureOfNone = (spectrum.wave(parameters)?.decibels ?? 0) < parameters.bandSuspected
        // Stretches overlap by half: the window hides what lies at their ends.
        steps.removeFirst(Self.side / 2 * Self.values)
    }
}
