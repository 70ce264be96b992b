@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

/// A wall that never changes, and what moves before it.
@Suite("What moves before a wall")
struct MovementMatchTests {
    private let wall = LocalFilm(seed: 7, lifeSeconds: 1000, inPicture: 90)

    private func clip(_ movement: MovementFingerprint, seconds: Double, edit: PictureEdit = PictureEdit())
        -> MediaFingerprint
    {
        MediaFingerprint(
            duration: seconds, video: VideoFingerprint(frames: [], abstainReason: "flat_picture"),
            audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"),
            local: wall.frames(from: 100, seconds: seconds, edit: edit), movement: movement)
    }

    /// Twenty seconds of the first take.
    private let reference = Dance(seed: 1).movement(from: 0, seconds: 20)

    private func report(_ query: MediaFingerprint, minimumScore: Double = 0.5) -> PairReport {
        Aligner.compare(query: query, reference: clip(reference, seconds: 20), minimumScore: minimumScore)
    }

    @Test("Another take before the same wall is no copy, and the report says why", arguments: 2...5)
    func otherTake(_ seed: UInt64) throws {
        let report = report(clip(Dance(seed: seed).movement(from: 3, seconds: 8), seconds: 8))
        #expect(report.matches.isEmpty && report.gate == .otherTake)
        #expect(report.explanation.contains("another take of the same scene"))
        let movement = try #require(report.nearest?.movement)
        #expect(movement.correlation < 0.45 && movement.weight < 0.2 && movement.decades == 0, "\(movement)")
    }

    @Test("Whole frames of the wall alone are no copy either, and neither are both")
    func wholeFrames() throws {
        let frames = Film(seed: 3).frames(from: 0, seconds: 1)
        func wall(_ seconds: Double) -> [FrameCode] {
            // Four pictures of the wall in turn, so that there are moments to agree.
            (0..<Int(4 * seconds)).map { FrameCode(ptsMs: UInt32(250 * $0), hash: frames[$0 % 4].hash, quality: 90) }
        }
        var query = clip(Dance(seed: 2).movement(from: 3, seconds: 8), seconds: 8)
        var reference = clip(self.reference, seconds: 20)
        (query.video.frames, reference.video.frames) = (wall(8), wall(20))
        let both = Aligner.compare(query: query, reference: reference)
        #expect(both.matches.isEmpty && both.gate == .otherTake && both.nearest?.movement != nil)
        (query.local, reference.local) = (.none, .none)
        let whole = Aligner.compare(query: query, reference: reference)
        #expect(whole.matches.isEmpty && whole.gate == .otherTake, "\(whole.explanation)")
        // The same take is one by its frames alone.
        query.movement = Dance(seed: 1).movement(from: 5, seconds: 8)
        #expect(!Aligner.compare(query: query, reference: reference).matches.isEmpty)
    }

