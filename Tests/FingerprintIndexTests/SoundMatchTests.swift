@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("The verdict on two sounds")
struct SoundMatchTests {
    let tune = Tune(seed: 5)

    /// Twenty seconds of sound alone.
    var reference: MediaFingerprint { clip(tune.peaks(from: 0, seconds: 20), seconds: 20) }

    private func clip(_ peaks: [SoundPeak], seconds: Double) -> MediaFingerprint {
        fingerprint([], peaks, seconds: seconds)
    }

    @Test("A piece is found at its offset, to 30 ms", arguments: [0.0, 3.217, 7.5, 11.9])
    func offset(_ start: Double) throws {
        // Half of its peaks are left, among as many others.
        let query = clip(tune.peaks(from: start, seconds: 8, share: 0.5), seconds: 8)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(match.modality == .audio)
        #expect(abs(match.offset - start) <= 0.03)
        #expect(match.speed == 1)
        #expect(match.audio?.pitch == 0)
        #expect(abs(match.queryStart) <= 0.5)
        #expect(abs(match.queryEnd - 8) <= 0.5)
        #expect(match.queryCoverage >= 0.9)
        #expect(abs(match.referenceCoverage - 0.4) <= 0.05)
    }

    struct Change: CustomTestStringConvertible, Sendable {
        var tempo = 1.0
        /// Quarters of a band; eight are a semitone.
        var quarters = 0
        var testDescription: String { "tempo \(tempo), \(quarters) quarters of a band" }
    }

    /// 96 quarters of a band are an octave: 0.85 → -22.5, 0.92 → -11.5, 1.04 → 5.4, 1.1 → 13.2, 1.25 → 30.9.
    @Test(
        "A piece played at another speed, tempo or pitch is found with what was done to it",
        arguments: [
            Change(tempo: 0.85, quarters: -23), Change(tempo: 0.92, quarters: -12), Change(tempo: 1.04, quarters: 5),
            Change(tempo: 1.1, quarters: 13), Change(tempo: 1.25, quarters: 31),
            Change(tempo: 0.85), Change(tempo: 0.92), Change(tempo: 1.04), Change(tempo: 1.1), Change(tempo: 1.25),
            Change(quarters: 8), Change(quarters: -8), Change(quarters: 16), Change(quarters: -16),
            Change(quarters: 24), Change(quarters: -24),
        ])
    func changed(_ change: Change) throws {
        let piece = tune.peaks(from: 4, seconds: 10 * change.tempo, share: 0.5)
        let query = clip(played(piece, tempo: change.tempo, quarters: change.quarters), seconds: 10)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(abs(match.speed / change.tempo - 1) <= 0.005)
        #expect(abs((match.audio?.pitch ?? 99) - Double(change.quarters) / 8) <= 0.1)
        #expect(abs(match.offset - 4) <= 0.03 + 0.005 * 10)
        #expect(match.queryCoverage >= 0.85)
    }

    @Test("Two pieces, cut and swapped, are two matches with an offset each")
    func swapped() throws {
        let query = clip(
            tune.peaks(from: 12, seconds: 6) + later(tune.peaks(from: 2, seconds: 6), seconds: 6), seconds: 12)
        let matches = Aligner.compare(query: query, reference: reference).matches
            .sorted { $0.queryStart < $1.queryStart }
        #expect(matches.count == 2)
        let first = try #require(matches.first), second = try #require(matches.last)
        #expect(abs(first.offset - 12) <= 0.03)
        #expect(abs(second.offset + 4) <= 0.03)
        #expect(abs(first.queryEnd - 6) <= 0.5)
        #expect(abs(second.queryStart - 6) <= 0.5)
    }

    @Test("Three seconds amid twenty of other sound are found with their span", arguments: [3.0, 9.4, 15.5])
    func excerpt(_ at: Double) throws {
        let other = Tune(seed: 6).peaks(from: 0, seconds: 20)
        let hops = UInt32(at * Tune.hopsPerSecond)..<UInt32((at + 3) * Tune.hopsPerSecond)
        let query = clip(
            together(other.filter { !hops.contains($0.hop) }, later(tune.peaks(from: 8, seconds: 3), seconds: at)),
            seconds: 20)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(abs(match.offset - (8 - at)) <= 0.03)
        #expect(abs(match.queryStart - at) <= 0.5)
        #expect(abs(match.queryEnd - (at + 3)) <= 0.5)
        #expect(abs(match.referenceStart - 8) <= 0.5)
        #expect(abs(match.referenceEnd - 11) <= 0.5)
    }

    // MARK: What is no evidence

    @Test("Strangers never reach the score of a match", arguments: 0..<4)
    func strangers(_ quarter: UInt64) {
        for number in 50 * quarter..<50 * (quarter + 1) {
            let query = Tune(seed: 1000 + number).peaks(from: 0, seconds: 10)
            let other = Tune(seed: 5000 + number).peaks(from: 0, seconds: 20)
            let report = Aligner.compare(
                query: clip(query, seconds: 10), reference: clip(other, seconds: 20), minimumScore: 0)
            let best = report.matches.map(\.score).max() ?? 0
            #expect(best < Aligner.confidentScore, "pair \(number) scores \(best)")
        }
    }

    @Test("Two click trains of other times are no match")
    func clicks() {
        var dice = Dice(3)
        // Each click has a peak in every 24th quarter of a band.
        func train() -> [SoundPeak] {
            var hop: UInt32 = 0
            return (0..<14).flatMap { _ -> [SoundPeak] in
                hop += 20 + UInt32(dice.next() % 60)
                return stride(from: 10, to: 460, by: 24).map { SoundPeak(hop: hop, band: UInt16($0)) }
            }
        }
        for _ in 0..<6 {
            let report = Aligner.compare(query: clip(train(), seconds: 10), reference: clip(train(), seconds: 10))
            #expect(report.matches.isEmpty)
        }
    }

