@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

/// What changes from one whole frame of a wall with moving lights to the next.
@Suite("What changes between whole frames")
struct FrameMovementTests {
    private let wall = LocalFilm(seed: 7, lifeSeconds: 1000, inPicture: 90)

    /// - Parameter told: whose movement it has; that of its frames where there is none.
    private func clip(_ dance: Dance, from start: Double, seconds: Double, told: Dance? = nil) -> MediaFingerprint {
        MediaFingerprint(
            duration: seconds, video: VideoFingerprint(frames: dance.frames(from: start, seconds: seconds)),
            audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"),
            local: wall.frames(from: 100, seconds: seconds),
            movement: (told ?? dance).movement(from: start, seconds: seconds))
    }

    private func agreement(
        of seed: UInt64, from start: Double, seconds: Double, edit: PictureEdit = PictureEdit(), speed: Double = 1,
        offset: Double? = nil, view: @escaping (Double, Double) -> (x: Double, y: Double) = { ($0, $1) }
    ) -> FrameMovement.Agreement? {
        let field = Dance(seed: seed).movement(from: start, seconds: seconds, speed: speed, edit: edit).field
        let reference = Prepared(clip(Dance(seed: 1), from: 0, seconds: 20), as: .reference)
        guard let series = MovementSeries(field) else { return nil }
        return FrameMovement(
            series, reference, span: (0, seconds),
            on: Line(speed: speed, offset: offset ?? start, mirrored: false),
            views: [MovementSeries.View(time: 0, place: view)]
        )?.agreement()
    }

    @Test("A copy's changes correlate, also faster and backwards; another take's and another moment's do not")
    func copies() throws {
        let copy = try #require(agreement(of: 1, from: 3, seconds: 8))
        #expect(copy.correlation > 0.45 && copy.surprise > 15, "\(copy)")
        #expect(abs(copy.seconds - 7.75) < 0.3 && copy.changing > 0.1)
        let fast = try #require(agreement(of: 1, from: 3, seconds: 5, speed: 1.5))
        #expect(fast.correlation > 0.35 && fast.surprise > 6, "\(fast)")
        let backwards = try #require(agreement(of: 1, from: 14, seconds: 8, speed: -1))
        #expect(backwards.correlation > 0.45 && backwards.surprise > 15, "\(backwards)")
        // A tenth of a second beside the line is found.
        let beside = try #require(agreement(of: 1, from: 3, seconds: 8, offset: 3.1))
        #expect(beside.correlation > 0.45 && beside.surprise > 15, "\(beside)")
        for seed in UInt64(2)...5 {
            let other = try #require(agreement(of: seed, from: 3, seconds: 8))
            #expect(other.correlation < 0.2 && other.surprise < 3, "\(seed) \(other)")
        }
        let later = try #require(agreement(of: 1, from: 3, seconds: 8, offset: 6))
        #expect(later.correlation < 0.2 && later.surprise < 3, "\(later)")
    }

    @Test("It is looked at where the reference's picture lies, and only where most of it is seen")
    func views() throws {
        let mirrored = agreement(of: 1, from: 3, seconds: 8, edit: PictureEdit(mirrored: true)) { (1 - $0, $1) }
        #expect(try #require(mirrored).correlation > 0.45)
        let asItIs = agreement(of: 1, from: 3, seconds: 8, edit: PictureEdit(mirrored: true))
        #expect(try #require(asItIs).correlation < 0.2)
        // The query shows nine tenths of each side, then eight.
        #expect(agreement(of: 1, from: 3, seconds: 4) { ($0 * 1.05 - 0.025, $1 * 1.05 - 0.025) } != nil)
        #expect(agreement(of: 1, from: 3, seconds: 4) { ($0 * 1.25 - 0.125, $1 * 1.25 - 0.125) } == nil)
        // Seen from so far aside that a row of it lies on the horizon.
        let horizon = agreement(of: 1, from: 3, seconds: 8) { $1 > 0.98 ? (.nan, .infinity) : ($0, $1) }
        #expect(try #require(horizon).correlation > 0.4)
        // Less than five frames.
        #expect(agreement(of: 1, from: 3, seconds: 0.9) == nil)
    }

