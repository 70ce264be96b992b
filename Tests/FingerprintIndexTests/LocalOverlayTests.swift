@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Overlays do not hide a copy")
struct LocalOverlayTests {
    /// The same features in every frame before its own.
    private func captioned(_ film: LocalFingerprint, _ caption: [LocalFeature]) -> LocalFingerprint {
        LocalFingerprint(
            width: film.width, height: film.height,
            frames: film.frames.map { LocalFrame(ptsMs: $0.ptsMs, features: caption + $0.features) })
    }

    /// Twelve features of a logo give 12 · 2 · `seconds` · the reference's frames pairs of equal codes: 9,600 in 20 s.
    @Test("A copy under the same logo as its reference is found, however long", arguments: [10.0, 20, 40, 60, 180])
    func logo(_ seconds: Double) throws {
        var dice = Dice(1)
        let logo = LocalFilm(seed: 77, inPicture: 12).features(at: 0).map { feature -> LocalFeature in
            var feature = feature
            feature.contrast = 200
            return feature
        }
        let film = LocalFilm(seed: 5)
        let reference = captioned(film.frames(from: 0, seconds: seconds), logo)
        let query = captioned(
            film.frames(from: 0, seconds: seconds, edit: PictureEdit().worn(), noiseSeed: dice.next()), logo)
        let found = Aligner.compare(
            query: fingerprint(local: query, seconds: seconds),
            reference: fingerprint(local: reference, seconds: seconds)
        ).matches
        let match = try #require(found.first)
        #expect(match.queryCoverage > 0.9, "\(found)")
        #expect(abs(match.offset) <= 0.3)
    }
}
