@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("What looks alike in places and is no copy")
struct LocalLookalikeTests {
    private func scores(_ query: LocalFingerprint, _ seconds: Double, _ reference: LocalFingerprint, _ length: Double)
        -> [Double]
    {
        Aligner.compare(
            query: fingerprint(local: query, seconds: seconds),
            reference: fingerprint(local: reference, seconds: length)
        ).matches.map(\.score)
    }

    /// The same features in every frame, besides its own.
    private func captioned(_ film: LocalFingerprint, _ caption: [LocalFeature]) -> LocalFingerprint {
        LocalFingerprint(
            width: film.width, height: film.height,
            frames: film.frames.map { LocalFrame(ptsMs: $0.ptsMs, features: caption + $0.features) })
    }

    @Test("A caption of six features in the corner of every frame makes no match of two clips", arguments: 1...10)
    func caption(_ seed: Int) {
        var dice = Dice(UInt64(seed))
        var caption: [LocalFeature] = []
        for number in 0..<6 {
            let (column, row) = (UInt16(number % 3), UInt16(number / 3))
            caption.append(
                LocalFeature(
                    x: 3000 + 1300 * column, y: 2500 + 1500 * row, scale: UInt8(50 + number), contrast: 90,
                    code: .random(&dice)))
        }
        let query = captioned(LocalFilm(seed: UInt64(10 + seed)).frames(from: 0, seconds: 15), caption)
        let reference = captioned(LocalFilm(seed: UInt64(50 + seed)).frames(from: 0, seconds: 20), caption)
        #expect(scores(query, 15, reference, 20).isEmpty, "seed \(seed)")
    }

    /// The film's own places as another face before the same wall has them: some of twenty show something else, a fifth of
    /// the bits of the others differs, and they lie within `away` of where they should, units of the longest side.
    private func alike(_ film: LocalFilm, away: Double, other: UInt64) -> LocalFingerprint {
        var dice = Dice(film.seed)
        func shift(_ value: UInt16) -> UInt16 {
            UInt16(max(0, min(65_535, Double(value) + 65_536 * away * (Double(dice.next() % 2001) / 1000 - 1))))
        }
        let own = film.frames(from: 4, seconds: 10)
        return LocalFingerprint(
            width: own.width, height: own.height,
            frames: own.frames.map { frame in
                LocalFrame(
                    ptsMs: frame.ptsMs,
                    features: frame.features.map { feature in
                        var feature = feature
                        (feature.x, feature.y) = (shift(feature.x), shift(feature.y))
                        if dice.next() % 20 < other { feature.code = .random(&dice) }
                        feature.worn(bits: 18, &dice)
                        return feature
                    })
            })
    }

    @Test(
        "Places that contradict each other and lie near where they should are no copy; where they should, they are one",
        arguments: 1...5)
    func people(_ seed: Int) throws {
        let film = LocalFilm(seed: UInt64(seed), lifeSeconds: 6, inPicture: 40)
        let reference = film.frames(from: 0, seconds: 20)
        let near = scores(alike(film, away: 0.016, other: 8), 10, reference, 20).max() ?? 0
        let there = scores(alike(film, away: 0, other: 2), 10, reference, 20).max() ?? 0
        #expect(near < Aligner.confidentScore, "seed \(seed): \(near)")
        #expect(there >= Aligner.confidentScore, "seed \(seed): \(there)")
    }

    /// A picture that stays, of 60 places, and two that share its ten largest with it: one shows fifty others as large as
    /// those that it lacks, as another face before the same wall does; of the other a blur left nothing else.
    @Test(
        "Ten places of sixty are no copy where the rest should be seen, and one where a blur took it", arguments: 1...5)
    func few(_ seed: Int) throws {
        let film = LocalFilm(seed: UInt64(seed), lifeSeconds: 1000, inPicture: 60)
        let picture = film.features(at: 4).sorted { $0.scale > $1.scale }
        var dice = Dice(UInt64(seed)), edit = PictureEdit()
        edit.flips = 8
        func shown(_ features: [LocalFeature], noise: Int) -> LocalFingerprint {
            edit.noise = noise
            return LocalFingerprint(
                width: 512, height: 288,
                frames: (0..<8).map {
                    LocalFrame(ptsMs: UInt32(500 * $0), features: edit.applied(features, &dice))
                })
        }
        let reference = LocalFingerprint(
            width: 512, height: 288,
            frames: (0..<8).map { LocalFrame(ptsMs: UInt32(500 * $0), features: picture) })
        let other = scores(shown(Array(picture.prefix(10)), noise: 50), 4, reference, 4).max() ?? 0
        let blurred = scores(shown(Array(picture.prefix(10)), noise: 0), 4, reference, 4).max() ?? 0
        #expect(other < Aligner.confidentScore, "seed \(seed): \(other)")
        #expect(blurred >= Aligner.confidentScore, "seed \(seed): \(blurred)")
    }

    @Test("A background that stays in both says itself but once: different foregrounds are no match", arguments: 1...5)
    func background(_ seed: Int) {
        var dice = Dice(UInt64(seed))
        let ground = LocalFilm(seed: UInt64(seed)).features(at: 0).prefix(12)
        let query = captioned(LocalFilm(seed: UInt64(10 + seed)).frames(from: 0, seconds: 15), Array(ground))
        let worn = PictureEdit().worn().applied(Array(ground), &dice).prefix(6)
        let reference = captioned(LocalFilm(seed: UInt64(50 + seed)).frames(from: 0, seconds: 20), Array(worn))
        #expect(scores(query, 15, reference, 20).isEmpty, "seed \(seed)")
    }

    /// The reference shows the picture at 8 s, and parts of it for a second and a half to both sides. Of these it keeps
    /// other places in each frame, so that up to three moments of it are counted, of which none is another picture.
    @Test(
        "A picture that stays in the query is few moments of the film that goes on in the reference", arguments: 1...5)
    func still(_ seed: Int) throws {
        let film = LocalFilm(seed: UInt64(seed)), picture = film.features(at: 8)
        let reference = fingerprint(local: film.frames(from: 0, seconds: 20), seconds: 20)
        var dice = Dice(UInt64(seed)), edit = PictureEdit()
        (edit.lost, edit.noise, edit.flips) = (0.2, 60, 6)
        let query = LocalFingerprint(
            width: 512, height: 288,
            frames: (0..<20).map { index in
                // Each frame with its own noise, so that none repeats the one before.
                LocalFrame(ptsMs: UInt32(500 * index), features: edit.applied(picture, &dice))
            })
        let found = Aligner.compare(query: fingerprint(local: query, seconds: 10), reference: reference).matches
        let moving = Aligner.compare(
            query: fingerprint(local: film.frames(from: 4, seconds: 10, edit: edit), seconds: 10), reference: reference)
        let whole = try #require(moving.matches.first?.video)
        #expect(whole.moments >= 6, "seed \(seed): \(whole)")
        for match in found {
            let seen = try #require(match.video)
            #expect(
                seen.moments <= 3 && 2 * seen.moments <= whole.moments && seen.score < whole.score,
                "seed \(seed): \(seen)")
            // Three seconds, and the line's tolerance.
            #expect(match.queryEnd - match.queryStart <= 4.5, "seed \(seed): \(seen)")
        }
    }
}
