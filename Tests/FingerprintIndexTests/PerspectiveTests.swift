@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Pictures seen from an angle")
struct PerspectiveTests {
    /// A screen whose right side is farther away: corners in the query, shares of width and height.
    static let corners = [[0.1, 0.05], [0.85, 0.2], [0.8, 0.75], [0.15, 0.95]]

    /// What takes the reference's picture of 1 by 0.5625 to those corners.
    static let seen = Homography(
        corners: corners.map { (x: $0[0], y: $0[1] * LocalFilm.height) }, width: 1, height: LocalFilm.height)

    @Test("The map of four corners takes them there and back")
    func corners() {
        for (place, corner) in zip([(0.0, 0.0), (1, 0), (1, 0.5625), (0, 0.5625)], Self.corners) {
            let to = Self.seen(place.0, place.1), back = Self.seen.undone(corner[0], corner[1] * 0.5625)
            #expect(abs(to.x - corner[0]) < 1e-4 && abs(to.y - corner[1] * 0.5625) < 1e-4, "\(to)")
            #expect(abs(back.x - place.0) < 1e-4 && abs(back.y - place.1) < 1e-4, "\(back)")
        }
    }

    @Test("From an affine guess the map is found through noise, a tenth of wrong pairs, and no pairs near two corners")
    func fit() {
        var dice = Dice(3)
        func chance() -> Double { Double(dice.next() % 65_536) / 65_536 }
        let pairs = (0..<80).map { number -> Homography.Pair in
            let from = (x: 0.05 + 0.6 * chance(), y: 0.05 + 0.45 * chance())
            var to = Self.seen(from.x, from.y)
            to.x += 0.006 * (chance() - 0.5)
            to.y += 0.006 * (chance() - 0.5)
            if number % 10 == 0 { to = (chance(), 0.5625 * chance()) }
            return Homography.Pair(from: from, to: to)
        }
        let guess = Homography(
            LocalTransform(xx: 0.7, xy: 0, yx: 0, yy: 0.7, x: 0.1, y: 0.08), middle: (0.5, 0.28))
        let found = guess.fitted(to: pairs, isAffine: true).fitted(to: pairs, isAffine: false)
        for place in [(0.0, 0.0), (1, 0), (1, 0.5625), (0, 0.5625)] {
            let a = found(place.0, place.1), b = Self.seen(place.0, place.1)
            #expect(abs(a.x - b.x) < 0.015 && abs(a.y - b.y) < 0.015, "\(a) for \(b)")
        }
    }

    @Test(
        "A clip on a screen seen from the side is matched with the screen's corners, and the kind says so",
        arguments: 1...4)
    func matched(_ seed: Int) throws {
        let film = LocalFilm(seed: UInt64(seed))
        var edit = PictureEdit()
        (edit.seen, edit.lost, edit.flips) = (Self.seen, 0.3, 8)
        let query = fingerprint(local: film.frames(from: 5, seconds: 10, edit: edit), seconds: 10)
        let reference = fingerprint(local: film.frames(from: 0, seconds: 30), seconds: 30)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        let transform = try #require(match.transform)
        #expect(transform.kinds.contains(.perspective), "\(transform.kinds)")
        for (got, wanted) in zip(transform.outline, Self.corners) {
            // Few places lie near the corners.
            #expect(abs(got[0] - wanted[0]) < 0.07 && abs(got[1] - wanted[1]) < 0.07, "\(got) for \(wanted)")
        }
        #expect(abs(transform.queryArea - 0.5125) < 0.06, "\(transform.queryArea)")
        #expect(transform.crop.left < 0.02 && transform.crop.right > 0.98, "\(transform.crop)")
    }

    @Test("What was only squeezed is not called seen from an angle", arguments: 1...4)
    func squeezed(_ seed: Int) throws {
        let film = LocalFilm(seed: UInt64(seed))
        var edit = PictureEdit()
        edit.seen = Homography(
            corners: [(0.05, 0.1), (0.95, 0.1), (0.95, 0.45), (0.05, 0.45)], width: 1, height: LocalFilm.height)
        (edit.lost, edit.flips) = (0.3, 8)
        let query = fingerprint(local: film.frames(from: 5, seconds: 10, edit: edit), seconds: 10)
        let reference = fingerprint(local: film.frames(from: 0, seconds: 30), seconds: 30)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(match.transform?.kinds == [.boxed, .slanted])
    }
}

extension Homography {
    /// From the corners of a picture (upper left, then clockwise) to four places.
    init(corners: [(x: Double, y: Double)], width: Double, height: Double) {
        let from: [(x: Double, y: Double)] = [(0, 0), (width, 0), (width, height), (0, height)]
        let pairs = zip(from, corners).map { Pair(from: $0, to: $1) }
        let guess = LocalTransform(
            xx: Float((corners[1].x - corners[0].x) / width), xy: 0, yx: 0,
            yy: Float((corners[3].y - corners[0].y) / height), x: Float(corners[0].x), y: Float(corners[0].y))
        self = Homography(guess, middle: (width / 2, height / 2)).fitted(to: pairs, isAffine: false)
        for _ in 0..<20 { self = fitted(to: pairs, isAffine: false) }
    }
}
