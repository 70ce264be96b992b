@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("One sound among many")
struct SoundSearchTests {
    let tune = Tune(seed: 777)

    /// 300 tunes of four seconds and the one that is looked for, in several segments.
    private func make() throws -> (TemporaryFolder, FingerprintIndex) {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        // Larger portions first, so that none is merged with the ones before.
        for seeds in [1...220, 221...280, 281...300] as [ClosedRange<UInt64>] {
            try index.add(seeds.map { (Reference(id: "t\($0)"), clip($0)) })
        }
        try index.add([(Reference(id: "wanted"), clip(777))])
        return (folder, index)
    }

    private func clip(_ seed: UInt64) -> MediaFingerprint {
        fingerprint([], Tune(seed: seed).peaks(from: 0, seconds: 4), seconds: 4)
    }

    private func query(tempo: Double = 1, quarters: Int = 0) -> MediaFingerprint {
        let peaks = played(tune.peaks(from: 0.3, seconds: 3.5, share: 0.8), tempo: tempo, quarters: quarters)
        return fingerprint([], peaks, seconds: 3.5 / tempo)
    }

    @Test(
        "A sound is found among three hundred as it is, faster and higher; removed, it is not; merging changes nothing")
    func found() throws {
        let (folder, index) = try make()
        #expect(try index.statistics().segments == 4)
        let queries = [query(), query(tempo: 1.1, quarters: 13), query(quarters: 16)]
        let answers = try queries.map { try index.lookup($0, id: "q").matches }
        for (answer, speed) in zip(answers, [1, 1.1, 1]) {
            #expect(answer.map(\.reference) == ["wanted"])
            #expect(abs((answer.first?.speed ?? 0) - speed) <= 0.01)
        }
        let candidates = try index.candidates(of: queries[1])
        #expect(candidates.ids.contains("wanted"))
        #expect(candidates.searched == 301)

        // As another process sees it, and when its segment has become one with others.
        let other = try FingerprintIndex(at: folder.path, create: false)
        #expect(try other.lookup(queries[0], id: "q").matches == answers[0])
        for (id, segments) in [("x", 5), ("y", 6), ("z", 4)] {
            try other.add([(Reference(id: id), clip(400))])
            #expect(try index.statistics().segments == segments)
        }
        #expect(try index.lookup(queries[0], id: "q").matches == answers[0])
        #expect(try other.lookup(queries[1], id: "q").matches == answers[1])

        try index.remove(["wanted"])
        #expect(try other.lookup(queries[0], id: "q").matches.isEmpty)
    }

    /// For a while all that a lookup had found was asked about before any of it had been written down, and so the
    /// dearest question was asked after every answer.
    @Test("What is found is not looked for with more changes: as it is, then along the lines, then apart")
    func asksNoFurther() throws {
        let (folder, index) = try make()
        defer { withExtendedLifetime(folder) {} }
        func rounds(_ query: MediaFingerprint) throws -> Int {
            var rounds = 0
            _ = try index.lookup(query, id: "q", options: LookupOptions()) { rounds += $0 == .votingChanged ? 1 : 0 }
            return rounds
        }
        #expect(try rounds(query()) == 0)
        #expect(try rounds(query(tempo: 1.1, quarters: 13)) == 1)
        #expect(try rounds(clip(888)) == 2)
    }

