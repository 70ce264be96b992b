@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("What it means that others carry the same sound")
struct PopularityTests {
    let folder: TemporaryFolder
    let index: FingerprintIndex
    let tune = Tune(seed: 5)

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
    }

    private func clip(_ seed: UInt64, seconds: Double = 8) -> MediaFingerprint {
        fingerprint([], Tune(seed: seed).peaks(from: 0, seconds: seconds), seconds: seconds)
    }

    /// Six seconds from the tune's second, half of their peaks left.
    private var query: MediaFingerprint {
        fingerprint([], tune.peaks(from: 1, seconds: 6, share: 0.5), seconds: 6)
    }

    @Test("A sound that twelve references carry is known to be popular on each, and says a decade less for every ten")
    func twelve() throws {
        try index.add([(Reference(id: "a01"), clip(5))])
        let alone = try #require(try index.lookup(query, id: "q").matches.first)
        #expect(alone.audio?.popularity == 1)
        try index.add(
            (2...12).map { (Reference(id: $0 < 10 ? "a0\($0)" : "a\($0)"), clip(5)) } + [(Reference(id: "b"), clip(6))])
        let matches = try index.lookup(query, id: "q").matches
        #expect(matches.map(\.reference) == (1...12).map { $0 < 10 ? "a0\($0)" : "a\($0)" })
        for match in matches {
            #expect(match.audio?.popularity == 12)
            #expect(match.score < alone.score)
            // log10 of 12.
            #expect(
                abs(Calibration.decades(score: alone.score) - Calibration.decades(score: match.score) - 1.079) < 0.001)
            #expect(match.falseMatchRate > alone.falseMatchRate)
        }
    }

    @Test("Those who carry another part of the query's sound are not counted")
    func parts() throws {
        // The query plays one tune, then another; three references have the first, two the second.
        let both = fingerprint(
            [], tune.peaks(from: 0, seconds: 4) + later(Tune(seed: 6).peaks(from: 0, seconds: 4), seconds: 4),
            seconds: 8)
        try index.add((1...3).map { (Reference(id: "first\($0)"), clip(5)) })
        try index.add((1...2).map { (Reference(id: "second\($0)"), clip(6)) })
        let matches = try index.lookup(both, id: "q").matches
        #expect(matches.count == 5)
        for match in matches {
            #expect(match.audio?.popularity == (match.reference.hasPrefix("first") ? 3 : 2), "\(match.reference)")
        }
    }

    @Test("What a negative bank knows is no evidence; with the picture, the picture's match is left")
    func negative() throws {
        let film = Film(seed: 1)
        let seen = film.frames(from: 0, seconds: 8), sound = tune.peaks(from: 0, seconds: 8)
        try index.add([
            (Reference(id: "heard"), clip(5)), (Reference(id: "both"), fingerprint(seen, sound, seconds: 8)),
        ])
        let upload = fingerprint(
            film.frames(from: 1, seconds: 6, noiseBits: 40), tune.peaks(from: 1, seconds: 6, share: 0.5), seconds: 6)
        #expect(try index.lookup(upload, id: "q").matches.map(\.modality) == [.both, .audio])

        try index.add([(Reference(id: "jingle", bank: "negative"), clip(5, seconds: 10))])
        let matches = try index.lookup(upload, id: "q").matches
        #expect(matches.map(\.reference) == ["both"])
        let left = try #require(matches.first)
        #expect(left.modality == .video)
        #expect(left.audio == nil)
        #expect(left.score == left.video?.score)

        // The bank is searched whatever is asked for, and reported only when it is asked for.
        func found(_ options: LookupOptions) throws -> [String] {
            try index.lookup(upload, id: "q", options: options).matches.map(\.reference)
        }
        #expect(try found(LookupOptions(banks: ["default"])) == ["both"])
        #expect(try found(LookupOptions(banks: ["negative"])) == ["jingle"])
        #expect(try Set(found(LookupOptions(banks: ["default", "negative"]))) == ["both", "jingle"])
        #expect(try found(LookupOptions(modality: .audio)).isEmpty)
        #expect(try found(LookupOptions(negativeBanks: [])) == ["both", "heard", "jingle"])
        #expect(try found(LookupOptions(negativeBanks: ["other"])) == ["both", "heard", "jingle"])
        #expect(try found(LookupOptions(excluding: ["jingle"])) == ["both", "heard"])
    }

    @Test("A negative bank that knows half a piece of sound does not take the rest")
    func half() throws {
        try index.add([(Reference(id: "song"), clip(5))])
        let start = fingerprint([], tune.peaks(from: 0, seconds: 4), seconds: 4)
        try index.add([(Reference(id: "intro", bank: "negative"), start)])
        #expect(try index.lookup(query, id: "q").matches.map(\.reference) == ["song"])
    }

    /// A lookup that asked for everything, however weak, once found less: what agreed a little with something in a
    /// negative bank counted as known to it, and one that asked for strong matches only did not see the negative's.
    @Test(
        "What is taken away does not depend on how weak the matches are that were asked for",
        arguments: [(0.1, ["song"]), (0.3, [])])
    func asked(share: Double, expected: [String]) throws {
        let query = fingerprint([], tune.peaks(from: 1, seconds: 2), seconds: 2)
        try index.add([(Reference(id: "song"), clip(5))])
        let copy = fingerprint([], tune.peaks(from: 0, seconds: 8, share: share, noiseSeed: 40_000), seconds: 8)
        try index.add([(Reference(id: "jingle", bank: "negative"), copy)])
        // One peak in ten agrees too little for a match, and three do enough, though less than the song.
        let known = try #require(Aligner.compare(query: query, reference: copy, minimumScore: 0).matches.first)
        #expect(known.queryCoverage >= 0.8)
        let song = try #require(Aligner.compare(query: query, reference: clip(5), minimumScore: 0).matches.first)
        #expect(known.score < (share < 0.2 ? Aligner.confidentScore : song.score))
        for least in [0, 0.1, 0.5, max(0.5, (known.score + song.score) / 2)] {
            let found = try index.lookup(query, id: "q", options: LookupOptions(minimumScore: least)).matches
            #expect(found.map(\.reference) == expected, "at \(least)")
        }
    }
}
