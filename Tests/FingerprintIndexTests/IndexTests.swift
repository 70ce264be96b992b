@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

@Suite("An index in a folder")
struct IndexTests {
    let folder: TemporaryFolder
    let index: FingerprintIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
    }

    func clip(_ seed: UInt64, seconds: Double = 10) -> MediaFingerprint {
        fingerprint(
            Film(seed: seed).frames(from: 0, seconds: seconds), Tune(seed: seed).peaks(from: 0, seconds: seconds),
            seconds: seconds)
    }

    func copy(of seed: UInt64) -> MediaFingerprint {
        fingerprint(
            Film(seed: seed).frames(from: 2, seconds: 6, noiseBits: 40),
            Tune(seed: seed).peaks(from: 2, seconds: 6, share: 0.5), seconds: 6)
    }

    @Test("What was added is read back as it was, with its facts and its place")
    func readBack() throws {
        let empty = MediaFingerprint(
            duration: 3.25, video: VideoFingerprint(frames: [], abstainReason: "flat_picture"),
            audio: AudioFingerprint(peaks: [], abstainReason: nil))
        let full = Reference(
            id: "b/é.mp4", bank: "catalogue", creator: "anna", publishedAt: "2026-01-02T03:04:05Z", duration: 10.5)
        try index.add([(full, clip(1)), (Reference(id: "a"), empty)])
        var expected = full
        expected.sequence = 1
        #expect(try index.reference("b/é.mp4") == expected)
        #expect(try index.fingerprint(of: "b/é.mp4") == clip(1).kept)
        #expect(try index.fingerprint(of: "a") == empty)
        #expect(try index.reference("a")?.sequence == 2)
        #expect(try index.reference("c") == nil)
        let reopened = try FingerprintIndex(at: folder.path, create: false)
        #expect(try reopened.references().map(\.id) == ["b/é.mp4", "a"])
        try reopened.verify()
        let sum = try reopened.statistics()
        #expect(sum.references == 2)
        #expect(sum.codes == 21)
        #expect(sum.segments == 1)
        #expect(sum.peaks == clip(1).audio.peaks.count)
    }

    @Test("A copy is found among others, and the answer says how much was searched")
    func lookup() throws {
        try index.add((1...12).map { (Reference(id: "v\($0)", bank: $0 % 2 == 0 ? "even" : "odd"), clip(UInt64($0))) })
        let result = try index.lookup(copy(of: 7), id: "upload")
        #expect(result.matches.map(\.reference) == ["v7"])
        #expect(result.matches.first?.query == "upload")
        #expect(result.matches.first?.bank == "odd")
        #expect(result.matches.first?.modality == .both)
        #expect(result.referencesSearched == 12)
        #expect(result.codesSearched == 12 * 21)
        let stranger = try index.lookup(copy(of: 99), id: "new")
        #expect(stranger.matches.isEmpty)
        #expect(stranger.referencesSearched == 12)
    }

    @Test("Banks, exclusions, kinds of evidence and the number of matches are obeyed")
    func options() throws {
        try index.add([
            (Reference(id: "a", bank: "one"), clip(7)), (Reference(id: "b", bank: "two"), clip(7)),
            (Reference(id: "c", bank: "two"), clip(7)),
        ])
        func found(_ options: LookupOptions) throws -> [String] {
            try index.lookup(copy(of: 7), id: "q", options: options).matches.map(\.reference)
        }
        #expect(try found(LookupOptions()) == ["a", "b", "c"])
        #expect(try found(LookupOptions(banks: ["two"])) == ["b", "c"])
        #expect(try found(LookupOptions(excluding: ["a", "b"])) == ["c"])
        #expect(try found(LookupOptions(matchesMax: 2)) == ["a", "b"])
        for (modality, expected) in [(LookupOptions.Modality.video, Match.Modality.video), (.audio, .audio)] {
            let result = try index.lookup(copy(of: 7), id: "q", options: LookupOptions(modality: modality))
            #expect(result.matches.map(\.modality) == [expected, expected, expected])
        }
        #expect(try index.lookup(copy(of: 7), id: "q", options: LookupOptions(modality: .audio)).codesSearched == 0)
    }

    @Test("The verdict on a pair does not change with what else is in the index")
    func orderIndependent() throws {
        var alone = Aligner.compare(query: copy(of: 7), reference: clip(7), queryID: "q", referenceID: "v7").matches
        // What only an index can know.
        for match in alone.indices { alone[match].audio?.popularity = 1 }
        #expect(!alone.isEmpty)
        for order in [[7, 1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1, 7]] {
            let folder = try TemporaryFolder()
            let index = try FingerprintIndex(at: folder.path, create: true)
            for seed in order {
                try index.add([(Reference(id: "v\(seed)"), clip(UInt64(seed)))])
                guard order.prefix(through: order.firstIndex(of: seed) ?? 0).contains(7) else { continue }
                #expect(try index.lookup(copy(of: 7), id: "q").matches == alone)
            }
        }
    }

    @Test("A pair that matches is found from either side")
    func eitherSide() throws {
        try index.add([(Reference(id: "a"), copy(of: 7)), (Reference(id: "b"), clip(7))])
        #expect(
            try index.lookup(copy(of: 7), id: "a", options: LookupOptions(excluding: ["a"])).matches.map(\.reference)
                == ["b"])
        #expect(
            try index.lookup(clip(7), id: "b", options: LookupOptions(excluding: ["b"])).matches.map(\.reference) == [
                "a"
            ])
    }

    @Test("Adding the same again changes nothing; another fingerprint replaces the first")
    func again() throws {
        try index.add([(Reference(id: "a"), clip(1)), (Reference(id: "b"), clip(2))])
        let before = try index.statistics()
        try index.add([(Reference(id: "a"), clip(1))])
        #expect(try index.statistics() == before)
        // Another bank: the place in the order of arrival stays.
        try index.add([(Reference(id: "a", bank: "other"), clip(1))])
        #expect(try index.reference("a") == Reference(id: "a", bank: "other", sequence: 1))
        // Another fingerprint: it arrives now.
        try index.add([(Reference(id: "a"), clip(3))])
        #expect(try index.reference("a")?.sequence == 3)
        #expect(try index.fingerprint(of: "a") == clip(3).kept)
        #expect(try index.lookup(copy(of: 1), id: "q").matches.isEmpty)
        #expect(try index.lookup(copy(of: 3), id: "q").matches.map(\.reference) == ["a"])
        #expect(try index.statistics().references == 2)
    }

    @Test("What was removed is not found, and its room is reclaimed")
    func remove() throws {
        try index.add((1...8).map { (Reference(id: "v\($0)"), clip(UInt64($0))) })
        let full = try index.statistics().bytes
        try index.remove(["v3", "nobody"])
        #expect(try index.lookup(copy(of: 3), id: "q").matches.isEmpty)
        #expect(try index.reference("v3") == nil)
        #expect(try index.statistics().removed == 1)
        try index.remove((1...7).map { "v\($0)" })
        let rest = try index.statistics()
        #expect(rest.references == 1)
        #expect(rest.removed == 0)
        #expect(rest.bytes < full / 4)
        #expect(try index.lookup(copy(of: 8), id: "q").matches.map(\.reference) == ["v8"])
        try index.remove(["v8"])
        #expect(try index.statistics().segments == 0)
        #expect(try index.lookup(copy(of: 8), id: "q").referencesSearched == 0)
    }

    @Test("Another instance sees a reference at its next lookup, without opening again")
    func visible() throws {
        let reader = try FingerprintIndex(at: folder.path, create: false)
        #expect(try reader.lookup(copy(of: 1), id: "q").matches.isEmpty)
        try index.add([(Reference(id: "v1"), clip(1))])
        #expect(try reader.lookup(copy(of: 1), id: "q").matches.map(\.reference) == ["v1"])
        try reader.add([(Reference(id: "v2"), clip(2))])
        #expect(try index.lookup(copy(of: 2), id: "q").matches.map(\.reference) == ["v2"])
    }

    @Test("Many single additions leave few files, and the same answers")
    func merging() throws {
        let small = { (seed: Int) in fingerprint(Film(seed: UInt64(seed)).frames(from: 0, seconds: 1), seconds: 1) }
        let reader = try FingerprintIndex(at: folder.path, create: false)
        for seed in 1...300 {
            try index.add([(Reference(id: "v\(seed)"), small(seed))])
            if seed % 50 == 37 { #expect(try reader.statistics().references == seed) }
        }
        #expect(try index.statistics().references == 300)
        #expect(try folder.files().count <= 16)
        let sequences = try index.references().map(\.sequence)
        #expect(sequences == (1...300).map { UInt64($0) })
        let whole = try TemporaryFolder()
        let once = try FingerprintIndex(at: whole.path, create: true)
        try once.add((1...300).map { (Reference(id: "v\($0)"), small($0)) })
        for seed in [1, 150, 255, 300] {
            let query = small(seed)
            let options = LookupOptions(minimumScore: 0)
            #expect(
                try index.lookup(query, id: "q", options: options).matches
                    == once.lookup(query, id: "q", options: options).matches)
            #expect(try index.lookup(query, id: "q", options: options).matches.first?.reference == "v\(seed)")
        }
        try index.verify()
    }

    @Test("A second writer waits for the first, and gives up with a sentence")
    func twoWriters() throws {
        let other = try FingerprintIndex(at: folder.path, create: false)
        do {
            let lock = try WriterLock(folder: folder.path, patience: 0)
            defer { lock.release() }
            let failure = #expect(throws: IndexError.self) {
                try other.add([(Reference(id: "a"), clip(1))], patience: 0.05)
            }
            #expect(failure?.code == .busy)
            #expect(try other.statistics().references == 0)
        }
        try other.add([(Reference(id: "a"), clip(1))])
        #expect(try index.statistics().references == 1)
    }

    @Test("Writers in many threads lose nothing of each other")
    func manyWriters() async throws {
        let path = folder.path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let own = try FingerprintIndex(at: path, create: false)
                    for number in 0..<10 {
                        try own.add(
                            [
                                (
                                    Reference(id: "w\(writer)-\(number)"),
                                    fingerprint(
                                        Film(seed: UInt64(writer * 10 + number)).frames(from: 0, seconds: 2), seconds: 2
                                    )
                                )
                            ],
                            patience: 60)
                    }
                }
            }
            try await group.waitForAll()
        }
        let references = try index.references()
        #expect(Set(references.map(\.id)).count == 40)
        #expect(references.map(\.sequence) == (1...40).map { UInt64($0) })
    }

    @Test("An index that is not there, and a folder of something else, are refused with a sentence")
    func refused() throws {
        let elsewhere = try TemporaryFolder()
        let missing = #expect(throws: IndexError.self) { try FingerprintIndex(at: elsewhere.path, create: false) }
        #expect(missing?.code == .missing)
        try elsewhere.write([1, 2, 3], to: "holiday.mp4")
        let foreign = #expect(throws: IndexError.self) { try FingerprintIndex(at: elsewhere.path, create: true) }
        #expect(foreign?.code == .notAnIndex)
        #expect(foreign?.description.contains("holiday.mp4") == true)
        let unnamed = #expect(throws: IndexError.self) { try index.add([(Reference(id: ""), clip(1))]) }
        #expect(unnamed?.code == .refused)
        let long = #expect(throws: IndexError.self) {
            try index.add([(Reference(id: String(repeating: "x", count: 1025)), clip(1))])
        }
        #expect(long?.code == .refused)
    }
}
