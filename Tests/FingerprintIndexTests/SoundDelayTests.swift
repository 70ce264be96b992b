import CKernels
@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Delays at which sounds meet")
struct SoundDelayTests {
    // MARK: Votes

    @Test("A vote weighs 3 within a quarter of a band, 2 within two, 1 within four, and nothing beyond")
    func weights() {
        // The reference has one peak in band 100, five hops after the query's.
        for (band, weight) in [
            (95, 0), (96, 1), (97, 1), (98, 2), (99, 3), (100, 3), (101, 3), (102, 2), (103, 1), (104, 1), (105, 0),
        ] {
            let votes = fast([(10, band)], shift: 0, [(15, 100)], bins: 4)
            #expect(votes == [0, 0, UInt32(weight), 0], "band \(band)")
            // Five bands lower and moved up by five.
            #expect(fast([(10, band - 5)], shift: 5, [(15, 100)], bins: 4) == votes)
        }
    }

    @Test("A bin is two hops; what lies before the first or behind the last has no vote")
    func bins() {
        let reference = [(-1, 7), (0, 7), (1, 7), (2, 7), (5, 7), (6, 7), (1 << 30, 7)]
        #expect(fast([(0, 7)], shift: 0, reference, bins: 3) == [6, 3, 3])
        #expect(fast([(-(1 << 30), 7)], shift: 0, reference, bins: 3) == [0, 0, 0])
        #expect(fast([(0, 7)], shift: 0, reference, bins: 0) == [])
        #expect(fast([], shift: 0, reference, bins: 3) == [0, 0, 0])
        #expect(fast([(0, 7)], shift: 0, [], bins: 3) == [0, 0, 0])
    }

