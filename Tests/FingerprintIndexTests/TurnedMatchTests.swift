@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Copies turned by quarters and by halves, and negatives")
struct TurnedMatchTests {
    private let film = LocalFilm(seed: 1), whole = Film(seed: 1)

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var edit: PictureEdit
        var kinds: [MatchTransform.Kind]
        /// Degrees.
        var rotation: Double
        /// Where the reference's upper left and lower right corners lie in the query, shares.
        var corners: [[Double]]
    }

    private static let cases = [
        Case(
            testDescription: "a quarter to the right", edit: PictureEdit(turn: PictureTurn(quarters: 1)),
            kinds: [.rotated], rotation: 90, corners: [[1, 0], [0, 1]]),
        Case(
            testDescription: "upside down", edit: PictureEdit(turn: PictureTurn(quarters: 2)), kinds: [.rotated],
            rotation: 180, corners: [[1, 1], [0, 0]]),
        Case(
            testDescription: "a quarter to the left, cropped",
            edit: PictureEdit(left: 0.2, top: 0.3, shown: 0.6, turn: PictureTurn(quarters: 3)),
            kinds: [.cropped, .rotated], rotation: -90, corners: [[-0.5, 1.333], [1.167, -0.333]]),
        Case(
            testDescription: "mirrored, then a quarter to the right",
            edit: PictureEdit(mirrored: true, turn: PictureTurn(quarters: 1)), kinds: [.mirrored, .rotated],
            rotation: 90, corners: [[1, 1], [0, 0]]),
        Case(
            testDescription: "top and bottom exchanged",
            edit: PictureEdit(mirrored: true, turn: PictureTurn(quarters: 2)), kinds: [.mirrored, .rotated],
            rotation: 180, corners: [[0, 1], [1, 0]]),
        Case(
            testDescription: "negative", edit: PictureEdit(turn: PictureTurn(isNegative: true)), kinds: [.negative],
            rotation: 0, corners: [[0, 0], [1, 1]]),
        Case(
            testDescription: "negative, cropped and mirrored",
            edit: PictureEdit(left: 0.1, top: 0.2, shown: 0.7, mirrored: true, turn: PictureTurn(isNegative: true)),
            kinds: [.mirrored, .cropped, .negative], rotation: 0,
            corners: [[1.143, -0.286], [-0.286, 1.143]]),
    ]

    @Test(
        "Half of the features lost, others come, 15 % of the bits wrong: one match, which says how it was turned",
        arguments: cases, [1, 2, 3] as [UInt64])
    func places(_ one: Case, _ seed: UInt64) throws {
        let query = fingerprint(
            local: film.frames(from: 5, seconds: 10, edit: one.edit.worn(), noiseSeed: seed), seconds: 10)
        let reference = fingerprint(local: film.frames(from: 0, seconds: 40), seconds: 40)
        let report = Aligner.compare(query: query, reference: reference)
        let match = try #require(report.matches.first, "seed \(seed)")
        #expect(report.matches.count == 1 && match.mirrored == one.edit.mirrored, "seed \(seed)")
        #expect(abs(match.offset - 5) <= 0.3 && abs(match.speed - 1) <= 0.03, "\(match.offset), seed \(seed)")
        let transform = try #require(match.transform)
        #expect(transform.kinds == one.kinds, "\(transform.kinds), seed \(seed)")
        #expect(abs(transform.rotation - one.rotation) <= 1.5, "\(transform.rotation), seed \(seed)")
        for (corner, expected) in zip([transform.outline[0], transform.outline[2]], one.corners) {
            #expect(
                abs(corner[0] - expected[0]) <= 0.06 && abs(corner[1] - expected[1]) <= 0.06,
                "\(transform.outline), seed \(seed)")
        }
        // Of the reference as it is, whatever way the query shows it.
        let edit = one.edit, crop = transform.crop
        for (got, wanted) in [
            (crop.left, edit.left), (crop.top, edit.top), (crop.right, edit.left + edit.shown),
            (crop.bottom, edit.top + edit.shown),
        ] { #expect(abs(got - wanted) <= 0.05, "\(crop), seed \(seed)") }
        // Both places of a pair are the same place of the film.
        let pairs = try #require(report.nearest?.placePairs)
        #expect(pairs.count >= 10)
        for point in pairs.flatMap(\.points).prefix(40) {
            let (u, v) = one.edit.turn.turned(point[2], point[3])
            guard edit.shown == 1 else { break }
            let x = edit.mirrored ? mirroredPlace(u, v, edit.turn) : (u, v)
            #expect(abs(point[0] - x.0) <= 0.06 && abs(point[1] - x.1) <= 0.06, "\(point), seed \(seed)")
        }
    }

    /// Where a place lies that was turned, in a film mirrored before it was.
    private func mirroredPlace(_ u: Double, _ v: Double, _ turn: PictureTurn) -> (Double, Double) {
        turn.quarters & 1 == 1 ? (u, 1 - v) : (1 - u, v)
    }

    @Test("By whole frames alone, to the sampling step", arguments: PictureTurn.searched, [false, true])
    func frames(_ turn: PictureTurn, _ isMirrored: Bool) throws {
        let frames = whole.frames(from: 4, seconds: 8, mirrored: isMirrored, noiseBits: 30).map { frame in
            FrameCode(ptsMs: frame.ptsMs, hash: turn.turned(frame.hash), quality: 100)
        }
        let reference = fingerprint(whole.frames(from: 0, seconds: 20), seconds: 20)
        let match = try #require(
            Aligner.compare(query: fingerprint(frames, seconds: 8), reference: reference).matches.first)
        #expect(abs(match.offset - 4) <= 0.1 && match.mirrored == isMirrored)
        let rotation: [Double] = [0, 90, 180, -90], transform = try #require(match.transform)
        #expect(transform.rotation == rotation[turn.quarters])
        #expect(
            transform.kinds == (isMirrored ? [.mirrored] : []) + (turn.isNegative ? [.negative] : [.rotated]))
    }

    @Test("A picture that matches as it is stays what it is, and one that only sound explains gets its turn")
    func order() throws {
        let tune = Tune(seed: 5)
        let reference = fingerprint(
            whole.frames(from: 0, seconds: 20), tune.peaks(from: 0, seconds: 20), seconds: 20)
        let straight = whole.frames(from: 4, seconds: 8, noiseBits: 30)
        let turned = straight.map { frame in
            FrameCode(ptsMs: frame.ptsMs, hash: frame.hash.turned(quarters: 2), quality: 100)
        }
        let sound = tune.peaks(from: 4, seconds: 8)
        let both = try #require(
            Aligner.compare(query: fingerprint(turned, sound, seconds: 8), reference: reference).matches.first)
        #expect(both.modality == .both && both.transform?.kinds == [.rotated])
        // The second half turned: the first is enough.
        let mixed = fingerprint(Array(straight.prefix(16) + turned.suffix(16)), seconds: 8)
        let matches = Aligner.compare(query: mixed, reference: reference).matches
        #expect(matches.count == 1 && matches[0].transform == nil && matches[0].queryEnd < 4.5)
    }

    @Test("An index finds them among others, by places alone and by whole frames alone; nothing comes of strangers")
    func lookup() throws {
        let folder = try TemporaryFolder(), index = try FingerprintIndex(at: folder.path, create: true)
        try index.add(
            (1...12).map { seed in
                (
                    Reference(id: "v\(seed)"),
                    fingerprint(
                        Film(seed: UInt64(900 + seed)).frames(from: 0, seconds: 10),
                        local: LocalFilm(seed: UInt64(seed)).frames(from: 0, seconds: 10), seconds: 10)
                )
            })
        func found(_ query: MediaFingerprint) throws -> [String] {
            try index.lookup(query, id: "q").matches.map(\.reference)
        }
        for (number, turn) in PictureTurn.searched.enumerated() {
            for isMirrored in [false, true] {
                let edit = PictureEdit(left: 0.2, top: 0.2, shown: 0.6, mirrored: isMirrored, turn: turn).worn()
                func places(_ seed: Int) -> MediaFingerprint {
                    fingerprint(
                        Film(seed: 77).frames(from: 0, seconds: 6),
                        local: LocalFilm(seed: UInt64(seed)).frames(from: 2, seconds: 6, edit: edit), seconds: 6)
                }
                #expect(try found(places(number + 3)) == ["v\(number + 3)"], "\(turn), \(isMirrored)")
                #expect(try found(places(number + 50)).isEmpty)
                func frames(_ seed: Int) -> MediaFingerprint {
                    let frames = Film(seed: UInt64(900 + seed)).frames(
                        from: 2, seconds: 6, mirrored: isMirrored, noiseBits: 30)
                    return fingerprint(
                        frames.map { FrameCode(ptsMs: $0.ptsMs, hash: turn.turned($0.hash), quality: 100) },
                        seconds: 6)
                }
                #expect(try found(frames(number + 5)) == ["v\(number + 5)"], "\(turn), \(isMirrored)")
                #expect(try index.candidates(of: frames(number + 5)).ids.contains("v\(number + 5)"))
                #expect(try found(frames(number + 50)).isEmpty)
            }
        }
    }
}
