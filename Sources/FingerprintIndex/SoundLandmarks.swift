import Fingerprints

/// Pairs of peaks as keys of an inverted list: how a stored sound is found among many.
///
/// A key tells the first peak's band, how far the second is above or below it, and how many ticks later: a pair
/// that survives an edit keeps its key. Stored sounds are paired sparsely; a query pairs more peaks, and where a value
/// lies near the border of a key it also asks for the neighbour.
struct SoundLandmarks {
    let parameters: SoundLandmarkParameters

    init(parameters: SoundLandmarkParameters = .v1) { self.parameters = parameters }

    /// Appends what is stored of a sound, key above place, in order of place; `firstTick` is added to every tick.
    ///
    /// - Parameter bands: of the first of two peaks. Keys ascend with it, so that a long list can be made in portions.
    func store(
        _ peaks: [SoundPeak], bands: Range<UInt16> = 0..<SoundPeak.bandsMax, firstTick: UInt32,
        into postings: inout [UInt64]
    ) {
        for (index, first) in peaks.enumerated() where bands.contains(first.band) {
            var pairs = 0
            for second in peaks[(index + 1)...] {
                let hops = Int(second.hop) - Int(first.hop), bands = Int(second.band) - Int(first.band)
                if hops > parameters.mostHops || pairs == parameters.storedPairs { break }
                guard hops >= parameters.leastHops, abs(bands) <= parameters.mostBands else { continue }
                let key = key(band: Int(first.band) / 2, up: Self.half(bands), ticks: hops / 2)
                postings.append(UInt64(key) << 32 | UInt64(firstTick + first.hop / 2))
                pairs += 1
            }
        }
    }

    /// What a query asks for under a hypothesis. Ticks are the reference's: those of the query times the tempo.
    func asked(_ print: SoundPrint, _ hypothesis: SoundHypothesis, _ asking: SoundAsking) -> [SoundLandmark] {
        let hops = print.hops.map { Int((hypothesis.tempo * Double($0)).rounded()) }
        let bands = print.bands.map { Int($0) - hypothesis.pitch }
        var found: [SoundLandmark] = []
        // Of a sound that lasts for long not every peak begins a pair: those that do are spread over it.
        let step = max(asking.everyNth, (hops.count + asking.peaksMax - 1) / asking.peaksMax)
        found.reserveCapacity(hops.count / max(1, step) * asking.pairs * (1 + asking.beside))
        for first in stride(from: 0, to: hops.count, by: max(1, step))
        where 0..<Int(SoundPeak.bandsMax) ~= bands[first] {
            var pairs = 0
            for second in hops.indices[(first + 1)...] {
                let apart = hops[second] - hops[first], up = bands[second] - bands[first]
                if apart > parameters.mostHops || pairs == asking.pairs { break }
                guard apart >= parameters.leastHops, abs(up) <= parameters.mostBands else { continue }
                pairs += 1
                let tick = Int32(hops[first] >> 1)
                // The halves that a value one quarter off would have; likewise half ticks.
                let own = bands[first] / 2, other = bands[first] % 2 == 0 ? own - 1 : own + 1
                let half = Self.half(up), ticks = apart / 2
                found.append(SoundLandmark(key: key(band: own, up: half, ticks: ticks), tick: tick))
                if asking.beside >= 1, other >= 0 {
                    found.append(SoundLandmark(key: key(band: other, up: half, ticks: ticks), tick: tick))
                }
                if asking.beside >= 2 {
                    let halfBeside = up & 1 == 0 ? half - 1 : half + 1
                    found.append(SoundLandmark(key: key(band: own, up: halfBeside, ticks: ticks), tick: tick))
                }
                if asking.beside >= 3 {
                    let ticksBeside = max(0, apart % 2 == 0 ? ticks - 1 : ticks + 1)
                    found.append(SoundLandmark(key: key(band: own, up: half, ticks: ticksBeside), tick: tick))
                }
            }
        }
        return found
    }

    /// Half of a difference, rounded down.
    private static func half(_ difference: Int) -> Int { difference >> 1 }

    static let keyBits = 21

    /// `band` (8 bits, halves), `up` + 64 (7 bits, halves), `ticks` (6 bits), from the top of `keyBits` down.
    private func key(band: Int, up: Int, ticks: Int) -> UInt32 {
        precondition(0..<256 ~= band && -64..<64 ~= up && 0..<64 ~= ticks, "landmark \(band) \(up) \(ticks)")
        return UInt32(band) << 13 | UInt32(up + 64) << 6 | UInt32(ticks)
    }
}

/// The tuned numbers of landmarks. `storedPairs` and the limits of a pair decide what is stored.
struct SoundLandmarkParameters: Sendable {
    static let v1 = SoundLandmarkParameters()
    /// Each peak is paired with this many that follow in the index; `SoundAsking` says with how many in a query.
    let storedPairs = 3
    /// Hops between the two of a pair: 46 ms, more than one peak's own breadth, to 1.46 s.
    let leastHops = 4
    let mostHops = 126
    /// Quarters of a band between them: an octave.
    let mostBands = 96
}

/// How densely a query is asked.
struct SoundAsking: Sendable {
    /// Each peak is paired with this many that follow.
    var pairs: Int
    /// Neighbours that each pair asks for besides: of the first band, of the way up, of the time between, in this order.
    var beside: Int
    /// Peaks that begin a pair.
    var peaksMax: Int
    /// Of how many peaks one begins a pair.
    var everyNth = 1
}