    @Test("Lookups of eight sounds at once answer as one after the other")
    func threads() async throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        try index.add((1...40).map { (Reference(id: "t\($0)"), clip(UInt64($0))) })
        let queries = (1...8).map { seed in
            fingerprint([], Tune(seed: UInt64(5 * seed)).peaks(from: 0.5, seconds: 3, share: 0.8), seconds: 3)
        }
        let alone = try queries.map { try index.lookup($0, id: "q", options: LookupOptions(minimumScore: 0)) }
        #expect(alone.map { $0.matches.first?.reference } == (1...8).map { "t\(5 * $0)" })
        let together = try await withThrowingTaskGroup(of: (Int, LookupResult).self) { group in
            for (number, query) in queries.enumerated() {
                group.addTask {
                    (number, try index.lookup(query, id: "q", options: LookupOptions(minimumScore: 0)))
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (number, result) in alone.enumerated() { #expect(together[number] == result, "query \(number)") }
    }

    /// Either once ended the process that wrote it.
    @Test("Peaks out of order, and peaks in no band, are refused with a sentence; pauses of weeks are kept")
    func refused() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        let start = tune.peaks(from: 0, seconds: 4)
        for odd in [Array(start.reversed()), start + [SoundPeak(hop: 9999, band: 468)]] {
            let failure = #expect(throws: IndexError.self) {
                try index.add([(Reference(id: "odd"), fingerprint([], odd, seconds: 4))])
            }
            #expect(failure?.code == .refused)
            #expect(try index.statistics().references == 0)
        }
        let weeks = fingerprint(
            [], start + later(start, seconds: 2_000_000) + [SoundPeak(hop: .max, band: 467)], seconds: 3e6)
        try index.add([(Reference(id: "weeks"), weeks), (Reference(id: "wanted"), clip(778))])
        #expect(try index.fingerprint(of: "weeks") == weeks)
        #expect(try index.lookup(query(), id: "q").matches.map(\.reference) == ["weeks"])
        // Asked with, it is as long as half a day at most.
        #expect(try index.candidates(of: weeks).ids.contains("weeks"))
    }

    // MARK: Long queries

    /// Three minutes were once one question: its best votes named a few places, and for each of them every reference that
    /// three minutes can reach was looked at, until there were no looks left. Six of these twenty were found.
    @Test("Each of twenty pieces that three minutes are made of is a candidate")
    func compilation() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        func tune(_ seed: Int) -> Tune { Tune(seed: UInt64(seed)) }
        try index.add(
            (1...60).map { (Reference(id: "t\($0)"), fingerprint([], tune($0).peaks(from: 0, seconds: 9), seconds: 9)) }
        )
        let pieces = (1...20).map { later(tune(3 * $0).peaks(from: 0.5, seconds: 8), seconds: 9 * Double($0 - 1)) }
        let query = SoundPrint(pieces.flatMap { $0 }, hopsMax: .max)
        let segments = try index.snapshot().segments
        let found = try SoundSearch(query: query, segments: segments) { _, _ in true }.plain()
        let ids = Set(found.map { segments[$0.segment].segment.reference($0.record).id })
        #expect(ids.isSuperset(of: (1...20).map { "t\(3 * $0)" }))
    }

    /// A query of twenty minutes once ended the process: it had more landmarks than a vote takes.
    @Test("A query of hours, or one that is denser than any sound, asks in pieces that a vote can take")
    func pieces() throws {
        let parameters = SoundSearchParameters.small
        let asking = parameters.plain.asking, piecePeaksMax = asking.peaksMax
        #expect(piecePeaksMax * asking.pairs * (1 + asking.beside) <= SoundVoteParameters.landmarksMax)
        // Two hours with a peak at every second hop, and 100 000 peaks within a second.
        let long = SoundPrint((0..<310_000).map { SoundPeak(hop: 2 * $0 + 9, band: UInt16($0 % 468)) }, hopsMax: .max)
        let dense = SoundPrint(
            (0..<100_000).map { SoundPeak(hop: $0 / 1200, band: UInt16($0 % 1200 / 3)) }, hopsMax: .max)
        for print in [long, dense] {
            let pieces = print.pieces(
                length: parameters.pieceHops, overlap: parameters.pieceOverlapHops, peaksMax: piecePeaksMax)
            #expect(pieces.allSatisfy { $0.count <= piecePeaksMax && !$0.isEmpty })
            #expect(pieces.allSatisfy { $0.span <= parameters.pieceHops + parameters.pieceOverlapHops })
            #expect(pieces.allSatisfy { $0.hops.first == 0 })
            #expect(pieces.reduce(0) { $0 + $1.count } >= print.count)
        }
    }

    @Test("A piece is as long as asked and runs into the next; what fits is not cut")
    func cut() {
        let print = SoundPrint([3, 5, 12, 14, 22, 23, 40].map { SoundPeak(hop: $0, band: 7) }, hopsMax: .max)
        func hops(_ length: Int, _ overlap: Int, _ most: Int = 100) -> [[Int32]] {
            print.pieces(length: length, overlap: overlap, peaksMax: most).map(\.hops)
        }
        #expect(hops(38, 0) == [[3, 5, 12, 14, 22, 23, 40]])
        #expect(hops(10, 0) == [[0, 2, 9], [0, 8, 9], [0]])
        // From 3 to 16, from 14 to 27, and 40.
        #expect(hops(10, 3) == [[0, 2, 9, 11], [0, 8, 9], [0]])
        #expect(hops(1000, 0, 3) == [[0, 2, 9], [0, 8, 9], [0]])
        #expect(SoundPrint([], hopsMax: .max).pieces(length: 1, overlap: 0, peaksMax: 1).map(\.count) == [0])
    }
}
