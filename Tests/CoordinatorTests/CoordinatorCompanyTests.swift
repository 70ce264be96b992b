import FingerprintIndex
@testable import Fleet
import Foundation
import JobQueue
import Records
import Store
import Testing

/// Uploads that share pictures with some others; several of them go by one video's id.
private struct Upload {
    var spec: JobSpec
    var pictures: [UInt64]

    init(_ key: String, video: String? = nil, _ pictures: [UInt64]) {
        spec = JobSpec(
            key: key, path: "/media/\(key).mp4", video: VideoFacts(videoID: video ?? key, creator: "creator of \(key)"))
        self.pictures = pictures
    }
}

@Suite("Results that arrive together")
struct CoordinatorCompanyTests {
    /// Twenty-four videos of six pictures; each begins three pictures after the one before, and every eighth begins anew.
    private static let chain = (0..<24).map { number in
        let first = UInt64(1000 * (number / 8) + 3 * (number % 8))
        return Upload("v\(number)", Array(first..<first + 6))
    }

    /// Everything that came of it, in order, and each event's identity.
    private func run(
        _ uploads: [Upload], order: [Int], batch: Int, threads: Int, matching: any MatchEngine = SamePictures()
    ) throws -> [String] {
        let rig = try Rig(matching: matching)
        rig.options.matchThreads = threads
        try rig.restart()
        try rig.queue.submit(uploads.map(\.spec))
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claims = uploads.compactMap { _ in worker.claim() }
        try #require(claims.count == uploads.count)
        for (count, index) in order.enumerated() {
            let pictures = uploads[index].pictures
            // One in seven broke: it has nothing to be matched, and goes along.
            let outcome = pictures.isEmpty ? broken : good
            try worker.finish(claims[index], with: answer(claims[index], outcome, showing: pictures))
            if (count + 1) % batch == 0 { try rig.settle() }
        }
        try rig.settle()
        #expect(try rig.coordinator?.isDrained() == true)
        return try rig.reader().events().map { "\($0.event.type.rawValue) \($0.event.eventID)" }
    }

    private func shuffled(_ count: Int, _ seed: Int) -> [Int] {
        (0..<count).sorted { Digest.hex(of: "\(seed) \($0)") < Digest.hex(of: "\(seed) \($1)") }
    }

    @Test(
        "All at once, in batches or one by one, on one thread or several: the same events in the same order",
        arguments: 0..<2)
    func batches(seed: Int) throws {
        let order = shuffled(24, seed)
        let oneByOne = try run(Self.chain, order: order, batch: 1, threads: 1)
        #expect(oneByOne.count { $0.hasPrefix("match.edge") } == 21)
        for (batch, threads) in [(24, 1), (24, 4), (5, 4)] {
            #expect(try run(Self.chain, order: order, batch: batch, threads: threads) == oneByOne)
        }
    }

    @Test("In whatever order they come at once, the same facts")
    func orders() throws {
        func facts(_ order: [Int]) throws -> [String] {
            try run(Self.chain, order: order, batch: 24, threads: 4).filter { !$0.hasPrefix("match.searched") }.sorted()
        }
        let first = try facts(Array(0..<24))
        for seed in 0..<2 { #expect(try facts(shuffled(24, seed)) == first) }
    }

    @Test("Videos that replace one another take turns, with broken ones between", arguments: 0..<3)
    func replaced(seed: Int) throws {
        let uploads = [
            Upload("a", [1, 2, 3, 4]), Upload("b1", video: "b", [3, 4, 5]), Upload("x", []),
            Upload("b2", video: "b", [8, 9]),
            Upload("c", [4, 5, 8]), Upload("a2", video: "a", [9, 10]), Upload("y", []), Upload("d", [1, 9, 10]),
            Upload("b3", video: "b", [1, 2]),
        ]
        let order = shuffled(uploads.count, seed)
        let oneByOne = try run(uploads, order: order, batch: 1, threads: 1)
        #expect(oneByOne.contains { $0.hasPrefix("match.edge") })
        for batch in [2, 4, 9] { #expect(try run(uploads, order: order, batch: batch, threads: 4) == oneByOne) }
    }

    @Test("What the index refuses is found by nobody, and keeps nobody else from being found")
    func refused() throws {
        let order = Array(0..<24)
        func engine() -> SamePictures { SamePictures(refusing: ["v3", "v4", "v17"]) }
        let oneByOne = try run(Self.chain, order: order, batch: 1, threads: 1, matching: engine())
        #expect(oneByOne.count { $0.hasPrefix("match.edge") } == 18)
        #expect(try run(Self.chain, order: order, batch: 24, threads: 4, matching: engine()) == oneByOne)
    }

    @Test("With the real index as well", arguments: 0..<2)
    func realIndex(seed: Int) throws {
        let uploads = (0..<12).map { number in
            // Half a minute of pictures, of which half is its neighbour's.
            let first = UInt64(1000 * (number / 4) + 15 * (number % 4))
            return Upload("v\(number)", Array(first..<first + 30))
        }
        func engine(_ body: (IndexMatchEngine) throws -> [String]) throws -> [String] {
            let folder = FileManager.default.temporaryDirectory.appending(path: "moire-index-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: folder) }
            return try body(IndexMatchEngine(index: try FingerprintIndex(at: folder, create: true)))
        }
        let order = shuffled(12, seed)
        let oneByOne = try engine { try run(uploads, order: order, batch: 1, threads: 1, matching: $0) }
        #expect(oneByOne.count { $0.hasPrefix("match.edge") } == 9)
        for batch in [5, 12] {
            #expect(try engine { try run(uploads, order: order, batch: batch, threads: 4, matching: $0) } == oneByOne)
        }
    }

    @Test("The same result twice in one batch counts once")
    func twice() throws {
        let rig = try Rig()
        let specs = [upload("a"), upload("b")]
        try rig.queue.submit(specs)
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claims = [try #require(worker.claim()), try #require(worker.claim())]
        for claim in claims + claims { try worker.finish(claim, with: answer(claim, showing: [1, 2, 3])) }
        try rig.settle()
        #expect(try rig.reader().matchEdges().count == 1)
        #expect(try rig.reader().events().count == 7)
        #expect(try rig.reader().counter(Store.committedResults) == 2)
    }

    @Test("A comparison of layouts that are kept gives what the fingerprints themselves give")
    func comparable() {
        let (a, b) = (showing(Array(1...30)), showing(Array(11...40)))
        let (x, y) = (ComparableFingerprint(a), ComparableFingerprint(b))
        for _ in 0..<2 {
            let kept = Aligner.matches(query: x, reference: y, queryID: "a", referenceID: "b", bank: "uploads")
            let fresh = Aligner.compare(query: a, reference: b, queryID: "a", referenceID: "b", bank: "uploads").matches
            #expect(kept == fresh && kept.count == 1)
        }
        #expect(
            Aligner.matches(query: y, reference: x, queryID: "b", referenceID: "a", bank: "uploads")
                == Aligner.compare(query: b, reference: a, queryID: "b", referenceID: "a", bank: "uploads").matches)
    }
}
