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
            FrequencyField(series, through: [MovementSeries.View(time: 0, place: view)]), reference, span: (0, seconds),
            on: Line(speed: speed, offset: offset ?? start, mirrored: false)
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
        // The query shows 95 of 100 of each side, then eighty.
        #expect(agreement(of: 1, from: 3, seconds: 4) { ($0 * 1.05 - 0.025, $1 * 1.05 - 0.025) } != nil)
        #expect(agreement(of: 1, from: 3, seconds: 4) { ($0 * 1.25 - 0.125, $1 * 1.25 - 0.125) } == nil)
        // Places that are no numbers are none.
        let odd = agreement(of: 1, from: 3, seconds: 8) { $1 > 0.98 ? (.nan, .infinity) : ($0, $1) }
        #expect(try #require(odd).correlation > 0.4)
        // Less than five frames; more, but of less than three fifths of the stretch.
        #expect(agreement(of: 1, from: 3, seconds: 0.9) == nil)
        #expect(agreement(of: 1, from: 3, seconds: 8, offset: 16.5) == nil)
    }

    @Test("How the picture lies at other times does not matter")
    func otherTimes() throws {
        let field = Dance(seed: 1).movement(from: 3, seconds: 8).field
        let reference = Prepared(clip(Dance(seed: 1), from: 0, seconds: 20), as: .reference)
        let series = try #require(MovementSeries(field))
        let views = [(0.0, 1.0), (20, 1), (40, 9)].map { time, size in
            MovementSeries.View(time: time) { ($0 * size, $1 * size) }
        }
        let found = FrameMovement(
            FrequencyField(series, through: views), reference, span: (0, 8),
            on: Line(speed: 1, offset: 3, mirrored: false))
        #expect(try #require(found).agreement().correlation > 0.45)
    }

    @Test("In a small window, what it cannot show is not asked")
    func window() throws {
        // Eight of the field's cells for what has sixteen frequencies.
        let small = try #require(
            agreement(of: 1, from: 3, seconds: 8, edit: PictureEdit(left: -1.5, top: -1.5, shown: 4)) {
                (0.375 + $0 / 4, 0.375 + $1 / 4)
            })
        #expect(small.correlation > 0.4 && small.freedom < 300, "\(small)")
    }

    @Test("Other takes correlate as numbers do of which so many are independent")
    func freedom() throws {
        for (seconds, last) in [(2.5, UInt64(17)), (6, 9)] {
            let squares = try (2...last).map { seed in
                let other = try #require(agreement(of: seed, from: 3, seconds: seconds))
                return other.correlation * other.correlation * other.freedom
            }
            let mean = squares.reduce(0, +) / Double(squares.count)
            #expect((0.3...3).contains(mean), "\(seconds) s: \(mean)")
        }
    }

    @Test("A picture that stands still has nothing to say")
    func still() throws {
        let reference = Prepared(clip(Dance(seed: 1), from: 0, seconds: 20), as: .reference)
        let still = Dance(seed: 1).movement(seconds: 4) { _ in 3 }
        let series = try #require(MovementSeries(still.field))
        let found = try #require(
            FrameMovement(
                FrequencyField(series, through: [MovementSeries.View(time: 0) { ($0, $1) }]), reference, span: (0, 4),
                on: Line(speed: 1, offset: 3, mirrored: false))
        ).agreement()
        #expect(found.correlation == 0 && found.freedom == 0 && found.queryChanging == 0 && found.changing > 0.1)
    }

    @Test("Little is expected where little changes in either, or much else, or what is left is worn")
    func expected() {
        func expected(
            _ changing: Double = 0.3, _ queryChanging: Double = 0.3, cleanness: Double = 1, noise: Double = 0,
            steadiness: Double = 1, hidden: Double = 1
        ) -> Double {
            let agreement = FrameMovement.Agreement(
                correlation: 0, freedom: 100, changing: changing, queryChanging: queryChanging, seconds: 4)
            let wear = MovementMatching.Wear(cleanness: cleanness, noise: noise, steadiness: steadiness)
            return MovementMatching.current.expected(agreement, hidden: hidden, wear)
        }
        // 0.47 · 0.3 / 0.33 · 0.3 / 0.31
        #expect(abs(expected() - 0.4135) < 0.0001)
        #expect(abs(expected(0.03) - 0.2274) < 0.0001)
        #expect(abs(expected(0.3, 0.01) - 0.2136) < 0.0001)
        #expect(abs(expected(cleanness: 0.5, noise: 1) - 0.1928) < 0.0001)
        #expect(expected(hidden: 4) == expected(noise: 3) && abs(expected(hidden: 4) - 0.2067) < 0.0001)
        #expect(abs(expected(steadiness: 0.5) - 0.2067) < 0.0001)
        #expect(expected(cleanness: 0.04) == 0 && expected(0) == 0 && expected(0.3, 0) == 0)
    }

    @Test("Small numbers and small correlations say nothing, for or against")
    func limits() {
        func verdict(_ correlation: Double, freedom: Double, expected: Double) -> MovementVerdict.Frames {
            MovementVerdict.Frames(
                FrameMovement.Agreement(
                    correlation: correlation, freedom: freedom, changing: 0.3, queryChanging: 0.3, seconds: 4),
                expected: expected)
        }
        // A take of four seconds, and what agrees as a copy does.
        #expect(verdict(0.02, freedom: 400, expected: 0.4).weight == 0.04)
        let copy = verdict(0.5, freedom: 400, expected: 0.4)
        #expect(copy.weight == 1 && copy.agrees && copy.isConfirmed)
        // Expected by hardly more than two takes have; and by chance, of few numbers.
        #expect(verdict(0.02, freedom: 4000, expected: 0.1).weight == 1)
        #expect(verdict(0.02, freedom: 20, expected: 0.4).weight == 1)
        // Many numbers make little of a correlation sure, and it is still little.
        let faint = verdict(0.2, freedom: 4000, expected: 0.15)
        #expect(faint.weight == 1 && !faint.agrees && !faint.isConfirmed)
        #expect(verdict(0.12, freedom: 4000, expected: 0.4).weight == 0.04)
    }

    @Test("A film whose frames are held stays a copy, also for more than a second")
    func held() throws {
        let reference = clip(Dance(seed: 1), from: 0, seconds: 20)
        func held(_ seconds: Double, seed: UInt64 = 1) -> MediaFingerprint {
            var query = clip(Dance(seed: seed), from: 3, seconds: 8)
            query.movement = Dance(seed: seed).movement(seconds: 8) { 3 + seconds * ($0 / seconds).rounded(.down) }
            query.video.frames = []
            return query
        }
        for seconds in [0.3, 0.6, 1.2] {
            let report = Aligner.compare(query: held(seconds), reference: reference)
            #expect(!report.matches.isEmpty, "\(seconds) s: \(report.explanation)")
        }
        // Another take is told while its frames are held for less; at 1.2 s it passes.
        for seconds in [0.3, 0.6] {
            let report = Aligner.compare(query: held(seconds, seed: 2), reference: reference)
            #expect(report.matches.isEmpty && report.gate == .otherTake, "\(seconds) s: \(report.explanation)")
        }
    }

    @Test(
        "They tell another take also where there is nothing but whole frames, straight or in the mirror",
        arguments: [false, true])
    func wholeFrames(mirrored: Bool) throws {
        func report(_ seed: UInt64) -> PairReport {
            let edit = PictureEdit(mirrored: mirrored)
            var query = clip(Dance(seed: seed), from: 3, seconds: 2.5)
            // The wall is the same in all frames, so the codes are those of the first take.
            query.video.frames = Dance(seed: 1).frames(from: 3, seconds: 2.5, edit: edit)
            query.movement = Dance(seed: seed).movement(from: 3, seconds: 2.5, edit: edit)
            query.local = LocalFingerprint(width: 0, height: 0, frames: [])
            return Aligner.compare(query: query, reference: clip(Dance(seed: 1), from: 0, seconds: 20))
        }
        let match = try #require(report(1).matches.first)
        #expect(match.mirrored == mirrored && match.movement?.weight == 1)
        let take = report(2)
        #expect(take.matches.isEmpty && take.gate == .otherTake, "\(take.explanation)")
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
        // The second half first, in pieces of three seconds and of one.
        for (length, starts) in [(3.0, [6.0, 9, 0, 3]), (1, [2, 3, 0, 1])] {
            var query = clip(Dance(seed: 1), from: 0, seconds: 4 * length)
            query.movement = Dance(seed: 1).movement(seconds: 4 * length) {
                starts[min(3, Int($0 / length))] + $0 - length * ($0 / length).rounded(.down)
            }
            // Its own codes would be of what was not cut.
            query.video.frames = []
            let report = Aligner.compare(query: query, reference: reference)
            #expect(!report.matches.isEmpty, "\(length) s: \(report.explanation)")
        }
    }

    @Test("Nats and correlations are each other's inverse")
    func surprise() {
        // -100/2 ln(1 - 0.25)
        #expect(abs(Surprise.nats(correlation: 0.5, freedom: 100) - 14.384) < 0.001)
        #expect(abs(Surprise.correlation(nats: 14.384, freedom: 100) - 0.5) < 0.001)
        #expect(Surprise.nats(correlation: -0.5, freedom: 100) == 0 && Surprise.correlation(nats: 5, freedom: 0) == 1)
    }
}
