import Fingerprints
import Testing

@testable import FingerprintIndex

@Suite("One line of sound, hop by hop")
struct SoundCloseUpTests {
    private let whole = Tune(seed: 5).peaks(from: 0, seconds: 10)

    /// A third of the peaks of ten seconds, each moved; the rest is other sound.
    private func copy(_ move: (Int, SoundPeak) -> SoundPeak = { $1 }) -> [SoundPeak] {
        Tune(seed: 5).peaks(from: 0, seconds: 10, share: 0.3).enumerated().map { move($0.offset, $0.element) }
    }

    private func decades(_ query: [SoundPeak], offset: Double = 0, pitch: Int = 0) -> Double {
        let (query, reference) = (SoundPrint(query, hopsMax: .max), SoundPrint(whole, hopsMax: .max))
        return SoundCloseUp(query: query, reference: reference)
            .decades(tempo: 1, pitch: pitch, offset: offset, peaks: 0..<query.count)
    }

    @Test("Peaks that meet say tens of decades on their line, and nothing beside it")
    func onTheLine() {
        #expect(decades(copy()) > 40)
        #expect(decades(copy(), offset: 2) > 40)
        for beside in [-40.0, -9, 9, 40] { #expect(decades(copy(), offset: beside) < 2, "\(beside) hops off") }
        #expect(decades(copy(), pitch: 24) < 2)
    }

    @Test("Peaks that come up to three hops early or late say less than half of what exact ones do")
    func smeared() {
        let smeared = copy { SoundPeak(hop: UInt32(max(0, Int($1.hop) + $0 % 7 - 3)), band: $1.band) }
        #expect(decades(smeared) < decades(copy()) / 2)
        #expect(decades(smeared) > 5)
    }

    @Test("Peaks a whole band off say less than half of what exact ones do")
    func detuned() {
        let detuned = copy { SoundPeak(hop: $1.hop, band: UInt16(max(0, Int($1.band) - 3))) }
        #expect(decades(detuned) < decades(copy()) / 2)
    }

    @Test("A hundred thousand peaks at one moment are looked at within the ceiling on votes")
    func crowded() {
        let crowd = SoundPrint((0..<100_000).map { SoundPeak(hop: 500, band: UInt16($0 % 4)) }, hopsMax: .max)
        let closeUp = SoundCloseUp(query: crowd, reference: crowd, votesMax: 1000)
        #expect(closeUp.decades(tempo: 1, pitch: 0, offset: 0, peaks: 0..<crowd.count) < 1000)
    }
}
