@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Sound of which tempo and pitch were changed apart from each other")
struct SoundPlaneTests {
    private let tune = Tune(seed: 5)

    private func print(_ peaks: [SoundPeak]) -> SoundPrint { SoundPrint(peaks, hopsMax: .max) }

    /// Ten seconds of the tune from its fourth on, half of their peaks left among as many others.
    private func turned(tempo: Double, quarters: Int) -> [SoundPeak] {
        played(tune.peaks(from: 4, seconds: 10 * tempo, share: 0.5), tempo: tempo, quarters: quarters)
    }

    @Test("The plane beside the lines is asked in steps of four per cent and half a semitone")
    func steps() {
        #expect(SoundHypothesis.coarseTempos.count == 12)
        #expect(
            SoundHypothesis.coarseTempos.map { ($0 * 1000).rounded() / 1000 } == [
                0.79, 0.822, 0.855, 0.889, 0.925, 0.962, 1.04, 1.082, 1.125, 1.17, 1.217, 1.265,
            ])
        #expect(SoundHypothesis(tempo: 1.04, pitch: -16).isApart)
        // On the three lines: speed (1.04 is 5.4 quarters of a band), tempo, pitch.
        #expect(!SoundHypothesis(tempo: 1.04, pitch: 4).isApart)
        #expect(!SoundHypothesis(tempo: 1.04, pitch: 0).isApart)
        #expect(!SoundHypothesis(tempo: 1, pitch: -16).isApart)
        #expect(SoundHypothesis.apart.count == 158)
    }

    @Test(
        "What two knobs did is suggested by pairs of peaks",
        arguments: [(1.08, -16), (0.92, 8), (1.2, -8), (0.85, 24)])
    func suggested(_ tempo: Double, _ quarters: Int) throws {
        let asked = SoundPlane(
            query: print(turned(tempo: tempo, quarters: quarters)),
            reference: print(tune.peaks(from: 0, seconds: 20))
        ).suggested()
        #expect(asked.contains { abs($0.tempo / tempo - 1) <= 0.011 && abs($0.pitch - quarters) <= 2 }, "\(asked)")
        #expect(asked.count <= 18)
    }

    @Test("Strangers, a single peak and silence suggest nothing")
    func nothing() {
        let reference = print(tune.peaks(from: 0, seconds: 20))
        for seed in 100...120 as ClosedRange<UInt64> {
            let stranger = print(Tune(seed: seed).peaks(from: 0, seconds: 10))
            #expect(SoundPlane(query: stranger, reference: reference).suggested().isEmpty, "tune \(seed)")
        }
        #expect(SoundPlane(query: print([SoundPeak(hop: 3, band: 7)]), reference: reference).suggested().isEmpty)
        #expect(SoundPlane(query: print([]), reference: reference).suggested().isEmpty)
    }

    @Test(
        "A pair is matched with its speed to half a per cent and its pitch to a tenth of a semitone",
        arguments: [(1.08, -16), (0.92, 8), (1.2, -8), (0.85, 24)])
    func matched(_ tempo: Double, _ quarters: Int) throws {
        let query = fingerprint([], turned(tempo: tempo, quarters: quarters), seconds: 10)
        let reference = fingerprint([], tune.peaks(from: 0, seconds: 20), seconds: 20)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(abs(match.speed / tempo - 1) <= 0.005)
        #expect(abs((match.audio?.pitch ?? 99) - Double(quarters) / 8) <= 0.1)
        #expect(abs(match.offset - 4) <= 0.08)
    }

    @Test("It is found among two hundred others, and by the coordinator's question, too")
    func found() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        for seed in 1001...1200 as ClosedRange<UInt64> {
            try index.add([
                (Reference(id: "t\(seed)"), fingerprint([], Tune(seed: seed).peaks(from: 0, seconds: 8), seconds: 8))
            ])
        }
        try index.add([(Reference(id: "wanted"), fingerprint([], tune.peaks(from: 0, seconds: 20), seconds: 20))])
        let query = fingerprint([], turned(tempo: 1.08, quarters: -16), seconds: 10)
        #expect(try index.lookup(query, id: "q").matches.map(\.reference) == ["wanted"])
        #expect(try index.candidates(of: query).ids.contains("wanted"))
    }

    @Test("Sounds of hours, one tone again and again, and all peaks at once are compared within the ceilings")
    func hours() {
        // More pairs than may be compared; all pairs of one kind; more peaks in a second than there are bands.
        let long = (0..<54_000 as Range<UInt32>).map { SoundPeak(hop: $0 * 9, band: UInt16(200 + $0 * 7 % 97)) }
        let beeps = (0..<54_000 as Range<UInt32>).map { SoundPeak(hop: $0 * 9, band: 200) }
        let crowd = (0..<50_000 as Range<UInt32>).map { SoundPeak(hop: $0 / 600, band: UInt16($0 % 468)) }
        // Without its ceilings each of these would run for minutes and suggest what cannot be told.
        for peaks in [long, beeps, crowd] {
            #expect(SoundPlane(query: print(peaks), reference: print(peaks)).suggested().count <= 18)
        }
    }
}
