@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Which references are worth comparing by sound")
struct SoundCandidateTests {
    let folder: TemporaryFolder
    let index: FingerprintIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
        try index.add(
            (1...6).map { seed in
                let peaks = Tune(seed: UInt64(seed)).peaks(from: 0, seconds: 90)
                return (Reference(id: "v\(seed)"), fingerprint([], peaks, seconds: 90))
            })
    }

    private func decode(_ hops: ClosedRange<UInt32>, _ bytes: [UInt8]) throws -> [SoundPeak] {
        // The bytes outlive the call that reads them.
        return try unsafe SoundPeakCoding.decode(hops, from: bytes.span.bytes)
    }

    private func found(_ peaks: [SoundPeak], changed: Bool) throws -> [String] {
        let snapshot = try index.snapshot()
        let search = SoundSearch(
            query: SoundPrint(peaks, hopsMax: Prepared.hopsMax), segments: snapshot.segments, parameters: .large
        ) { _, _ in true }
        let places = changed ? try search.changed(besides: []) : try search.plain()
        return places.map { snapshot.segments[$0.segment].segment.reference($0.record).id }
    }

    @Test(
        "A question that is asked sparsely, as in a large index, finds ten seconds in the middle of a sound, and no other"
    )
    func plain() throws {
        #expect(try found(Tune(seed: 4).peaks(from: 61, seconds: 10, share: 0.7), changed: false) == ["v4"])
        #expect(try found(Tune(seed: 99).peaks(from: 61, seconds: 10), changed: false).isEmpty)
    }

    @Test("So does one whose sound was made two semitones higher")
    func higher() throws {
        let higher = Tune(seed: 4).peaks(from: 61, seconds: 10).compactMap { peak -> SoundPeak? in
            let band = peak.band + 16
            return band < SoundPeak.bandsMax ? SoundPeak(hop: peak.hop, band: band) : nil
        }
        #expect(try found(higher, changed: true) == ["v4"])
    }

    @Test("The peaks of a part are those of the whole at the same hops, behind a pause of a day as well")
    func part() throws {
        let day: UInt32 = 86 * 86_400
        let peaks = [(0, 7), (3, 467), (3, 467), (200, 0), (day, 12), (day + 4, 200), (day + 9, 3)].map {
            SoundPeak(hop: $0.0, band: UInt16($0.1))
        }
        let bytes = SoundPeakCoding.encode(peaks)
        for hops in [0...UInt32.max, 3...200, 4...199, day + 1...day + 8, day...day, 201...day - 1] {
            #expect(try decode(hops, bytes) == peaks.filter { hops.contains($0.hop) })
        }
        #expect(throws: FingerprintError.self) {
            try decode(0...UInt32.max, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1])
        }
        #expect(throws: FingerprintError.self) { try decode(0...9, [0x80]) }
    }

    @Test("Half an hour of sound asks for no more landmarks than a vote takes, spread over all of it")
    func long() throws {
        let peaks = (0..<80_000).map { SoundPeak(hop: UInt32(2 * $0), band: UInt16($0 * 37 % 460)) }
        let print = SoundPrint(peaks, hopsMax: Prepared.hopsMax)
        for round in [SoundSearchParameters.small.plain, SoundSearchParameters.small.changed] {
            let landmarks = SoundLandmarks().asked(print, .asItIs, round.asking)
            #expect(landmarks.count <= SoundVoteParameters.landmarksMax)
            #expect(landmarks.count > 10_000)
            #expect(try #require(landmarks.last).tick > 79_000)
        }
    }

    @Test("Postings made in portions of bands are those made at once")
    func portions() {
        let peaks = Tune(seed: 3).peaks(from: 0, seconds: 30)
        var whole: [UInt64] = [], parts: [UInt64] = []
        SoundLandmarks().store(peaks, firstTick: 5, into: &whole)
        whole.sort()
        for bands: Range<UInt16> in [0..<2, 2..<100, 100..<468] {
            var part: [UInt64] = []
            SoundLandmarks().store(peaks, bands: bands, firstTick: 5, into: &part)
            parts += part.sorted()
        }
        #expect(!whole.isEmpty)
        #expect(parts == whole)
    }

    @Test("How much is searched leaves out what is removed and what is passed over")
    func counts() throws {
        let query = fingerprint([], Tune(seed: 9).peaks(from: 0, seconds: 5), seconds: 5)
        let all = try index.lookup(query, id: "q")
        #expect(all.referencesSearched == 6)
        let one = try #require(try index.fingerprint(of: "v2")).audio.peaks.count
        let fewer = try index.lookup(query, id: "q", options: LookupOptions(excluding: ["v2", "nobody"]))
        #expect(fewer.referencesSearched == 5)
        #expect(fewer.peaksSearched == all.peaksSearched - one)
        try index.remove(["v2"])
        #expect(try index.lookup(query, id: "q").peaksSearched == fewer.peaksSearched)
    }
}
