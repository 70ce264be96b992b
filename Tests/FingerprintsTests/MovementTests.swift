@testable import Fingerprints
import Frames
import Testing

@Suite("How parts of a picture change")
struct MovementTests {
    /// A picture of which the left half is lit so much.
    private func half(_ level: UInt8) -> LumaImage {
        var picture = LumaImage(width: 64, height: 64, filledWith: 100)
        for y in 0..<64 { for x in 0..<32 { picture[x, y] = 100 + level } }
        return picture
    }

    private func movement(_ frames: [(Double, LumaImage)]) -> MovementFingerprint {
        var fingerprinter = MovementFingerprinter()
        for (pts, picture) in frames { fingerprinter.add(FrameTick(pts: pts, thumb: picture)) }
        return fingerprinter.finish()
    }

    /// Frames of `seconds` at a rate, the half lit in the times given.
    private func flashing(_ seconds: Double, rate: Double, at times: Range<Double>, _ level: UInt8 = 12)
        -> MovementFingerprint
    {
        movement(
            (0..<Int(seconds * rate)).map { frame in
                let pts = Double(frame) / rate
                return (pts, half(times.contains(pts) ? level : 0))
            })
    }

    /// The codes of the upper left and the upper right cell, step by step.
    private func sides(_ trace: MovementTrace) -> (left: [Int8], right: [Int8]) {
        let rows = stride(from: 0, to: trace.codes.count, by: MovementTrace.cells)
        return (rows.map { trace.codes[$0] }, rows.map { trace.codes[$0 + 3] })
    }

    @Test("A half that lights up for a quarter of a second is brighter than itself, and than the other, in that step")
    func flash() {
        let found = flashing(2.5, rate: 64, at: 1..<1.25)
        #expect(found.trace.steps == 10)
        #expect(sides(found.trace).left == [0, 0, -4, -4, 6, -4, -4, 0, 0, 0])
        #expect(sides(found.trace).right == [0, 0, 4, 4, -6, 4, 4, 0, 0, 0])
    }

