@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("An index finds references by places in their pictures")
struct LocalIndexTests {
    let folder: TemporaryFolder
    let index: FingerprintIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
    }

    /// Whole frames that are like nothing else, and ten seconds of places.
    private func clip(_ seed: Int) -> MediaFingerprint {
        fingerprint(
            Film(seed: UInt64(900 + seed)).frames(from: 0, seconds: 10),
            local: LocalFilm(seed: UInt64(seed)).frames(from: 0, seconds: 10), seconds: 10)
    }

    /// A mirrored crop, of which whole frames say nothing.
    private func copy(of seed: Int) -> MediaFingerprint {
        fingerprint(
            Film(seed: UInt64(5000 + seed)).frames(from: 0, seconds: 6),
            local: LocalFilm(seed: UInt64(seed)).frames(
                from: 2, seconds: 6, edit: PictureEdit(left: 0.2, top: 0.2, shown: 0.6, mirrored: true).worn()),
            seconds: 6)
    }

    private func found(_ seed: Int, in index: FingerprintIndex? = nil) throws -> [String] {
        try (index ?? self.index).lookup(copy(of: seed), id: "q").matches.map(\.reference)
    }

    @Test("A mirrored crop is found by its places alone, added at once or one by one, merged and set in order")
    func lookup() throws {
        try index.add((1...4).map { (Reference(id: "v\($0)"), clip($0)) })
        for seed in 5...9 { try index.add([(Reference(id: "v\(seed)"), clip(seed))]) }
        for seed in 1...9 { #expect(try found(seed) == ["v\(seed)"]) }
        #expect(try found(99).isEmpty)
        let match = try #require(try index.lookup(copy(of: 3), id: "q").matches.first)
        #expect(match.mirrored && match.transform?.kinds == [.mirrored, .cropped])
        #expect(abs(match.offset - 2) <= 0.3)
        let before = try (1...9).map { try index.lookup(copy(of: $0), id: "q").matches }
        try index.compact()
        #expect(try index.statistics().segments == 1)
        try index.verify()
        #expect(try (1...9).map { try index.lookup(copy(of: $0), id: "q").matches } == before)
        let reopened = try FingerprintIndex(at: folder.path, create: false)
        #expect(try found(6, in: reopened) == ["v6"])
    }

    @Test("What is removed is not found, before its room is reclaimed and after")
    func removed() throws {
        try index.add((1...6).map { (Reference(id: "v\($0)"), clip($0)) })
        try index.remove(["v3"])
        #expect(try index.statistics().removed == 1)
        #expect(try found(3).isEmpty)
        #expect(try found(4) == ["v4"])
        try index.compact()
        #expect(try index.statistics().removed == 0)
        #expect(try found(3).isEmpty)
        #expect(try found(4) == ["v4"])
    }

    @Test("A lookup for sound alone asks for no places; passed-over references and other banks stay out")
    func options() throws {
        try index.add([(Reference(id: "a", bank: "one"), clip(1)), (Reference(id: "b", bank: "two"), clip(1))])
        func found(_ options: LookupOptions) throws -> [String] {
            try index.lookup(copy(of: 1), id: "q", options: options).matches.map(\.reference)
        }
        #expect(try found(LookupOptions()) == ["a", "b"])
        #expect(try found(LookupOptions(modality: .video)) == ["a", "b"])
        #expect(try found(LookupOptions(modality: .audio)).isEmpty)
        #expect(try found(LookupOptions(banks: ["two"])) == ["b"])
        #expect(try found(LookupOptions(excluding: ["b"])) == ["a"])
    }

    @Test(
        "References with and without places share a segment; one whose pictures were flat is the same when it comes again"
    )
    func mixed() throws {
        let flat = fingerprint(
            local: LocalFingerprint(
                width: 512, height: 288, frames: (0..<8).map { LocalFrame(ptsMs: UInt32(500 * $0), features: []) }),
            seconds: 4)
        let without = fingerprint(Film(seed: 3).frames(from: 0, seconds: 4), seconds: 4)
        try index.add([(Reference(id: "flat"), flat)])
        let alone = try index.statistics()
        try index.add([(Reference(id: "flat"), flat)])
        #expect(try index.statistics() == alone)
        try index.add([(Reference(id: "v1"), clip(1)), (Reference(id: "x"), without), (Reference(id: "v2"), clip(2))])
        try index.compact()
        try index.verify()
        #expect(try index.fingerprint(of: "x") == without.kept)
        #expect(try index.fingerprint(of: "flat")?.local == LocalFingerprint.none)
        #expect(try index.fingerprint(of: "v2")?.local == LocalSelection()(clip(2).local))
        #expect(try found(1) == ["v1"] && found(2) == ["v2"])
        let before = try index.statistics()
        try index.add([(Reference(id: "v1"), clip(1)), (Reference(id: "flat"), flat)])
        #expect(try index.statistics() == before)
    }

    @Test("One, two and four threads get the same answers", arguments: [1, 2, 4])
    func threads(_ count: Int) async throws {
        try index.add((1...8).map { (Reference(id: "v\($0)"), clip($0)) })
        let expected = try (1...8).map { try index.lookup(copy(of: $0), id: "q").matches }
        #expect(expected.allSatisfy { $0.count == 1 })
        let queries = (1...8).map(copy), shared = index
        let answers = try await withThrowingTaskGroup(of: [(Int, [Match])].self) { group in
            for thread in 0..<count {
                group.addTask {
                    try stride(from: thread, to: 8, by: count).map {
                        ($0, try shared.lookup(queries[$0], id: "q").matches)
                    }
                }
            }
            var answers = [[Match]](repeating: [], count: 8)
            for try await part in group { for (number, found) in part { answers[number] = found } }
            return answers
        }
        #expect(answers == expected)
    }
}
