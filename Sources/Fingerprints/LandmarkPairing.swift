/// Peaks → landmarks: keep the strongest of each second, and pair each with those that follow.
///
/// The scheme is A. Wang's (An industrial-strength audio search algorithm, ISMIR 2003). Both steps
/// look at fixed distances to both sides of a peak, so that an excerpt yields what the whole does.
struct LandmarkPairing {
    let parameters: AudioParameters

    /// - Parameter peaks: in order of hop, then bin.
    /// - Returns: in order of hop, then hash. Complexity: O(*n* × peaks within a second).
    func landmarks(of peaks: [Peak]) -> [Landmark] {
        let kept = strongest(of: peaks)
        var landmarks: [Landmark] = []
        landmarks.reserveCapacity(min(kept.count * parameters.pairs, FingerprintLimits.landmarks))
        var sortedFrom = 0
        for (index, first) in kept.enumerated() {
            if landmarks.count + parameters.pairs > FingerprintLimits.landmarks { break }
            if let last = landmarks.last, last.hop != first.hop {
                landmarks[sortedFrom...].sort { $0.hash < $1.hash }
                sortedFrom = landmarks.count
            }
            var pairs = 0
            for second in kept[(index + 1)...] {
                let apart = Int(second.hop - first.hop)
                if apart > parameters.mostHopsApart || pairs == parameters.pairs { break }
                let bins = Int(second.bin) - Int(first.bin)
                if apart == 0 || abs(bins) > parameters.mostBinsApart { continue }
                landmarks.append(
                    Landmark(hash: Self.hash(bin: Int(first.bin), binsUp: bins, hops: apart), hop: first.hop))
                pairs += 1
            }
        }
        landmarks[sortedFrom...].sort { $0.hash < $1.hash }
        return landmarks
    }

    /// `bin` (9 bits), `binsUp + 64` (7 bits), `hops` (7 bits), from the top of 23 bits down.
    static func hash(bin: Int, binsUp: Int, hops: Int) -> UInt32 {
        precondition(0..<512 ~= bin && -64..<64 ~= binsUp && 0..<128 ~= hops, "landmark \(bin) \(binsUp) \(hops)")
        return UInt32(bin) << 14 | UInt32(binsUp + 64) << 7 | UInt32(hops)
    }

    private func strongest(of peaks: [Peak]) -> [Peak] {
        let reach = UInt32(parameters.rankReachHops)
        // The window spans twice the reach; a peak stays while fewer than this many in it are stronger.
        let room = parameters.peaksPerSecond * (2 * parameters.rankReachHops) * AudioParameters.hopSamples / MonoRate.hz
        var kept: [Peak] = []
        var low = 0, high = 0
        for peak in peaks {
            while peaks[low].hop + reach < peak.hop { low += 1 }
            while high < peaks.count, peaks[high].hop <= peak.hop + reach { high += 1 }
            var stronger = 0
            for other in peaks[low..<high] where other.strength > peak.strength { stronger += 1 }
            if stronger < room { kept.append(peak) }
        }
        return kept
    }
}
