import FingerprintIndex
import Fingerprints
@testable import Fleet
import Foundation
import Frames
import JobQueue
import Records
import Scoring
import Store
import Synchronization
import Testing

/// Six uploads that overlap in pictures; some publication times are known, one twice, one is no time.
private let uploads: [(spec: JobSpec, pictures: [UInt64])] = [
    (upload("a", creator: "ann", publishedAt: "2026-01-05T00:00:00Z"), [1, 2, 3, 4, 5, 6]),
    (upload("b", creator: "bob", publishedAt: "2026-01-04T23:00:00-02:00"), [3, 4, 5, 6, 7]),
    (upload("c", creator: "cid"), [9, 10, 1, 2]),
    (upload("d", creator: "ann", publishedAt: "2026-01-01"), [5, 6, 20, 21]),
    (upload("e", publishedAt: "2026-01-01"), [20, 21, 22]),
    (upload("f", creator: "fay", publishedAt: "long ago"), [30, 31]),
]

/// Who copied whom, in words.
private func edges(_ reader: StoreReader) throws -> [String] {
    try reader.matchEdges().compactMap { stored in
        guard case .matchEdge(let edge) = stored.event.body else { return nil }
        return "\(edge.match.query)<-\(edge.match.reference) \(edge.direction.rawValue) \(edge.relation.rawValue) "
            + "\(edge.match.queryStart)/\(edge.match.referenceStart)"
    }.sorted()
}

@Suite("Matching in the coordinator")
struct CoordinatorMatchingTests {
    /// Runs all uploads to their end, finishing them in the given order.
    private func run(_ order: [Int], oneByOne: Bool, matching: any MatchEngine = SamePictures()) throws -> Rig {
        let rig = try Rig(matching: matching)
        try rig.queue.submit(uploads.map(\.spec))
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claims = (0..<uploads.count).compactMap { _ in worker.claim() }
        for index in order {
            try worker.finish(claims[index], with: answer(claims[index], showing: uploads[index].pictures))
            if oneByOne { try rig.settle() }
        }
        try rig.settle()
        return rig
    }

    static let orders = [
        [0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2], [2, 4, 0, 5, 3, 1], [1, 0, 2, 4, 3, 5],
    ]