    @Test("A picture that stands still has nothing to say")
    func still() throws {
        let reference = Prepared(clip(Dance(seed: 1), from: 0, seconds: 20), as: .reference)
        let still = Dance(seed: 1).movement(seconds: 4) { _ in 3 }
        let series = try #require(MovementSeries(still.field))
        let found = try #require(
            FrameMovement(
                series, reference, span: (0, 4),
                on: Line(speed: 1, offset: 3, mirrored: false),
                views: [MovementSeries.View(time: 0) { ($0, $1) }])
        ).agreement()
        #expect(found.correlation == 0 && found.freedom == 0)
        // Nothing is expected of what does not change, or is worn.
        let matching = MovementMatching.current
        func expected(_ changing: Double, cleanness: Double, noise: Double) -> Double {
            matching.expected(
                FrameMovement.Agreement(correlation: 0, freedom: 100, changing: changing, seconds: 4), noise: noise,
                cleanness: cleanness)
        }
        #expect(abs(expected(0.3, cleanness: 1, noise: 0) - 0.400) < 0.001)
        #expect(abs(expected(0.03, cleanness: 1, noise: 0) - 0.297) < 0.001)
        #expect(abs(expected(0.3, cleanness: 0.5, noise: 1) - 0.124) < 0.001)
        #expect(expected(0.3, cleanness: 0.1, noise: 0) == 0 && expected(0, cleanness: 1, noise: 0) == 0)
    }

    @Test("They tell another take where movement alone leaves it open", arguments: [2, 5])
    func shortTake(_ seed: UInt64) throws {
        // Two and a half seconds.
        var query = clip(Dance(seed: seed), from: 3, seconds: 2.5)
        var reference = clip(Dance(seed: 1), from: 0, seconds: 20)
        let told = Aligner.compare(query: query, reference: reference)
        #expect(told.matches.isEmpty && told.gate == .otherTake, "\(told.explanation)")
        let frames = try #require(told.nearest?.movement?.frames)
        #expect(frames.correlation < 0.15 && frames.expected ?? 0 > 0.2, "\(frames)")
        (query.video.frames, reference.video.frames) = ([], [])
        #expect(!Aligner.compare(query: query, reference: reference).matches.isEmpty)
    }

    @Test("The report says which of the two spoke against it")
    func sentence() {
        let report = Aligner.compare(
            query: clip(Dance(seed: 4), from: 3, seconds: 2.5), reference: clip(Dance(seed: 1), from: 0, seconds: 20))
        #expect(
            report.explanation.hasPrefix(
                "The pictures agree, but not what moves in them: from one whole frame to the next the changes correlate by "
                    + "0.0"), "\(report.explanation)")
    }

    @Test("Where whole frames change as a copy's do, movement that speaks against it is overruled")
    func overruled() throws {
        // A trace that is another take's, as where movement was lost and something else moves.
        let query = clip(Dance(seed: 1), from: 3, seconds: 8)
        var reference = clip(Dance(seed: 1), from: 0, seconds: 20, told: Dance(seed: 2))
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        let movement = try #require(match.movement), frames = try #require(movement.frames)
        #expect(movement.correlation < 0.3 && movement.expected ?? 0 > 0.5 && movement.weight == 1, "\(movement)")
        #expect(frames.correlation > frames.expected ?? 1 && frames.seconds == 7.25, "\(frames)")
        reference.video.frames = []
        #expect(Aligner.compare(query: query, reference: reference).matches.isEmpty)
    }

    @Test("A copy cut into pieces that changed places stays one, though frames on no line agree")
    func pieces() throws {
        let reference = clip(Dance(seed: 1), from: 0, seconds: 20)
        var query = clip(Dance(seed: 1), from: 0, seconds: 12)
        // Three seconds each, the second half first.
        let starts = [6.0, 9, 0, 3]
        query.movement = Dance(seed: 1).movement(seconds: 12) {
            starts[min(3, Int($0 / 3))] + $0 - 3 * ($0 / 3).rounded(.down)
        }
        // Its own codes would be of what was not cut.
        query.video.frames = []
        #expect(!Aligner.compare(query: query, reference: reference).matches.isEmpty)
    }

    @Test("Nats and correlations are each other's inverse")
    func surprise() {
        // -100/2 ln(1 - 0.25)
        #expect(abs(Surprise.nats(correlation: 0.5, freedom: 100) - 14.384) < 0.001)
        #expect(abs(Surprise.correlation(nats: 14.384, freedom: 100) - 0.5) < 0.001)
        #expect(Surprise.nats(correlation: -0.5, freedom: 100) == 0 && Surprise.correlation(nats: 5, freedom: 0) == 1)
    }
}
