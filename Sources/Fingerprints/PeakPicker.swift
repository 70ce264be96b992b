import CKernels

/// A local maximum of the spectrogram on its way to a `SoundPeak`.
struct Peak: Sendable, Equatable, BitwiseCopyable {
    /// On the file's timeline.
    var tick: UInt32
    var band: UInt16
    /// Where between the ticks and bands the maximum lies.
    var exact: SoundPeak
    /// What peaks compete with: four times the height over the neighbourhood, and the absolute height.
    var strength: Int32
}

/// One uninterrupted stretch of sound → its peaks.
///
/// Rows come in one by one; a row is judged when all rows its neighbourhood reaches are there, so the
/// answer depends on nothing but the samples. Keeps 64 rows of 234 bytes.
struct PeakPicker {
    private let parameters: AudioParameters
    private let firstTick: UInt32
    private var received = 0
    private var judged = 0
    private var rows: [Int16]
    private var rowMaxima: [Int16]
    /// Sum over the rows `judged ± whiteningTicks` there are, once `judged` can be judged.
    private var sums = [Int32](repeating: 0, count: PeakPicker.bands)
    private var summed = 0..<0
    private(set) var peaks: [Peak] = []
    /// Rows with anything above the floor.
    private(set) var soundingRows = 0

    static let bands = moire_bands
    /// A power of two above `2 * whiteningTicks`.
    static let ring = 64

    init(parameters: AudioParameters, firstTick: UInt32) {
        precondition(
            2 * parameters.whiteningTicks + 1 <= Self.ring && parameters.peakReachTicks <= parameters.whiteningTicks,
            "neighbourhoods of \(parameters.whiteningTicks) and \(parameters.peakReachTicks) ticks exceed the ring")
        self.parameters = parameters
        self.firstTick = firstTick
        rows = Array(repeating: 0, count: Self.ring * Self.bands)
        rowMaxima = rows
    }

    /// Takes the 1024 samples that start at `offset`.
    mutating func add(_ samples: borrowing [Float], at offset: Int) {
        precondition(
            offset >= 0 && offset + AudioParameters.frameSamples <= samples.count,
            "frame at \(offset) of \(samples.count)")
        let slot = received % Self.ring * Self.bands
        unsafe samples.withUnsafeBufferPointer { input in
            unsafe rows.withUnsafeMutableBufferPointer { rows in
                unsafe rowMaxima.withUnsafeMutableBufferPointer { maxima in
                    // The ring's buffers are never empty and `slot` is a whole row inside them.
                    let row = unsafe rows.baseAddress! + slot
                    unsafe moire_band_row(input.baseAddress! + offset, row)
                    unsafe moire_row_maximum(row, Int32(parameters.peakReachBands), maxima.baseAddress! + slot)
                }
            }
        }
        received += 1
        if received > parameters.whiteningTicks { judge(until: received - parameters.whiteningTicks) }
    }

    /// Judges the rows whose neighbourhood the end cuts off.
    mutating func finish() { judge(until: received) }

    private mutating func judge(until end: Int) {
        var maximum = [Int16](repeating: 0, count: Self.bands)
        var found = [UInt16](repeating: 0, count: Self.bands)
        while judged < end {
            slideSums()
            let slot = judged % Self.ring * Self.bands
            let reach = parameters.peakReachTicks
            let near = max(0, judged - reach)..<min(received, judged + reach + 1)
            let count = unsafe rowMaxima.withUnsafeBufferPointer { maxima in
                unsafe rows.withUnsafeBufferPointer { rows in
                    for k in 0..<Self.bands { maximum[k] = Int16.min }
                    for row in near {
                        unsafe moire_row_raise(&maximum, maxima.baseAddress! + row % Self.ring * Self.bands)
                    }
                    // The outermost bands have a neighbour on one side only.
                    return unsafe moire_row_peaks(
                        rows.baseAddress! + slot, maximum, 1, Int32(Self.bands - 1), Int16(parameters.floor), &found)
                }
            }
            if isSounding(slot) { soundingRows += 1 }
            for band in found[..<count] { weigh(Int(band), slot: slot) }
            judged += 1
        }
    }

    /// Brings the sums to the neighbourhood of row `judged`.
    private mutating func slideSums() {
        let wanted = max(0, judged - parameters.whiteningTicks)..<min(received, judged + parameters.whiteningTicks + 1)
        unsafe rows.withUnsafeBufferPointer { rows in
            for row in summed.lowerBound..<max(summed.lowerBound, wanted.lowerBound) {
                unsafe moire_row_accumulate(&sums, rows.baseAddress! + row % Self.ring * Self.bands, -1)
            }
            for row in summed.upperBound..<max(summed.upperBound, wanted.upperBound) {
                unsafe moire_row_accumulate(&sums, rows.baseAddress! + row % Self.ring * Self.bands, 1)
            }
        }
        summed = wanted
    }

    private func isSounding(_ slot: Int) -> Bool {
        for k in 0..<Self.bands where Int(rows[slot + k]) >= parameters.floor { return true }
        return false
    }

    private mutating func weigh(_ band: Int, slot: Int) {
        let height = Int(rows[slot + band])
        let around = max(0, band - parameters.whiteningBands)..<min(Self.bands, band + parameters.whiteningBands + 1)
        var total = 0
        for k in around { total += Int(sums[k]) }
        let prominence = height - total / (around.count * summed.count)
        guard prominence >= parameters.leastProminence,
            height - Int(sums[band]) / summed.count >= parameters.leastChange
        else { return }
        let tick = firstTick + UInt32(judged)
        // Of equal neighbours (a flat top in made-up sound) the first stands for all.
        for peak in peaks.reversed() {
            guard tick - peak.tick <= UInt32(parameters.peakReachTicks) else { break }
            if abs(Int(peak.band) - band) <= parameters.peakReachBands { return }
        }
        let exact = SoundPeak(hop: exactHop(band, tick: tick), band: exactBand(band, slot: slot))
        peaks.append(
            Peak(tick: tick, band: UInt16(band), exact: exact, strength: Int32(4 * prominence + height)))
    }

    /// In quarters of a band, by the parabola through the maximum and its neighbours.
    private func exactBand(_ band: Int, slot: Int) -> UInt16 {
        let (low, top, high) = (Int(rows[slot + band - 1]), Int(rows[slot + band]), Int(rows[slot + band + 1]))
        return UInt16(4 * band + Self.vertex(low, top, high, parts: 4))
    }

    /// In half ticks, likewise; at the ends of a stretch, where the tick begins.
    private func exactHop(_ band: Int, tick: UInt32) -> UInt32 {
        guard judged > 0, judged + 1 < received else { return 2 * tick }
        let row = { (number: Int) in Int(rows[number % Self.ring * Self.bands + band]) }
        return UInt32(2 * Int(tick) + Self.vertex(row(judged - 1), row(judged), row(judged + 1), parts: 2))
    }

    /// How far from the middle a parabola through three heights is highest, in `parts` of a step, rounded;
    /// at most half a step.
    private static func vertex(_ left: Int, _ middle: Int, _ right: Int, parts: Int) -> Int {
        let curvature = 2 * middle - left - right
        guard curvature > 0 else { return 0 }
        let most = parts / 2
        let doubled = parts * (right - left)  // over twice the curvature
        let rounded = (doubled >= 0 ? doubled + curvature : doubled - curvature) / (2 * curvature)
        return max(-most, min(most, rounded))
    }
}
