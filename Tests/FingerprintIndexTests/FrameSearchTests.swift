import Dispatch
@testable import FingerprintIndex
import Fingerprints
import Foundation
import Synchronization
import Testing

@Suite("Finding pictures in a large index")
struct FrameSearchTests {
    let folder: TemporaryFolder
    /// Thirty references of 24 s: 2,880 codes in one segment with a list.
    let index: FingerprintIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
        try index.add((1...30).map { (Reference(id: "v\($0)"), Self.film($0)) })
    }

    /// Film 7 is one picture.
    static func film(_ seed: Int) -> MediaFingerprint {
        fingerprint(Film(seed: UInt64(seed), moving: seed != 7).frames(from: 0, seconds: 24), seconds: 24)
    }

    /// Ten seconds of a film from its tenth on.
    func copy(_ seed: Int, noiseBits: Int = 30, mirrored: Bool = false) -> MediaFingerprint {
        fingerprint(
            Film(seed: UInt64(seed)).frames(from: 10, seconds: 10, mirrored: mirrored, noiseBits: noiseBits),
            seconds: 10)
    }

    func found(_ query: MediaFingerprint, _ index: FingerprintIndex) throws -> [String] {
        let segments = try index.snapshot().segments
        let places = try FrameSearch(query: query, segments: segments) { _, _ in true }.found()
        return places.map { segments[$0.segment].segment.reference($0.record).id }.sorted()
    }

    @Test("A copy leads to its reference and to no other; a mirrored one as well; a stranger leads nowhere")
    func copies() throws {
        for seed in [1, 20, 30] {
            #expect(try found(copy(seed), index) == ["v\(seed)"])
            #expect(try found(copy(seed, mirrored: true), index) == ["v\(seed)"])
        }
        #expect(try found(copy(99), index) == [])
        #expect(try found(fingerprint(seconds: 3), index) == [])
    }

    @Test("Margins lead to copies that are too far for fewer steps: noise on the weakest half of the bits")
    func margins() throws {
        var query = copy(3, noiseBits: 0), dice = Dice(8)
        for k in query.video.frames.indices {
            // Bits 128 to 255 are weak here, and half of them are wrong.
            let flips = (128..<256).shuffled(using: &dice).prefix(64)
            query.video.frames[k].hash = query.video.frames[k].hash.flipping(flips)
            query.video.margins.append(
                FrameMargins(low: PDQHash(.max, .max, 0, 0), high: PDQHash(.max, .max, 0, 0)))
        }
        #expect(try found(query, index) == ["v3"])
    }

    /// Sixty-four bits of each level.
    static let levels = FrameMargins(low: PDQHash(0, .max, 0, .max), high: PDQHash(0, 0, .max, .max))

    /// A query whose pictures are strangers in all views but one: 0 as they are, 1 in the middle, 2 and 3 in corners.
    func cropped(_ frames: [FrameCode], view: Int) -> MediaFingerprint {
        var dice = Dice(1 << 41), query = fingerprint(frames, seconds: Double(frames.count) / 4)
        for place in frames.indices where view != 0 { query.video.frames[place].hash = .random(&dice) }
        query.video.margins = frames.map { _ in Self.levels }
        query.video.insets = frames.flatMap { frame in
            (1...3).map { FrameInset(hash: $0 == view ? frame.hash : .random(&dice), margins: Self.levels) }
        }
        return query
    }

    @Test("Pictures of which one view alone is their source's lead there, also mirrored", arguments: 0...3)
    func insets(view: Int) throws {
        #expect(try found(cropped(copy(5).video.frames, view: view), index) == ["v5"])
        #expect(try found(cropped(copy(5, mirrored: true).video.frames, view: view), index) == ["v5"])
        var without = cropped(copy(5).video.frames, view: view)
        without.video.insets = []
        #expect(try found(without, index) == (view == 0 ? ["v5"] : []))
    }

    @Test("Pictures outside of what was found ask again, as they did not before")
    func again() throws {
        // Five seconds of a film as they are; then five of another that only the last round can tell.
        let first = copy(1).video.frames.prefix(20)
        let second = copy(20).video.frames.prefix(20).map { frame in
            var later = frame
            later.ptsMs += 5000
            return later
        }
        var query = cropped(Array(first + second), view: 3)
        for place in 0..<20 { query.video.frames[place].hash = first[place].hash }
        #expect(FrameQuestions(query).questions.count == 40)
        #expect(try found(query, index) == ["v1", "v20"])
    }

    @Test("A stretch of which all is found in the first round asks no more")
    func enough() throws {
        // Of the second film every picture is told by the last round alone, and lies between two of the first.
        var query = cropped(copy(20).video.frames, view: 3)
        let first = copy(1).video.frames
        for place in 0..<40 where place < 8 || place >= 32 { query.video.frames[place].hash = first[place].hash }
        #expect(try found(query, index) == ["v1"])
    }

    @Test("A still picture speaks once, however long it stands")
    func still() throws {
        let still = fingerprint(Film(seed: 7, moving: false).frames(from: 0, seconds: 30, noiseBits: 10), seconds: 30)
        let questions = FrameQuestions(still)
        #expect(Set(questions.questions.map(\.moment)) == [0])
        let film = FrameQuestions(copy(3))
        #expect(Set(film.questions.map(\.moment)).count > 10)
        #expect(film.novelty(0, besides: 0) == 0)
        #expect(try found(still, index) == ["v7"])
    }

    @Test("Frames that repeat the one before are not asked, and of a long query a thousand are")
    func bounded() {
        let frames = Film(seed: 5).frames(from: 0, seconds: 400)
        #expect(FrameQuestions(fingerprint(frames + frames, seconds: 800)).questions.count <= FrameQuestions.most)
        let twice = frames.prefix(8).flatMap { [$0, $0] }
        #expect(
            FrameQuestions(fingerprint(twice, seconds: 4)).questions.count
                == FrameQuestions(fingerprint(Array(frames.prefix(8)), seconds: 2)).questions.count)
        #expect(FrameSearchParameters.v1.blocks(questions: 1) == 2048)
        #expect(FrameSearchParameters.v1.blocks(questions: FrameQuestions.most) == 96)
    }

    @Test("One, two and four threads get the same answers")
    func threads() throws {
        let queries = (1...8).map { copy($0 * 3, noiseBits: 50) }
        let alone = try queries.map { try found($0, index) }
        #expect(alone.filter { !$0.isEmpty }.count == 8)
        for threads in [2, 4] {
            let answers = Mutex([[String]](repeating: [], count: queries.count))
            DispatchQueue.concurrentPerform(iterations: threads) { thread in
                for number in stride(from: thread, to: queries.count, by: threads) {
                    let answer = (try? found(queries[number], index)) ?? ["failed"]
                    answers.withLock { $0[number] = answer }
                }
            }
            #expect(answers.withLock { $0 } == alone)
        }
    }

    @Test("What the list leads to is what comparing every frame finds")
    func asScanned() throws {
        for seed in [2, 9, 22, 77] {
            for noise in [0, 20, 40, 60] {
                let query = copy(seed, noiseBits: noise)
                let matches = try index.lookup(query, id: "q").matches.map(\.reference)
                #expect(try matches.allSatisfy(Set(found(query, index)).contains), "\(seed), \(noise) bits")
            }
        }
    }

    @Test("Removed references are not found, nor those that were not asked for")
    func dead() throws {
        try index.remove(["v20"])
        #expect(try found(copy(20), index) == [])
        let segments = try index.snapshot().segments
        #expect(try FrameSearch(query: copy(1), segments: segments) { _, _ in false }.found().isEmpty)
    }

    @Test("An index of more codes than are scanned answers through its lists, with the same match")
    func large() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        // Far from the films' own seeds: neighbouring seeds are parts of one sequence.
        var dice = Dice(1 << 40)
        try index.add(
            (0..<16).map { part in
                let frames = (0...IndexLimits.scannedCodes / 16).map {
                    FrameCode(ptsMs: UInt32(250 * $0), hash: .random(&dice), quality: 100)
                }
                return (Reference(id: "made\(part)"), fingerprint(frames, seconds: 1024))
            })
        try index.add([(Reference(id: "v1"), Self.film(1))])
        #expect(try index.statistics().codes > IndexLimits.scannedCodes)
        let alone = Aligner.compare(query: copy(1), reference: Self.film(1), queryID: "q", referenceID: "v1").matches
        #expect(!alone.isEmpty)
        #expect(try index.lookup(copy(1), id: "q").matches == alone)
        let ids = try index.candidates(of: copy(1)).ids
        #expect(ids == ["v1"], "\(ids)")
        #expect(try index.lookup(copy(99), id: "q").matches.isEmpty)
    }
}