    @Test("A hum of several tones that swell together all the time is no match")
    func hum() {
        func hum(every hops: Int, _ bands: [UInt16]) -> [SoundPeak] {
            stride(from: 0, to: 860, by: hops).flatMap { hop in bands.map { SoundPeak(hop: UInt32(hop), band: $0) } }
        }
        for (one, other) in [(2, 2), (7, 7), (7, 9), (25, 25)] {
            let report = Aligner.compare(
                query: clip(hum(every: one, [20, 116, 212]), seconds: 10),
                reference: clip(hum(every: other, [20, 116, 212]), seconds: 10))
            #expect(report.matches.isEmpty, "every \(one) and \(other) hops")
        }
    }

    /// A bar of eight peaks, 86 hops long: one second.
    private func loop(bars: Int, from hop: UInt32 = 0) -> [SoundPeak] {
        let bar = Array(Tune(seed: 7).peaks(from: 0, seconds: 1).filter { $0.hop < 86 }.prefix(8))
        var peaks: [SoundPeak] = []
        for start in stride(from: 0, through: 86 * UInt32(bars), by: 86) {
            for peak in bar where (hop..<hop + 86 * UInt32(bars)).contains(start + peak.hop) {
                peaks.append(SoundPeak(hop: start + peak.hop - hop, band: peak.band))
            }
        }
        return peaks
    }

    /// Ten bars fit twenty at eleven delays equally well, so none of them stands out.
    @Test("A loop against another piece of the same loop accuses nobody, and says the same each time")
    func loops() {
        let (this, that) = (Tune(seed: 8).peaks(from: 0, seconds: 10), Tune(seed: 9).peaks(from: 0, seconds: 10))
        let pairs: [([SoundPeak], [SoundPeak])] = [
            (loop(bars: 10, from: 40), loop(bars: 20)), (loop(bars: 20, from: 7), loop(bars: 20)),
            (loop(bars: 20), loop(bars: 20)), (loop(bars: 60, from: 40), loop(bars: 30)),
            (loop(bars: 60), loop(bars: 60)), (loop(bars: 3), loop(bars: 30)),
            (loop(bars: 10) + later(this, seconds: 10), loop(bars: 10) + later(that, seconds: 10)),
            (together(loop(bars: 10), this), together(loop(bars: 10, from: 30), that)),
        ]
        for (one, other) in pairs {
            let (query, reference) = (clip(one, seconds: 20), clip(other, seconds: 20))
            let report = Aligner.compare(query: query, reference: reference, minimumScore: 0)
            #expect(report == Aligner.compare(query: query, reference: reference, minimumScore: 0))
            #expect(report.matches.allSatisfy { $0.score < Aligner.confidentScore })
            #expect(report.matches.count <= 8)
        }
    }

    // MARK: Hours

    /// Every window of a long query once looked at all delays of the whole, and so few windows could be afforded that most
    /// of three hours was never asked.
    @Test("Ten seconds are found in an hour, and three hours find ten seconds")
    func hours() throws {
        let long = clip(tune.peaks(from: 0, seconds: 10_800), seconds: 10_800)
        let short = clip(tune.peaks(from: 5000, seconds: 10), seconds: 10)
        let hour = clip(tune.peaks(from: 3600, seconds: 3600), seconds: 3600)
        let there = try #require(Aligner.compare(query: short, reference: hour).matches.first)
        #expect(abs(there.offset - 1400) <= 0.03)
        let back = try #require(Aligner.compare(query: long, reference: short).matches.first)
        #expect(abs(back.offset + 5000) <= 0.03)
        #expect(abs(back.queryStart - 5000) <= 0.5)
        #expect(abs(back.queryEnd - 5010) <= 0.5)
    }

    /// Two recordings of half a day once let every peak of one vote with every peak of the other, sixty-three times
    /// over, because the ceiling on votes left one window to ask and one window was taken for the whole.
    @Test("Two clips of half a day of which the votes cannot be afforded ask with one window")
    func halfDays() {
        // Two bands only, so that everything meets: 10^5 peaks of one with 10^5 of the other.
        func dense(_ seed: UInt64) -> [SoundPeak] {
            var dice = Dice(seed)
            return (0..<100_000).map { SoundPeak(hop: UInt32($0) * 37, band: UInt16(dice.next() % 2)) }
        }
        let (one, other) = (clip(dense(1), seconds: 43_000), clip(dense(2), seconds: 43_000))
        let delays = SoundDelays(
            query: Prepared(one, as: .query).sound, reference: Prepared(other, as: .reference).sound)
        let found = delays.summits(SoundHypothesis(tempo: 1.02, pitch: 3))
        #expect(found.count <= AlignerParameters.current.soundSummitsMax)
    }

    @Test("Pauses of half an hour and of weeks are survived")
    func pauses() {
        let start = tune.peaks(from: 0, seconds: 10)
        // What comes after half a day is not compared. A week is 52 million hops.
        let odd = clip(
            start + later(start, seconds: 1800) + later(start, seconds: 604_800) + [SoundPeak(hop: .max, band: 467)],
            seconds: 3e7)
        for (query, reference) in [(odd, reference), (reference, odd)] {
            let report = Aligner.compare(query: query, reference: reference)
            #expect(report.matches.allSatisfy { $0.score > 0.5 && $0.score < 1 })
            #expect(!report.matches.isEmpty)
        }
    }
}
