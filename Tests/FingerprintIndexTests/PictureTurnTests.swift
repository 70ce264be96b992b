import CKernels
@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Turned pictures")
struct PictureTurnTests {
    private func words(_ words: (UInt32, UInt32, UInt32)) -> [UInt32] { [words.0, words.1, words.2] }

    private func turned(_ code: [UInt32], weak: [UInt32] = [0, 0, 0], _ quarters: Int32, negative: Bool = false)
        -> moire_local_code
    {
        var codes = [
            moire_local_code(
                code: (code[0], code[1], code[2]), weak: (weak[0], weak[1], weak[2]),
                weaker: (weak[0], weak[1], weak[2]))
        ]
        // As many codes as there are.
        unsafe moire_local_turn(&codes, codes.count, quarters, negative ? 1 : 0)
        return codes[0]
    }

    /// Bits 1 and 2 are the cosine and the sine of the first harmonic: east and south of a gradient.
    @Test("Turned clockwise, east is south: the sine takes the cosine's sign, the cosine the sine's turned round")
    func gradient() {
        let none = turned([0, 0, 0], 1).code.0
        #expect(turned([0b010, 0, 0], 1).code.0 ^ none == 0b100)
        #expect(turned([0b100, 0, 0], 1).code.0 ^ none == 0b010)
        #expect(none & 0b110 == 0b010)
        #expect(turned([0, 0, 0], 2).code.0 & 0b110 == 0b110)
        #expect(turned([0, 0, 0], 3).code.0 & 0b110 == 0b100)
        #expect(turned([0, 0, 0], 0, negative: true).code.0 & 0b111 == 0b111)
    }

    @Test("Four quarters are none, a quarter and three are none, two are a half; weak bits move and never flip")
    func group() {
        var dice = Dice(3)
        for _ in 0..<100 {
            let code = (0..<3).map { _ in UInt32(truncatingIfNeeded: dice.next()) }
            let weak = (0..<3).map { _ in UInt32(truncatingIfNeeded: dice.next()) }
            var copy = moire_local_code(
                code: (code[0], code[1], code[2]), weak: (weak[0], weak[1], weak[2]), weaker: (0, 0, 0))
            func turn(_ quarters: Int32) {
                var codes = [copy]
                unsafe moire_local_turn(&codes, 1, quarters, 0)
                copy = codes[0]
            }
            turn(1)
            let quarter = copy
            func ones(_ words: [UInt32]) -> Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
            #expect(ones(words(quarter.weak)) == ones(weak))
            #expect(words(quarter.weaker) == [0, 0, 0])
            turn(1)
            #expect(words(copy.code) == words(turned(code, 2).code) && words(copy.weak) == weak)
            turn(1)
            #expect(words(copy.code) == words(turned(code, 3).code))
            turn(1)
            #expect(words(copy.code) == code && words(copy.weak) == weak)
            #expect(words(turned(words(quarter.code), 3).code) == code)
            #expect(words(turned(words(turned(code, 0, negative: true).code), 0, negative: true).code) == code)
        }
    }

    @Test("The upper left corner goes to the upper right, the lower right, the lower left; and back")
    func corners() {
        for (quarters, u, v) in [(0, 0.1, 0.2), (1, 0.8, 0.1), (2, 0.9, 0.8), (3, 0.2, 0.9)] {
            let turn = PictureTurn(quarters: quarters), place = turn.turned(0.1, 0.2)
            #expect(abs(place.u - u) < 1e-12 && abs(place.v - v) < 1e-12, "\(quarters): \(place)")
            let back = turn.back(place.u, place.v)
            #expect(abs(back.u - 0.1) < 1e-12 && abs(back.v - 0.2) < 1e-12)
        }
    }

    @Test("Places and sizes of a turned clip, and the surest features of each frame")
    func print() {
        let feature = LocalFeature(x: 6554, y: 13_107, scale: 70, contrast: 9, code: LocalCode(1, 2, 3))
        let local = LocalFingerprint(
            width: 512, height: 256,
            frames: [
                LocalFrame(ptsMs: 0, features: Array(repeating: feature, count: 100)),
                LocalFrame(ptsMs: 500, features: Array(repeating: feature, count: 3)),
            ])
        let clip = LocalPrint(local, timelineSeconds: 10)
        for (quarters, x, y) in [(1, Float(0.3), Float(0.1)), (2, 0.9, 0.3), (3, 0.2, 0.9)] {
            let turned = clip.turned(PictureTurn(quarters: quarters))
            #expect(abs(turned.x[0] - x) < 1e-4 && abs(turned.y[0] - y) < 1e-4, "\(quarters)")
            #expect((turned.width, turned.height) == (quarters == 2 ? (1, 0.5) : (0.5, 1)))
            #expect(turned.size == clip.size && turned.times == clip.times)
        }
        let surest = clip.surest(oneIn: 8, least: 6)
        #expect(surest.starts == [0, 12, 15] && surest.codes.count == 15 && surest.owners.last == 1)
    }
}