    @Test("In whatever order jobs finish, the same facts come out", arguments: orders)
    func order(order: [Int]) throws {
        let rig = try run(order, oneByOne: true)
        #expect(
            try edges(rig.reader()) == [
                // 23:00 two hours west of Greenwich is 01:00 the next day.
                "a<-d published same_creator 4.0/0.0",
                "b<-a published unknown 0.0/2.0",
                "b<-d published unknown 2.0/0.0",
                "c<-a accepted unknown 2.0/0.0",
                // Published at one moment, as far as anybody says, so the order of acceptance decides.
                "e<-d accepted unknown 0.0/2.0",
            ])
        let reference = try run([0, 1, 2, 3, 4, 5], oneByOne: false)
        func ids(_ rig: Rig) throws -> [String] {
            try rig.reader().events().map(\.event).filter { $0.type != .matchSearched }.map(\.eventID).sorted()
        }
        #expect(try ids(rig) == (try ids(reference)))
        #expect(try ids(rig).count == 6 + 6 + 5)
    }

    @Test(
        "A match says of both videos when they were first seen, whichever of the two finishes first", arguments: orders)
    func firstSeen(order: [Int]) throws {
        let rig = try run(order, oneByOne: true)
        let seen = try rig.reader().matchEdges().compactMap { stored -> String? in
            guard case .matchEdge(let edge) = stored.event.body, let query = edge.queryFirstSeen,
                let reference = edge.referenceFirstSeen
            else { return nil }
            return "\(edge.match.query) \(query.publishedAt ?? "-") \(query.sequence) "
                + "\(edge.match.reference) \(reference.publishedAt ?? "-") \(reference.sequence)"
        }
        #expect(
            seen.sorted() == [
                "a 2026-01-05T00:00:00Z 1 d 2026-01-01 4",
                "b 2026-01-04T23:00:00-02:00 2 a 2026-01-05T00:00:00Z 1",
                "b 2026-01-04T23:00:00-02:00 2 d 2026-01-01 4",
                "c - 3 a 2026-01-05T00:00:00Z 1",
                "e 2026-01-01 5 d 2026-01-01 4",
            ])
    }

    @Test("Profiles that an older build folded by its own rules are folded anew; those of a rules file are left alone")
    func olderRules() throws {
        for (version, isTaken) in [("standard/1", true), ("standard/2", true), ("market-th/4", false)] {
            let rig = try run([0, 1, 2, 3, 4, 5], oneByOne: true)
            var rules = ScoringRules.standard
            rules.version = version
            do {
                let scorer = try Scorer(home: rig.home, rules: rules)
                while try scorer.step() {}
            }
            if isTaken {
                try FleetChange.checkRules(of: rig.home, .standard)
            } else {
                #expect(throws: FleetError.self) { try FleetChange.checkRules(of: rig.home, .standard) }
                continue
            }
            let scorer = try Scorer(home: rig.home)
            while try scorer.step() {}
            let profiles = try ProfileStore(reading: rig.home).all()
            #expect(profiles.map(\.creator).sorted() == ["ann", "bob", "cid", "fay"])
            #expect(profiles.allSatisfy { $0.profile.contains(#""rules_version":"standard/2""#) })
        }
    }

    @Test("That a video was searched for and nothing found is recorded, with how much was searched")
    func searched() throws {
        let rig = try run([0, 1, 2, 3, 4, 5], oneByOne: true)
        let found = try rig.reader().events(ofVideo: "f").map(\.event.body)
        #expect(
            found.contains(
                .matchSearched(.init(videoID: "f", creator: "fay", references: 5, found: 0, method: "same-pictures/1")))
        )
    }

    @Test("The index follows the commit; what it could not take is caught up at the next start, once")
    func catchUp() throws {
        let matching = SamePictures()
        let rig = try Rig(matching: matching)
        try rig.queue.submit([uploads[0].spec, uploads[1].spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let (first, second) = (try #require(worker.claim()), try #require(worker.claim()))
        matching.fails.withLock { $0 = true }
        try worker.finish(first, with: answer(first, showing: uploads[0].pictures))
        #expect(throws: CocoaError.self) { try rig.settle() }
        #expect(try rig.state(uploads[0].spec) == "done 1")
        #expect(try rig.reader().status().fingerprintsToIndex == 1)
        #expect(matching.additions.withLock { $0 } == [])
        matching.fails.withLock { $0 = false }
        // The second result is there before the first one's video is in the index.
        try worker.finish(second, with: answer(second, showing: uploads[1].pictures))
        try rig.restart()
        try rig.settle()
        #expect(matching.additions.withLock { $0 } == ["a", "b"])
        #expect(try edges(rig.reader()) == ["b<-a published unknown 0.0/2.0"])
    }

    @Test("A fingerprint that cannot be read is the decoder's fault: tried three times, then a dead letter")
    func unreadable() throws {
        let rig = try Rig()
        let spec = upload("a")
        try rig.queue.submit([spec])
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        while try rig.reader().job(spec.id)?.state.isOpen == true {
            if let claim = worker.claim() {
                var result = answer(claim, showing: [1])
                result.fingerprint = Data("not a fingerprint".utf8)
                try worker.finish(claim, with: result)
            }
            worker.renew()
            rig.clock.pass(ms: 5000)
            try rig.settle()
        }
        #expect(try rig.state(spec) == "dead 3")
        #expect(try rig.reader().deadLetters().first?.outcome?.reason == "fingerprint_unreadable")
    }

    @Test(
        "With the real index: a copy is found with its place, whichever of the two finishes first",
        arguments: [[0, 1], [1, 0]])
    func realIndex(order: [Int]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-index-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let rig = try Rig(matching: IndexMatchEngine(index: try FingerprintIndex(at: folder, create: true)))
        let specs = [upload("original", creator: "ann"), upload("copy", creator: "bob")]
        let pictures: [[UInt64]] = [Array(1...30), Array(11...25)]
        try rig.queue.submit(specs)
        try rig.settle()
        let worker = rig.memory.worker(named: "w")
        let claims = [try #require(worker.claim()), try #require(worker.claim())]
        for index in order {
            try worker.finish(claims[index], with: answer(claims[index], showing: pictures[index]))
            try rig.settle()
        }
        let found = try rig.reader().matchEdges().map(\.event.body)
        guard case .matchEdge(let edge)? = found.first, found.count == 1 else {
            Issue.record("expected one edge, found \(found.count)")
            return
        }
        #expect(edge.match.query == "copy")
        #expect(edge.match.reference == "original")
        #expect(edge.queryCreator == "bob")
        #expect(edge.match.bank == "uploads")
        #expect(abs(edge.match.offset - 10) < 0.5)
        #expect(edge.match.queryCoverage > 0.8)
    }

    @Test(
        "A catalogue's bank that is off, or asks for a higher score, accuses nobody; nor does a reference that is off")
    func bankPolicy() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-index-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let index = try FingerprintIndex(at: folder, create: true)
        let rig = try Rig(matching: IndexMatchEngine(index: index))
        let worker = rig.memory.worker(named: "w")
        // Shows ten seconds of the film, and others of its own.
        func filmsFound(by name: String, own first: UInt64) throws -> Int {
            try rig.queue.submit([upload(name, creator: name)])
            try rig.settle()
            let claim = try #require(worker.claim())
            if try index.reference("film") == nil {
                let film = try MediaFingerprint(decoding: Array(answer(claim, showing: Array(1...30)).fingerprint))
                try index.add([(Reference(id: "film", bank: "films"), film)])
            }
            try worker.finish(claim, with: answer(claim, showing: Array(11...20) + Array(first..<first + 30)))
            try rig.settle()
            return try rig.reader().matchEdges().map(\.event.body).count {
                guard case .matchEdge(let edge) = $0 else { return false }
                return edge.match.query == name && edge.match.reference == "film"
            }
        }
        #expect(try filmsFound(by: "a", own: 100) == 1)
        try index.setBank("films", BankSettings(isEnabled: false))
        #expect(try filmsFound(by: "b", own: 200) == 0)
        try index.setBank("films", BankSettings(minimumScore: 1000))
        #expect(try filmsFound(by: "c", own: 300) == 0)
        try index.setBank("films", nil)
        try index.setReferences(["film"], isEnabled: false)
        #expect(try filmsFound(by: "d", own: 400) == 0)
        try index.setReferences(["film"], isEnabled: true)
        #expect(try filmsFound(by: "e", own: 500) == 1)
    }

    @Test("Publication times compare as moments, however they are spelled")
    func times() {
        let second: Int64 = 1_000_000
        #expect(PublicationTime.microseconds("1970-01-01T00:00:00Z") == 0)
        #expect(PublicationTime.microseconds("1970-01-02") == 86_400 * second)
        #expect(PublicationTime.microseconds("2000-02-29T12:00:00.5Z") == 951_825_600 * second + 500_000)
        #expect(
            PublicationTime.microseconds("2026-01-04T23:00:00-02:00")
                == PublicationTime.microseconds("2026-01-05T01:00:00Z"))
        #expect(
            PublicationTime.microseconds("2026-01-05t01:00:00.000000900+00:00")
                == PublicationTime.microseconds("2026-01-05T01:00:00Z"))
        #expect(PublicationTime.microseconds("1969-12-31T23:59:59Z") == -second)
        for text in [
            "", "long ago", "2026-13-01", "2026-02-29", "2026-01-05T", "2026-01-05T01:00:00", "2026-01-05T25:00:00Z",
            "2026-01-05T01:00:00.Z", "2026-01-05T01:00:00Zz", "2026-01-05T01:00:00+2:00", "2026-1-5T01:00:00Z",
        ] {
            #expect(PublicationTime.microseconds(text) == nil, "\(text)")
        }
    }
}
