/// Of all peaks those that are strong for their time: as many in loud parts as in quiet ones.
///
/// Looks at a fixed distance to both sides of a peak, so that an excerpt yields what the whole does.
struct PeakRanking {
    let parameters: AudioParameters

    /// - Parameter peaks: in order of tick, then band.
    /// - Returns: in order of hop, then band. Complexity: O(*n* × peaks within a second).
    func strongest(of peaks: [Peak]) -> [SoundPeak] {
        let reach = UInt32(parameters.rankReachTicks)
        // The window spans twice the reach; a peak stays while fewer than this many in it are stronger.
        let room =
            parameters.peaksPerSecond * (2 * parameters.rankReachTicks) * AudioParameters.tickSamples / MonoRate.hz
        var kept: [SoundPeak] = []
        var low = 0, high = 0
        for peak in peaks {
            while peaks[low].tick + reach < peak.tick { low += 1 }
            while high < peaks.count, peaks[high].tick <= peak.tick + reach { high += 1 }
            var stronger = 0
            for other in peaks[low..<high] where other.strength > peak.strength { stronger += 1 }
            if stronger < room, kept.count < FingerprintLimits.soundPeaks { kept.append(peak.exact) }
        }
        // Between ticks, neighbours may have changed places.
        kept.sort { ($0.hop, $0.band) < ($1.hop, $1.band) }
        return kept
    }
}
