import CKernels
import Fingerprints

/// The peaks of one clip's sound, laid out for comparison.
struct SoundPrint {
    /// In order of time: hops, and quarters of a band.
    let hops: [Int32]
    let bands: [UInt16]
    /// The same hops in order of band, then time; band *b* is `starts[b]..<starts[b + 1]`.
    let hopsByBand: [Int32]
    let starts: [UInt32]
    /// From the first to beyond the last peak, hops; at least 1.
    let span: Int
    var isEmpty: Bool { hops.isEmpty }
    var count: Int { hops.count }

    /// - Parameter hopsMax: peaks later than this are not compared.
    init(_ peaks: [SoundPeak], hopsMax: UInt32) {
        var kept = peaks.filter { $0.hop <= hopsMax && $0.band < SoundPeak.bandsMax }
        if !zip(kept, kept.dropFirst()).allSatisfy({ ($0.hop, $0.band) <= ($1.hop, $1.band) }) {
            kept.sort { ($0.hop, $0.band) < ($1.hop, $1.band) }
        }
        hops = kept.map { Int32($0.hop) }
        bands = kept.map(\.band)
        var starts = [UInt32](repeating: 0, count: Int(moire_delay_bands) + 1)
        for peak in kept { starts[Int(peak.band) + 1] += 1 }
        for band in 1..<starts.count { starts[band] += starts[band - 1] }
        var next = starts
        var byBand = [Int32](repeating: 0, count: kept.count)
        for peak in kept {
            byBand[Int(next[Int(peak.band)])] = Int32(peak.hop)
            next[Int(peak.band)] += 1
        }
        hopsByBand = byBand
        self.starts = starts
        span = kept.isEmpty ? 1 : Int(hops[hops.count - 1] - hops[0]) + 1
    }

    /// Itself, or where it lasts longer or holds more, pieces `length` hops apart that run into the next by `overlap`.
    /// A piece's hops count from its own first peak.
    func pieces(length: Int, overlap: Int, peaksMax: Int) -> [SoundPrint] {
        precondition(length > 0 && overlap >= 0 && peaksMax > 0, "pieces of \(length) hops and \(peaksMax) peaks")
        if span <= length + overlap && count <= peaksMax { return [self] }
        var pieces: [SoundPrint] = []
        var from = 0, next = 0, to = 0
        while to < count {
            from = next
            let first = Int(hops[from])
            while to < count, to - from < peaksMax, Int(hops[to]) < first + length + overlap { to += 1 }
            while next < to, Int(hops[next]) < first + length { next += 1 }
            let peaks = (from..<to).map { SoundPeak(hop: UInt32(Int(hops[$0]) - first), band: bands[$0]) }
            pieces.append(SoundPrint(peaks, hopsMax: .max))
        }
        return pieces
    }

    /// The peak that meets a place best, if one lies within reach: its hop, its band, and how well they meet, 0...1.
    ///
    /// - Parameter from: where to begin looking, moved along: places are asked for in order of time.
    func meeting(hop: Double, band: Int, reach: Double, from: inout Int) -> (hop: Int32, band: Int, weight: Double)? {
        while from < hops.count, Double(hops[from]) < hop - reach { from += 1 }
        var best: (hop: Int32, band: Int, weight: Double)?
        var index = from
        while index < hops.count, Double(hops[index]) <= hop + reach {
            let off = abs(Int(bands[index]) - band)
            if off <= Int(moire_delay_reach) {
                let late = abs(Double(hops[index]) - hop)
                let weight = Self.weight(bands: off) * (late <= 1 ? 1 : late <= 2 ? 0.75 : 0.5)
                if weight > best?.weight ?? 0 { best = (hops[index], Int(bands[index]), weight) }
            }
            index += 1
        }
        return best
    }

    /// As the votes' kernel weighs it: peaks that agree to a quarter of a band, to a half, to a whole one.
    static func weight(bands: Int) -> Double { bands <= 1 ? 1 : bands == 2 ? 2.0 / 3 : 1.0 / 3 }
}