    @Test("After a loud minute, a faint stretch still correlates between -1 and 1")
    func loudAndFaint() throws {
        var dice = Dice(5)
        var codes = MovementFingerprint.random(5, steps: 4 * 60).trace.codes.map { $0 > 0 ? Int8(7) : -7 }
        codes += (0..<4 * 20 * MovementTrace.cells).map { _ in Int8(dice.next() % 3) - 1 }
        let series = try #require(MovementSeries(Dance(seed: 2).movement(from: 0, seconds: 12).field))
        let line = Line(speed: 1, offset: 62, mirrored: false)
        let evidence = try #require(
            MovementEvidence(
                series, MovementTrace(codes: codes), span: (0, 12), about: line, isNegative: false,
                views: [MovementSeries.View(time: 0) { u, v in (u, v) }]))
        let best = evidence.best(about: line, speeds: [1])
        #expect(abs(best.agreement.correlation) < 0.5 && best.agreement.surprise < 8)
    }

    @Test("What aligners before wrote of movement is read, without what a copy would reach and what it adds")
    func before() throws {
        let stored = Data(#"{"correlation": 0.31, "seconds": 4, "weight": 0.08}"#.utf8)
        let movement = try JSONDecoder().decode(Match.Movement.self, from: stored)
        #expect(movement == Match.Movement(correlation: 0.31, expected: nil, seconds: 4, weight: 0.08, decades: nil))
    }

    @Test("Far less than a copy reaches lets next to nothing count; where that may be chance, nothing is concluded")
    func verdicts() {
        let take = MovementEvidence.Agreement(
            correlation: 0.1, steps: 40, freedom: 640, queryEnergy: 1, referenceEnergy: 1)
        #expect(MovementVerdict(take, expected: 0.5).weight == 0.04)
        #expect(!MovementVerdict(take, expected: 0.5).isConfirmed)
        // What a copy reaches counts whole, and so does what could be chance for both.
        let copy = MovementEvidence.Agreement(
            correlation: 0.8, steps: 40, freedom: 640, queryEnergy: 1, referenceEnergy: 1)
        #expect(MovementVerdict(copy, expected: 0.5).weight == 1 && MovementVerdict(copy, expected: 0.5).isConfirmed)
        #expect(MovementVerdict(take, expected: 0.1).weight == 1)
    }

    @Test("What agrees on the pictures' own line adds to their evidence, beyond what chance reaches")
    func proof() {
        func verdict(_ correlation: Double, onLine: Double) -> MovementVerdict {
            func agreement(_ correlation: Double) -> MovementEvidence.Agreement {
                MovementEvidence.Agreement(
                    correlation: correlation, steps: 20, freedom: 200, queryEnergy: 1, referenceEnergy: 1)
            }
            return MovementVerdict(agreement(correlation), onLine: agreement(onLine), expected: 0.4)
        }
        #expect(verdict(0.9, onLine: 0.9).decades == 4)
        // 100 ln 1.25 = 22.3 nats, 7.3 of them beyond 15: 3.2 decades.
        #expect(abs(verdict(0.447, onLine: 0.447).decades - 3.17) < 0.03)
        #expect(verdict(0.3, onLine: 0.3).decades == 0)
        // On another line it is no evidence for this one.
        #expect(verdict(0.9, onLine: 0.2).decades == 0 && verdict(0.9, onLine: 0.2).weight == 1)
        #expect(verdict(0.9, onLine: 0.9).elsewhere.decades == 0)
    }

    @Test("Two long takes that sway alike a little prove nothing, though much of them was compared")
    func longSway() {
        // A minute, 1,920 independent numbers: 39 nats, less than the least of copies would say.
        let sway = MovementEvidence.Agreement(
            correlation: 0.2, steps: 240, freedom: 1920, queryEnergy: 1, referenceEnergy: 1)
        #expect(abs(sway.surprise - 39.2) < 0.1)
        #expect(MovementVerdict(sway, onLine: sway, expected: 0).decades == 0)
        // And of what is far less than expected, nothing is added to what counts.
        let verdict = MovementVerdict(sway, onLine: sway, expected: 0.5)
        #expect(verdict.weight == 0.04 && verdict.decades == 0 && !verdict.isConfirmed)
    }

    @Test("What a copy would reach is asked of the longer of two lines, on which chance reaches less")
    func freerLine() {
        func agreement(_ correlation: Double, freedom: Double) -> MovementEvidence.Agreement {
            MovementEvidence.Agreement(
                correlation: correlation, steps: 12, freedom: freedom, queryEnergy: 1, referenceEnergy: 1)
        }
        // By chance the best of many lines reaches 0.40 of 56 numbers, and 0.31 of 94.
        let found = agreement(0.24, freedom: 56)
        #expect(MovementVerdict(found, expected: 0.4).weight == 1)
        #expect(MovementVerdict(found, onLine: agreement(0.02, freedom: 94), expected: 0.4).weight < 0.1)
    }

    @Test("Of a copy that trembles all over, as one filmed off a screen does, less is expected")
    func trembling() throws {
        let trace = Dance(seed: 1).movement(from: 0, seconds: 15).trace
        let line = Line(speed: 1, offset: 0, mirrored: false)
        func evidence(trembling: Int) throws -> MovementEvidence {
            let query = Dance(seed: 1, trembling: trembling).movement(from: 0, seconds: 15)
            let series = try #require(MovementSeries(query.field))
            return try #require(
                MovementEvidence(
                    series, trace, span: (0, 15), about: line, isNegative: false,
                    views: [MovementSeries.View(time: 0) { u, v in (u, v) }]))
        }
        let steady = try evidence(trembling: 0), trembling = try evidence(trembling: 12)
        let still = steady.wear(on: line, cleanness: 1)
        #expect(still.noise < 0.05 && still.steadiness == 1 && steady.agreement(on: line).correlation > 0.9)
        let noise = trembling.wear(on: line, cleanness: 1).noise, shaken = trembling.agreement(on: line)
        #expect(noise > 1 && shaken.correlation < 0.7, "\(noise) \(shaken)")
        // With as much noise as there is movement, a correlation falls to 1 / √2.
        let matching = MovementMatching.current
        var plain = shaken
        plain.hidden = 1
        let expected = [0.0, 1].map { matching.expected(plain, MovementMatching.Wear(cleanness: 1, noise: $0)) }
        #expect(abs(expected[1] - expected[0] / 2.0.squareRoot()) < 1e-9)
        #expect(matching.expected(shaken, MovementMatching.Wear(cleanness: 1, noise: noise)) < shaken.correlation)
    }

    @Test("Of a still out of what moves, and of what hardly moves at all, next to nothing is expected")
    func nothingExpected() {
        func expected(_ query: Double, _ reference: Double) -> Double {
            let agreement = MovementEvidence.Agreement(
                correlation: 0, steps: 40, freedom: 400, queryEnergy: query, referenceEnergy: reference)
            return MovementMatching.current.expected(agreement, MovementMatching.Wear(cleanness: 1))
        }
        // 0.6 √(energy / (energy + 0.1)) of the one that moves less, luma levels squared.
        #expect(abs(expected(5, 5) - 0.594) < 0.001)
        #expect(abs(expected(0.005, 5) - 0.131) < 0.001 && expected(0.005, 5) == expected(5, 0.005))
        let still = MovementEvidence.Agreement(
            correlation: 0, steps: 40, freedom: 400, queryEnergy: 0.005, referenceEnergy: 5)
        #expect(MovementVerdict(still, expected: expected(0.005, 5)).weight == 1)
    }

    @Test("A copy of which few places are left is one by what moves, and another take gains nothing by it")
    func faint() throws {
        func report(_ seed: UInt64, _ trace: MovementFingerprint, _ edit: PictureEdit) -> PairReport {
            let query = clip(Dance(seed: seed).movement(from: 5, seconds: 8), seconds: 8, edit: edit)
            return Aligner.compare(query: query, reference: clip(trace, seconds: 20))
        }
        let worn = PictureEdit(lost: 0.85, noise: 20, flips: 14)
        // About one decade beyond the search's price; a match needs four.
        let places = report(1, .none, worn)
        #expect(places.matches.isEmpty && (0.5...2).contains(places.nearest?.decades ?? 0))
        let match = try #require(report(1, reference, worn).matches.first)
        #expect(match.movement?.decades == 4 && abs(match.offset - 5) < 0.1)
        let take = report(2, reference, worn)
        #expect(take.matches.isEmpty && take.nearest?.movement?.decades ?? 0 == 0)
        // What alone does not pay for the search is asked, too: a line then, though still no match.
        let nearlyNothing = PictureEdit(lost: 0.9, noise: 60, flips: 14)
        #expect(report(1, .none, nearlyNothing).nearest == nil)
        let line = try #require(report(1, reference, nearlyNothing).nearest)
        #expect(line.movement?.decades == 4 && (3...4).contains(line.decades))
    }

    @Test("Cells that change alike count as one, and those that change by themselves each for itself")
    func freedom() {
        var dice = Dice(3)
        func change() -> Float { Float(dice.next() % 201) - 100 }
        let alike = (0..<400).map { _ in
            let change = change()
            return MovementEvidence.Cells((0..<16).map { $0 % 2 == 0 ? change : -change })
        }
        let apart = (0..<400).map { _ in MovementEvidence.Cells((0..<16).map { _ in change() }) }
        for (changes, range) in [(alike, 1.0...1.1), (apart, 14.0...16)] {
            let white = MovementEvidence.Changes(changes, MovementEvidence.Whitening(changes, width: 16))
            #expect(range.contains(white.freedom(beside: white)), "\(white.freedom(beside: white))")
            #expect(abs(white.correlation(0..<400, white, 0..<400).value - 1) < 1e-4)
        }
    }

    @Test("A step in which all happens counts for one, steps in which as much happens for all")
    func bursts() {
        func changes(_ loud: (Int) -> Float) -> MovementEvidence.Changes {
            var dice = Dice(6)
            let changes = (0..<20).map { step in
                MovementEvidence.Cells((0..<16).map { _ in loud(step) * (dice.next() % 2 == 0 ? 1 : -1) })
            }
            return MovementEvidence.Changes(changes, MovementEvidence.Whitening([.zero], width: 16))
        }
        let even = changes { _ in 1 }, cut = changes { $0 == 7 ? 50 : 0.1 }, halves = changes { $0 < 10 ? 1 : 0 }
        #expect(abs(even.correlation(0..<20, even, 0..<20).steps - 20) < 0.01)
        #expect(abs(cut.correlation(0..<20, cut, 0..<20).steps - 1) < 0.01)
        #expect(abs(halves.correlation(0..<20, halves, 0..<20).steps - 10) < 0.01)
        // Where loud steps meet quiet ones, those count that there are, and no more.
        let later = changes { $0 == 12 ? 50 : 0.1 }
        #expect(abs(cut.correlation(0..<20, even, 0..<20).steps - 20) < 0.01)
        #expect(cut.correlation(0..<20, later, 0..<20).steps == 20)
    }

    @Test("A light that all cells of two takes share does not make them alike")
    func sway() {
        // A third of what changes is a sway of the whole picture from left to right, the same in both takes.
        var dice = Dice(9)
        let sway = (0..<40).map { _ in Float(dice.next() % 201) - 100 }
        func take() -> [MovementEvidence.Cells] {
            sway.map { sway in
                MovementEvidence.Cells(
                    (0..<16).map { cell in sway * (Float(cell % 4) - 1.5) / 1.5 + (Float(dice.next() % 201) - 100) })
            }
        }
        let (one, other) = (take(), take())
        func correlation(_ whitening: MovementEvidence.Whitening) -> Double {
            MovementEvidence.Changes(one, whitening).correlation(
                0..<40, MovementEvidence.Changes(other, whitening), 0..<40
            ).value
        }
        let plain = MovementEvidence.Whitening([.zero], width: 16)
        #expect(correlation(plain) > 0.3)
        #expect(correlation(MovementEvidence.Whitening(one, width: 16)) < 0.15)
    }

    @Test("A reference with a trace that no extraction makes is refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        var odd = clip(reference, seconds: 20)
        odd.movement.trace.codes[5] = 8
        #expect(throws: IndexError.self) { try index.add([(Reference(id: "a"), odd)]) }
        // And in a comparison it is taken for the largest.
        #expect(!Aligner.compare(query: clip(reference, seconds: 20), reference: odd).matches.isEmpty)
    }

    @Test("Without movement to compare, as in an index from before, the same wall is a match")
    func unknown() {
        let query = clip(Dance(seed: 2).movement(from: 3, seconds: 8), seconds: 8)
        let report = Aligner.compare(query: query, reference: clip(.none, seconds: 20))
        #expect(!report.matches.isEmpty && report.matches.allSatisfy { $0.movement == nil })
    }

    @Test(
        "The same take is found at the second where it moves alike, though the wall fits any",
        arguments: [(7.25, 1.0), (1.5, 1.0), (4.0, 1.12), (9.0, 0.9)])
    func line(_ start: Double, _ speed: Double) throws {
        let movement = Dance(seed: 1).movement(from: start, seconds: 8, speed: speed)
        let match = try #require(report(clip(movement, seconds: 8)).matches.first)
        #expect(abs(match.speed * 4 + match.offset - (start + speed * 4)) < 0.1, "\(match.offset) \(match.speed)")
        #expect(abs(match.speed - speed) < 0.015)
        let found = try #require(match.movement)
        #expect(found.correlation > 0.8 && found.weight == 1 && found.decades == 4, "\(found)")
    }

    @Test("All lines of the wall end where it moves alike, though that is searched for but once")
    func lines() throws {
        let query = clip(Dance(seed: 1).movement(from: 7, seconds: 8), seconds: 8)
        let comparison = PairComparison(
            query: Prepared(query, as: .query), reference: Prepared(clip(reference, seconds: 20), as: .reference))
        let evidence = LocalEvidence(
            query: try #require(comparison.query.asking).straight, isMirrored: false,
            reference: comparison.reference.local, matching: .current)
        let found = evidence.paths().map(comparison.calibrated)
        func seconds(_ paths: [LocalEvidence.Path]) -> [Double] { paths.map { abs($0.line.reference(at: 4) - 11) } }
        #expect(seconds(found).contains { $0 > 0.5 } && found.count > 1)
        #expect(seconds(comparison.timed(found, evidence)).allSatisfy { $0 < 0.2 })
    }

    @Test(
        "It is found so in the mirror, cut, in a window, turned, and as a negative",
        arguments: [
            PictureEdit(mirrored: true), PictureEdit(left: 0.2, top: 0.1, shown: 0.7),
            PictureEdit(left: -0.9, top: -0.4, shown: 2), PictureEdit(turn: PictureTurn(quarters: 1)),
            PictureEdit(turn: PictureTurn(quarters: 3)), PictureEdit(turn: PictureTurn(isNegative: true)),
        ])
    func edited(_ edit: PictureEdit) throws {
        let movement = Dance(seed: 1).movement(from: 5, seconds: 8, edit: edit)
        let match = try #require(report(clip(movement, seconds: 8, edit: edit)).matches.first)
        #expect(abs(match.speed * 4 + match.offset - 9) < 0.15, "\(match.offset) \(match.speed)")
        #expect(match.movement?.correlation ?? 0 > 0.75)
    }

    @Test(
        "Backwards, at twice its speed, or with its halves or thirds in another order it is a copy all the same")
    func strange() throws {
        let dance = Dance(seed: 1)
        let backwards = dance.movement(from: 14, seconds: 9, speed: -1)
        let fast = dance.movement(from: 1, seconds: 9, speed: 2)
        let halves = dance.movement(seconds: 9) { $0 < 4.5 ? 12 + $0 : $0 - 1.5 }
        let thirds = dance.movement(seconds: 9) { $0 < 3 ? 14 + $0 : $0 < 6 ? 1 + $0 : $0 - 4 }
        for movement in [backwards, fast, halves, thirds] {
            let match = try #require(report(clip(movement, seconds: 9)).matches.first)
            #expect(match.movement?.weight == 1, "\(match.movement.debugDescription)")
        }
    }

    @Test("Where hardly anything moves, nothing is concluded from it")
    func still() {
        var quiet = reference
        quiet.trace.codes = quiet.trace.codes.map { _ in 0 }
        let still = MovementFingerprint(trace: quiet.trace, field: Dance(seed: 1).movement(from: 5, seconds: 0.2).field)
        #expect(!report(clip(still, seconds: 8)).matches.isEmpty)
        let moving = clip(Dance(seed: 2).movement(from: 3, seconds: 8), seconds: 8)
        #expect(!Aligner.compare(query: moving, reference: clip(quiet, seconds: 20)).matches.isEmpty)
    }

    @Test("An index keeps the trace alone, and gives the same verdicts after it was closed and written anew")
    func index() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        try index.add([
            (Reference(id: "a"), clip(reference, seconds: 20)), (Reference(id: "b"), clip(.none, seconds: 9)),
        ])
        try index.add([(Reference(id: "c"), clip(Dance(seed: 9).movement(from: 0, seconds: 20), seconds: 20))])
        let take = clip(Dance(seed: 1).movement(from: 7.25, seconds: 8), seconds: 8)
        func found(_ index: FingerprintIndex) throws -> [Match] {
            try index.lookup(take, id: "q", options: LookupOptions()).matches
        }
        let before = try found(index)
        #expect(Set(before.map(\.reference)) == ["a", "b"])
        try index.compact()
        let again = try FingerprintIndex(at: folder.path, create: false)
        try again.verify()
        #expect(try found(again) == before)
        #expect(try again.fingerprint(of: "a")?.movement == MovementFingerprint(trace: reference.trace))
        #expect(try again.fingerprint(of: "b")?.movement == MovementFingerprint.none)
    }
}
