@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Matches by places in the pictures")
struct LocalMatchTests {
    private let film = LocalFilm(seed: 1)

    /// Forty seconds, as extraction gives them.
    private var reference: MediaFingerprint { media(film.frames(from: 0, seconds: 40), 40) }

    private func media(_ local: LocalFingerprint, _ seconds: Double) -> MediaFingerprint {
        fingerprint(local: local, seconds: seconds)
    }

    /// All matches that speak for anything, best first.
    private func matches(_ query: LocalFingerprint, _ seconds: Double, _ reference: MediaFingerprint? = nil) -> [Match]
    {
        Aligner.compare(query: media(query, seconds), reference: reference ?? self.reference).matches
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var edit = PictureEdit()
        var speed = 1.0
        var seconds = 10.0
        var kinds: [MatchTransform.Kind]
    }

    private static let cases = [
        Case(testDescription: "as it is", kinds: []),
        Case(testDescription: "cropped", edit: PictureEdit(left: 0.2, top: 0.3, shown: 0.6), kinds: [.cropped]),
        Case(testDescription: "mirrored", edit: PictureEdit(mirrored: true), kinds: [.mirrored]),
        Case(
            testDescription: "cropped and mirrored", edit: PictureEdit(left: 0.1, top: 0.2, shown: 0.7, mirrored: true),
            kinds: [.mirrored, .cropped]),
        Case(testDescription: "in a window", edit: PictureEdit(left: -0.4, top: -0.5, shown: 2), kinds: [.boxed]),
        Case(testDescription: "faster", speed: 1.125, seconds: 24, kinds: []),
        Case(
            testDescription: "slower, cropped and mirrored",
            edit: PictureEdit(left: 0.2, top: 0.2, shown: 0.6, mirrored: true), speed: 0.889, seconds: 24,
            kinds: [.mirrored, .cropped]),
    ]

    @Test(
        "Half of the features lost, others come, 15 % of the bits wrong: one match, with its time and its place",
        arguments: cases, [1, 2, 3] as [UInt64])
    func found(_ one: Case, _ seed: UInt64) throws {
        let edit = one.edit.worn()
        let query = film.frames(from: 5, seconds: one.seconds, speed: one.speed, edit: edit, noiseSeed: seed)
        let found = matches(query, one.seconds)
        let match = try #require(found.first, "seed \(seed)")
        #expect(found.count == 1, "seed \(seed)")
        #expect(match.modality == .video)
        #expect(match.mirrored == edit.mirrored)
        #expect(abs(match.speed - one.speed) <= 0.03, "\(match.speed), seed \(seed)")
        // In the middle, where speed and offset meet.
        let half = one.seconds / 2, middle = match.offset + match.speed * half
        #expect(abs(middle - (5 + half * one.speed)) <= 0.3, "\(middle), seed \(seed)")
        #expect(match.queryStart <= 0.5 && match.queryEnd >= one.seconds - 0.5, "\(match.queryStart) \(match.queryEnd)")
        let transform = try #require(match.transform)
        #expect(transform.kinds == one.kinds, "\(transform), seed \(seed)")
        #expect(abs(transform.scale * edit.shown - 1) <= 0.03, "\(transform.scale), seed \(seed)")
        #expect(abs(transform.rotation) <= 1.5)
        func across(_ u: Double) -> Double { (u - edit.left) / edit.shown }
        func down(_ v: Double) -> Double { (v - edit.top) / edit.shown }
        for (corner, (u, v)) in zip(transform.outline, [(0.0, 0.0), (1, 0), (1, 1), (0, 1)]) {
            let x = edit.mirrored ? 1 - across(u) : across(u)
            #expect(
                abs(corner[0] - x) <= 0.04 && abs(corner[1] - down(v)) <= 0.06, "\(transform.outline), seed \(seed)")
        }
        // A grid of 64 says which part is seen.
        for (got, wanted) in [
            (transform.crop.left, max(0, edit.left)), (transform.crop.right, min(1, edit.left + edit.shown)),
            (transform.crop.top, max(0, edit.top)), (transform.crop.bottom, min(1, edit.top + edit.shown)),
        ] { #expect(abs(got - wanted) <= 0.05, "\(transform.crop), seed \(seed)") }
        #expect(abs(transform.queryArea - min(1, 1 / (edit.shown * edit.shown))) <= 0.06, "\(transform.queryArea)")
    }

    @Test("The same answer every time, and from what a reference keeps as from all that was extracted")
    func deterministic() throws {
        let edit = PictureEdit(left: 0.2, top: 0.2, shown: 0.6).worn(),
            query = film.frames(from: 5, seconds: 10, edit: edit)
        let first = matches(query, 10)
        #expect(!first.isEmpty)
        #expect(matches(query, 10) == first)
        #expect(matches(query, 10, media(LocalSelection()(film.frames(from: 0, seconds: 40)), 40)) == first)
    }

    @Test("Of 200 pairs of strangers none reaches the score from which matches are reported")
    func strangers() {
        let queries = (0..<20).map { seed -> Prepared in
            let edit = PictureEdit(left: 0.1, top: 0.1, shown: 0.8).worn()
            let local = LocalFilm(seed: UInt64(1000 + seed)).frames(
                from: 3, seconds: 10, edit: edit, noiseSeed: UInt64(seed))
            return Prepared(media(local, 10), as: .query)
        }
        for seed in 0..<10 {
            let local = LocalFilm(seed: UInt64(2000 + seed)).frames(from: 0, seconds: 20)
            let other = Prepared(media(local, 20), as: .reference)
            for (number, query) in queries.enumerated() {
                let report = Aligner.compare(
                    query: query, reference: other, names: Aligner.Names(query: "q", reference: "r", bank: "b"),
                    minimumScore: 0)
                #expect(report.matches.allSatisfy { $0.score < Aligner.confidentScore }, "\(number) and \(seed)")
            }
        }
    }

    @Test("Two pieces in another order are two matches")
    func shuffled() throws {
        let edit = PictureEdit(left: 0.15, top: 0.15, shown: 0.7).worn()
        let query = LocalFingerprint(
            width: 512, height: 288,
            frames: film.frames(from: 12, seconds: 6, edit: edit).frames
                + film.frames(from: 2, seconds: 6, edit: edit, noiseSeed: 2).later(ms: 6000))
        let found = matches(query, 12).sorted { $0.queryStart < $1.queryStart }
        try #require(found.count == 2)
        #expect(abs(found[0].queryStart) <= 0.5 && abs(found[0].queryEnd - 6) <= 0.75)
        #expect(abs(found[0].offset - 12) <= 0.3)
        #expect(abs(found[1].queryStart - 6) <= 0.75 && abs(found[1].queryEnd - 12) <= 0.5)
        #expect(abs(found[1].offset - -4) <= 0.3)
    }
}