    @Test("A picture that stays, and one that gets brighter as a whole, do not move")
    func steady() throws {
        let still = movement((0..<40).map { (Double($0) / 8, half(12)) })
        #expect(still.trace == MovementTrace(codes: [Int8](repeating: 0, count: 20 * 16)))
        let brighter = movement(
            (0..<40).map { (Double($0) / 8, LumaImage(width: 64, height: 64, filledWith: UInt8(60 + 4 * $0))) })
        #expect(brighter.trace.codes.allSatisfy { $0 == 0 })
        // A step written out, and 39 that are the same.
        #expect(still.field.steps == 40 && still.field.bytes.count == 1 + 2 * 1024 + 39)
        #expect(
            try still.field.levels().prefix(16) == [
                448, 448, 448, 448, 448, 448, 448, 448, 448, 448, 448, 448, 448, 448, 448, 448,
            ])
        #expect(try still.field.levels()[16] == 400)
    }

    @Test("Frame rates, frames that were left out and a frame held for a second make next to no difference")
    func rates() {
        let usual = sides(flashing(4, rate: 60, at: 1..<2).trace).left
        for rate in [24.0, 30, 16] {
            let other = sides(flashing(4, rate: rate, at: 1..<2).trace).left
            #expect(zip(usual, other).allSatisfy { abs($0 - $1) <= 2 }, "\(rate): \(other), not \(usual)")
        }
        // Of pictures that are held, the change begins half a step of the trace before the next.
        let held = movement([(0, half(0)), (1, half(12)), (2, half(0)), (3.99, half(0))])
        #expect(sides(held.trace).left == [0, -3, -5, -4, 5, 4, 5, 4, -5, -4, 0, 0, 0, 0, 0, 0])
    }

    @Test(
        "A video that starts late stands still before; times that go back, are none or lie beyond half a day are left out"
    )
    func times() {
        #expect(movement([]) == .none)
        #expect(movement([(.nan, half(0)), (-1, half(0)), (50_000, half(0))]) == .none)
        let late = movement([(1, half(0)), (0.5, half(50)), (1, half(50)), (2, half(0)), (.infinity, half(9))])
        #expect(late.trace == MovementTrace(codes: [Int8](repeating: 0, count: 8 * 16)))
        #expect(late.field.steps == 17)
    }

    @Test("However long a frame is held, at most 17 minutes of a field and half a day of a trace are kept")
    func endless() {
        let found = movement([(0, half(0)), (43_200, half(9)), (43_201, half(0))])
        #expect(found.field.steps == FingerprintLimits.movementFieldSteps)
        #expect(found.trace.steps == FingerprintLimits.movementSteps)
    }

    @Test("Codes stand for levels in seven classes of either sign, from 0.06 to 12 and more")
    func classes() {
        let levels = [0, 0.05, 0.07, 0.2, 0.5, 1, 2, 5, 9, 200]
        #expect(levels.map(MovementTrace.code) == [0, 0, 1, 2, 3, 4, 5, 6, 7, 7])
        #expect(levels.map { MovementTrace.code(-$0) } == [0, 0, -1, -2, -3, -4, -5, -6, -7, -7])
        for code in Int8(1)...7 {
            let level = Double(MovementTrace.levels[Int(code) + 7])
            #expect(MovementTrace.code(level) == code && MovementTrace.levels[7 - Int(code)] == Float(-level))
        }
    }

    // MARK: The stored form

    private func media(_ movement: MovementFingerprint) -> MediaFingerprint {
        MediaFingerprint(
            duration: 1, video: VideoFingerprint(frames: []), audio: AudioFingerprint(peaks: []), movement: movement)
    }

    @Test("What is stored comes back, and has the documented bytes")
    func stored() throws {
        let found = flashing(2.5, rate: 64, at: 1..<1.25)
        #expect(try MediaFingerprint(decoding: media(found).encoded()) == media(found))
        var codes = [Int8](repeating: 0, count: 5 * 16)
        codes[2 * 16] = 7
        codes[2 * 16 + 1] = -7
        // Five steps: two still, one written out, two still and none written.
        let expected: [UInt8] = [5, 2, 1, 0x1F] + [UInt8](repeating: 0x88, count: 7) + [2, 0]
        #expect(MovementCoding.encode(MovementTrace(codes: codes)) == expected)
        #expect(try MovementCoding.decode(expected) == MovementTrace(codes: codes))
    }

    @Test(
        "Bytes that are no trace in its only form are refused",
        arguments: [
            ([], .truncated), ([1], .truncated), ([1, 0], .truncated), ([1, 0, 1], .truncated),
            // More steps than there are, and none at all; a run that should have been one with the next.
            ([1, 2, 0], .malformed), ([1, 0, 0], .malformed), ([2, 1, 0, 1, 0], .malformed),
            // A step that is written out and still; a code of -8; bytes left over; more than half a day.
            ([1, 0, 1] + [UInt8](repeating: 0x88, count: 8), .malformed),
            ([1, 0, 1] + [UInt8](repeating: 0x08, count: 8), .malformed),
            ([1, 1, 0, 0], .malformed), ([0x81, 0xC6, 0x0A, 0], .overLimit),
        ] as [([UInt8], FingerprintError.Code)])
    func refused(_ bytes: [UInt8], _ code: FingerprintError.Code) {
        #expect { try MovementCoding.decode(bytes) } throws: { ($0 as? FingerprintError)?.code == code }
    }

    @Test("Of a step in which few cells jump, these alone are written whole")
    func jumps() throws {
        let dark = [UInt16](repeating: 100, count: 1024)
        var lit = dark
        lit[3] = 1000
        lit[4] = 90
        var field = MovementField.none
        field.append(dark, after: [])
        field.append(lit, after: dark)
        #expect(field.bytes.count == 1 + 2 * 1024 + 1 + 1024 + 2)
        #expect(field.bytes[2049..<2058] == [3, 0, 0, 0, 0x80, 0xE8, 3, 0xF6, 0])
        #expect(try field.levels() == dark + lit)
        // Where most jump, all are.
        field.append([UInt16](repeating: 700, count: 1024), after: lit)
        #expect(field.bytes.count == 3076 + 2049)
    }

    @Test("A field whose steps are not in their shortest form, or are not all there, is refused")
    func fields() {
        let first: [UInt8] = [2] + [UInt8](repeating: 0, count: 2048)
        let fields: [(Int, [UInt8])] = [
            (1, []), (1, [0]), (1, Array(first.dropLast())), (1, first + [0]), (2, first), (2, first + [3]),
            (2, first + [4] + [UInt8](repeating: 1, count: 1024)),
            // Mixed: what would be near, a jump that is none, and so many that the whole step is shorter.
            (2, first + [3] + [UInt8](repeating: 1, count: 1024)), (2, first + [3, 0x80, 9]),
            (2, first + [3, 0x80, 9, 0, 0x80, 0xE8, 3] + [UInt8](repeating: 0, count: 1022)),
            (2, first + [3] + (0..<1024).flatMap { _ in [0x80, 0xE8, 3] as [UInt8] }),
            (2, first + [1] + [UInt8](repeating: 0, count: 1024)),
            (2, first + [2, 100, 0] + [UInt8](repeating: 0, count: 2046)),
            (2, first + [1, 0xFF] + [UInt8](repeating: 0, count: 1023)),
            (1, [2, 0xFD, 3] + [UInt8](repeating: 0, count: 2046)),
        ]
        for (steps, bytes) in fields {
            #expect(throws: FingerprintError.self, "\(steps) of \(bytes.count)") {
                try MovementField(steps: steps, bytes: bytes).levels()
            }
        }
    }
}