    @Test("Votes are those of a plain count, on random and extreme peaks", arguments: 1...24)
    func likePlain(_ seed: UInt64) {
        var dice = Dice(seed)
        let bands = seed % 3 == 0 ? [0, 1, 4, 463, 466, 467] : Array(0..<468)
        // Differences of two of these stay within 32 bits, as those of half a day's hops do.
        let times = seed % 4 == 0 ? [-(1 << 30), -1, 0, 1, 1 << 30 - 1] : Array(-50...300)
        func peaks(_ count: Int) -> [(Int, Int)] {
            (0..<count).map { _ in
                (
                    times[Int.random(in: 0..<times.count, using: &dice)],
                    bands[Int.random(in: 0..<bands.count, using: &dice)]
                )
            }
        }
        let query = peaks(Int(seed % 5) * 40), reference = peaks(Int(seed % 7) * 50)
        for shift in [0, 1, -8, 24, 300, -467, 467, 471, -472, 5000, -5000] {
            let bins = Int.random(in: 0...200, using: &dice)
            #expect(
                fast(query, shift: shift, reference, bins: bins) == plain(query, shift: shift, reference, bins: bins),
                "seed \(seed), shift \(shift), \(bins) bins")
        }
    }

    /// (hop, band) of query and reference.
    private func fast(_ query: [(Int, Int)], shift: Int, _ reference: [(Int, Int)], bins: Int) -> [UInt32] {
        let byBand = reference.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
        let starts = (0...468).map { band in UInt32(byBand.count { $0.1 < band }) }
        var histogram = [UInt32](repeating: 0, count: bins + 1)
        histogram[bins] = 4242
        // As many times as bands, 469 starts, and one bin more than the kernel is told of.
        unsafe moire_delay_votes(
            query.map { Int32($0.0) }, query.map { UInt16($0.1) }, query.count, Int32(shift),
            byBand.map { Int32($0.0) },
            starts, &histogram, bins)
        #expect(histogram.removeLast() == 4242, "wrote behind the last bin")
        return histogram
    }

    /// What the kernel's header promises, pair by pair.
    private func plain(_ query: [(Int, Int)], shift: Int, _ reference: [(Int, Int)], bins: Int) -> [UInt32] {
        var histogram = [UInt32](repeating: 0, count: bins)
        for (time, band) in query {
            for (there, other) in reference where there >= time && (there - time) / 2 < bins {
                switch abs(band + shift - other) {
                case 0...1: histogram[(there - time) / 2] += 3
                case 2: histogram[(there - time) / 2] += 2
                case 3...4: histogram[(there - time) / 2] += 1
                default: break
                }
            }
        }
        return histogram
    }

    // MARK: Summits

    @Test("A delay at which twenty peaks meet stands out of nothing, with its smoothed votes")
    func summit() {
        var histogram = [UInt32](repeating: 0, count: 400)
        histogram[100] = 60  // twenty whole meetings
        #expect(summits(histogram, least: 3.5).map(\.bin) == [100])
        #expect(summits(histogram, least: 3.5).map(\.votes) == [20])
        #expect(summits(histogram, least: 3.5).map(\.mean) == [0])
        // Its 40 smoothed votes weigh on the means of 54 bins around it, which lie 0.74 off for that.
        #expect(summits(histogram, least: 3.5).allSatisfy { abs($0.variance - 0.134) < 0.001 })
        // 20 votes, where the variance is 1.134.
        #expect(summits(histogram, least: 18.7).count == 1)
        #expect(summits(histogram, least: 18.8).isEmpty)
    }

    @Test("Of equal neighbours the first is the summit; four bins apart there are two")
    func equals() {
        for (second, expected) in [(101, [100]), (102, [100]), (103, [100]), (104, [100, 104])] {
            var histogram = [UInt32](repeating: 0, count: 300)
            histogram[100] = 90
            histogram[second] = 90
            #expect(summits(histogram, least: 2).map { Int($0.bin) } == expected, "second at \(second)")
        }
    }

    @Test("Summits are those of a plain definition, on random, flat and extreme histograms", arguments: 1...30)
    func likePlainSummits(_ seed: UInt64) {
        var dice = Dice(seed)
        let bins = [0, 1, 2, 3, 7, 8, 61, 62, 241, 242, 700][Int(seed) % 11]
        let histogram = (0..<bins).map { bin -> UInt32 in
            switch seed % 5 {
            case 0: 6
            case 1: dice.next() % 40 == 0 ? 60 : UInt32(dice.next() % 3)
            case 2: bin % 31 == 0 ? 100_000 : 0
            case 3: UInt32(dice.next() % 12)
            default: dice.next() % 100 == 0 ? UInt32.max / 8 : 0
            }
        }
        for least: Float in [0.5, 2, 3.5, 6] {
            let found = summits(histogram, least: least), expected = plainSummits(histogram, least: Double(least))
            #expect(found.map { Int($0.bin) } == expected.map(\.bin), "seed \(seed), \(bins) bins, least \(least)")
            for (one, other) in zip(found, expected) {
                // Single precision of a number summed in double precision.
                func isNear(_ a: Float, _ b: Double, _ scale: Double) -> Bool {
                    abs(Double(a) - b) <= 1e-5 * (scale + 1)
                }
                #expect(isNear(one.votes, other.votes, other.votes))
                #expect(isNear(one.mean, other.mean, other.votes))
                #expect(isNear(one.variance, other.variance, other.votes * other.votes))
            }
        }
    }

    @Test("More summits than there is room for are counted, and the first are written")
    func capacity() {
        var histogram = [UInt32](repeating: 0, count: 2000)
        for bin in stride(from: 5, to: 2000, by: 40) { histogram[bin] = 60 }
        #expect(summits(histogram, least: 2).count == 50)
        #expect(summits(histogram, least: 2, capacity: 3).map(\.bin) == [5, 45, 85])
        #expect(summits(histogram, least: 2, capacity: 0).isEmpty)
    }

    private func summits(_ histogram: [UInt32], least: Float, capacity: Int = 1000) -> [moire_delay_summit] {
        let bins = histogram.count
        var smooth = [Float](repeating: .nan, count: bins), sums = [Double](repeating: .nan, count: 2 * (bins + 1))
        let untouched = moire_delay_summit(bin: .max, votes: -1, mean: -1, variance: -1)
        var found = [moire_delay_summit](repeating: untouched, count: capacity + 1)
        // The scratch is as long as the header asks for, and there is one summit more than the capacity.
        let count = unsafe moire_delay_summits(histogram, bins, least, &smooth, &sums, &found, capacity)
        #expect(found[min(count, capacity)...].allSatisfy { $0.bin == .max })
        var sixths = [UInt32](repeating: .max, count: bins), before = [UInt32](repeating: .max, count: bins + 1)
        // As long as the header asks for.
        let standsOut = unsafe moire_delay_stands_out(histogram, bins, least, &sixths, &before) != 0
        #expect(standsOut || count == 0, "the quick look would have missed \(count)")
        return Array(found.prefix(min(count, capacity)))
    }

    private struct PlainSummit {
        var bin: Int
        var votes: Double
        var mean: Double
        var variance: Double
    }

    private func plainSummits(_ histogram: [UInt32], least: Double) -> [PlainSummit] {
        let all = histogram.indices
        func votes(_ bin: Int) -> Double { all.contains(bin) ? Double(histogram[bin]) : 0 }
        let smooth = all.map { (votes($0 - 1) + 2 * votes($0) + votes($0 + 1)) / 6 }
        func average(_ values: [Double], around bin: Int, reach: Int) -> Double {
            let near = (bin - reach...bin + reach).filter { all.contains($0) && abs($0 - bin) > 3 }
            return near.isEmpty ? 0 : near.reduce(0) { $0 + values[$1] } / Double(near.count)
        }
        let squares = all.map { bin in
            let off = smooth[bin] - average(smooth, around: bin, reach: 30)
            return off * off
        }
        return all.compactMap { bin in
            let mean = average(smooth, around: bin, reach: 30), variance = average(squares, around: bin, reach: 120)
            let above = smooth[bin] - mean
            guard smooth[bin] >= 1, above > 0, above * above >= least * least * (max(mean, variance) + 1) else {
                return nil
            }
            let isHighest = (bin - 3...bin + 3).filter(all.contains).allSatisfy {
                smooth[$0] < smooth[bin] || (smooth[$0] == smooth[bin] && $0 >= bin)
            }
            return isHighest ? PlainSummit(bin: bin, votes: smooth[bin], mean: mean, variance: variance) : nil
        }
    }

    // MARK: Surprise

    /// Decades of the upper tail, summed to its end with sixty digits.
    @Test(
        "The surprise at a count is that of Poisson's upper tail",
        arguments: [
            (1, 0.001, 3.000_217_129), (1, 0.5, 0.405_089_103), (2, 0.5, 1.044_774_153), (3, 1, 1.095_276_899),
            (5, 2, 1.278_576_736), (10, 3, 2.957_626_078), (20, 5, 6.461_912_126), (12, 11.5, 0.318_576_120),
            (30, 0.2, 53.476_808_696), (100, 50, 9.494_841_156), (100, 10, 62.267_719_676),
            (500, 400, 6.091_012_291), (1000, 100, 610.988_388_463),
        ])
    func surprise(count: Double, mean: Double, decades: Double) {
        #expect(abs(poissonSurprise(count, mean: mean) - decades) <= 1e-6 * max(1, decades))
    }

    @Test("More is more surprising, a higher mean is less, and no more than expected is not surprising at all")
    func monotone() {
        for mean in [0.0, 1e-12, 0.01, 0.3, 1, 7.5, 60, 900] {
            let counts = stride(from: 0, through: 4 * mean + 40, by: 0.25)
            let decades = counts.map { poissonSurprise($0, mean: mean) }
            #expect(zip(decades, decades.dropFirst()).allSatisfy { $0 <= $1 }, "mean \(mean)")
            #expect(decades.allSatisfy { $0.isFinite && $0 >= 0 })
            #expect(poissonSurprise(mean, mean: mean) == 0)
            #expect(poissonSurprise(mean / 2, mean: mean) == 0)
        }
        for count in [1.0, 4.5, 30, 300] {
            let decades = stride(from: 0.05, through: 1.2, by: 0.05).map { poissonSurprise(count, mean: $0 * count) }
            #expect(zip(decades, decades.dropFirst()).allSatisfy { $0 >= $1 }, "count \(count)")
        }
    }
}
