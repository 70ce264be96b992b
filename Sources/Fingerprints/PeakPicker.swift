import CKernels

/// A local maximum of the spectrogram.
struct Peak: Sendable, Equatable, BitwiseCopyable {
    /// On the file's timeline.
    var hop: UInt32
    var bin: UInt16
    /// What peaks compete with: height over the neighbourhood, and half the absolute height.
    var strength: Int32
}

/// One uninterrupted stretch of sound → its peaks.
///
/// Rows come in one by one; a row is judged when all rows its neighbourhood reaches are there, so the
/// answer depends on nothing but the samples. Keeps 128 rows of 1 KB.
struct PeakPicker {
    private let parameters: AudioParameters
    private let firstHop: UInt32
    private var received = 0
    private var judged = 0
    private var rows: [Int16]
    private var rowMaxima: [Int16]
    /// Sum over the rows `judged ± whiteningHops` there are, once `judged` can be judged.
    private var sums = [Int32](repeating: 0, count: PeakPicker.bins)
    private var summed = 0..<0
    private(set) var peaks: [Peak] = []
    /// Rows with anything above the floor.
    private(set) var soundingRows = 0

    static let bins = moire_spectrum_bins
    /// A power of two above `2 * whiteningHops`.
    static let ring = 128

    init(parameters: AudioParameters, firstHop: UInt32) {
        precondition(
            2 * parameters.whiteningHops + 1 <= Self.ring && parameters.peakReachHops <= parameters.whiteningHops,
            "neighbourhoods of \(parameters.whiteningHops) and \(parameters.peakReachHops) hops exceed the ring")
        self.parameters = parameters
        self.firstHop = firstHop
        rows = Array(repeating: 0, count: Self.ring * Self.bins)
        rowMaxima = rows
    }

    /// Takes the 1024 samples that start at `offset`.
    mutating func add(_ samples: borrowing [Float], at offset: Int) {
        precondition(
            offset >= 0 && offset + AudioParameters.frameSamples <= samples.count,
            "frame at \(offset) of \(samples.count)")
        let slot = received % Self.ring * Self.bins
        unsafe samples.withUnsafeBufferPointer { input in
            unsafe rows.withUnsafeMutableBufferPointer { rows in
                unsafe rowMaxima.withUnsafeMutableBufferPointer { maxima in
                    // The ring's buffers are never empty and `slot` is a whole row inside them.
                    let row = unsafe rows.baseAddress! + slot
                    unsafe moire_spectrum_row(input.baseAddress! + offset, row)
                    unsafe moire_row_maximum(row, Int32(parameters.peakReachBins), maxima.baseAddress! + slot)
                }
            }
        }
        received += 1
        if received > parameters.whiteningHops { judge(until: received - parameters.whiteningHops) }
    }

    /// Judges the rows whose neighbourhood the end cuts off.
    mutating func finish() { judge(until: received) }

    private mutating func judge(until end: Int) {
        var maximum = [Int16](repeating: 0, count: Self.bins)
        var found = [UInt16](repeating: 0, count: Self.bins)
        while judged < end {
            slideSums()
            let slot = judged % Self.ring * Self.bins
            let near = max(0, judged - parameters.peakReachHops)..<min(received, judged + parameters.peakReachHops + 1)
            let count = unsafe rowMaxima.withUnsafeBufferPointer { maxima in
                unsafe rows.withUnsafeBufferPointer { rows in
                    for k in 0..<Self.bins { maximum[k] = Int16.min }
                    for row in near {
                        unsafe moire_row_raise(&maximum, maxima.baseAddress! + row % Self.ring * Self.bins)
                    }
                    return unsafe moire_row_peaks(
                        rows.baseAddress! + slot, maximum, Int32(parameters.lowestBin),
                        Int32(parameters.highestBin), Int16(parameters.floor), &found)
                }
            }
            if isSounding(slot) { soundingRows += 1 }
            for bin in found[..<count] { weigh(Int(bin), slot: slot) }
            judged += 1
        }
    }

    /// Brings the sums to the neighbourhood of row `judged`.
    private mutating func slideSums() {
        let wanted = max(0, judged - parameters.whiteningHops)..<min(received, judged + parameters.whiteningHops + 1)
        unsafe rows.withUnsafeBufferPointer { rows in
            for row in summed.lowerBound..<max(summed.lowerBound, wanted.lowerBound) {
                unsafe moire_row_accumulate(&sums, rows.baseAddress! + row % Self.ring * Self.bins, -1)
            }
            for row in summed.upperBound..<max(summed.upperBound, wanted.upperBound) {
                unsafe moire_row_accumulate(&sums, rows.baseAddress! + row % Self.ring * Self.bins, 1)
            }
        }
        summed = wanted
    }

    private func isSounding(_ slot: Int) -> Bool {
        for k in parameters.lowestBin..<parameters.highestBin where Int(rows[slot + k]) >= parameters.floor {
            return true
        }
        return false
    }

    private mutating func weigh(_ bin: Int, slot: Int) {
        let height = Int(rows[slot + bin])
        let around = max(0, bin - parameters.whiteningBins)..<min(Self.bins, bin + parameters.whiteningBins + 1)
        var total = 0
        for k in around { total += Int(sums[k]) }
        let prominence = height - total / (around.count * summed.count)
        guard prominence >= parameters.leastProminence,
            height - Int(sums[bin]) / summed.count >= parameters.leastChange
        else { return }
        let hop = firstHop + UInt32(judged)
        // Of equal neighbours (a flat top in made-up sound) the first stands for all.
        for peak in peaks.reversed() {
            guard hop - peak.hop <= UInt32(parameters.peakReachHops) else { break }
            if abs(Int(peak.bin) - bin) <= parameters.peakReachBins { return }
        }
        peaks.append(Peak(hop: hop, bin: UInt16(bin), strength: Int32(2 * prominence + height)))
    }
}
