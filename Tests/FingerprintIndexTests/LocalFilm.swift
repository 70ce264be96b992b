import CKernels
@testable import FingerprintIndex
import Fingerprints
import Glibc

/// A film whose places are known at every time: eighty a second come and go after a second and a half, so that 120 are
/// to be seen at once. The picture is 16:9.
struct LocalFilm {
    var seed: UInt64
    var lifeSeconds = 1.5
    var inPicture = 120

    static let height = 0.5625

    /// Places at a time, as extraction would give them.
    func features(at time: Double) -> [LocalFeature] {
        let perSecond = Double(inPicture) / lifeSeconds
        let last = Int((time * perSecond).rounded(.down))
        return (last - inPicture + 1...last).map { number in
            var dice = Dice(seed &* 1_000_003 &+ UInt64(number + 1_000_000))
            func share() -> Double { Double(dice.next() % 65_536) / 65_536 }
            return LocalFeature(
                x: Self.units(0.02 + 0.96 * share()),
                y: Self.units(Self.height * (0.04 + 0.92 * share())),
                scale: UInt8(50 + 40 * share()), contrast: UInt8(6 + 40 * share()), code: .random(&dice))
        }
    }

    /// Two frames a second of `seconds` from `start`, played `speed` times as fast, and changed by an edit.
    func frames(
        from start: Double, seconds: Double, speed: Double = 1, edit: PictureEdit = PictureEdit(), noiseSeed: UInt64 = 1
    ) -> LocalFingerprint {
        var dice = Dice(noiseSeed)
        return LocalFingerprint(
            width: edit.turn.quarters & 1 == 1 ? 288 : 512, height: edit.turn.quarters & 1 == 1 ? 512 : 288,
            frames: (0..<Int(seconds * 2)).map { index in
                let time = Double(index) / 2
                return LocalFrame(
                    ptsMs: UInt32(time * 1000), features: edit.applied(features(at: start + time * speed), &dice))
            })
    }

    static func units(_ share: Double) -> UInt16 { UInt16(max(0, min(65_535, share * 65_536))) }
}

/// What somebody does to a picture, and what is lost by it.
struct PictureEdit {
    /// The part of the picture that is shown over the whole, shares of width and height; larger than the picture for one
    /// that is shown small.
    var left = 0.0
    var top = 0.0
    /// The same of both sides.
    var shown = 1.0
    var mirrored = false
    /// Where a camera sees what is left of it, units of the longest side.
    var seen: Homography?
    /// After all that.
    var turn = PictureTurn.none
    /// Share of the features that go.
    var lost = 0.0
    /// Features that come anew in each frame.
    var noise = 0
    /// Bits of each code that flip.
    var flips = 0

    /// Half of the features lost, as many new ones, 15 % of the bits wrong.
    func worn() -> PictureEdit {
        var copy = self
        (copy.lost, copy.noise, copy.flips) = (0.5, 60, 14)
        return copy
    }

    func applied(_ features: [LocalFeature], _ dice: inout Dice) -> [LocalFeature] {
        var result: [LocalFeature] = []
        for var feature in features {
            let isLost = Double(dice.next() % 1000) < lost * 1000
            var x = (Double(feature.place.x) - left) / shown
            var y = (Double(feature.place.y) - top * LocalFilm.height) / shown
            if let seen {
                let size = seen.enlarging(x, y)
                (x, y) = seen(x, y)
                feature.scale = UInt8(max(0, min(255, Double(feature.scale) + 16 * log2(size))).rounded())
            }
            guard !isLost, x > 0, x < 1, y > 0, y < LocalFilm.height else { continue }
            feature.x = LocalFilm.units(mirrored ? 1 - x : x)
            feature.y = LocalFilm.units(y)
            feature.scale = UInt8(max(0, min(255, Double(feature.scale) - 16 * log2(shown))).rounded())
            if mirrored { feature.code = feature.code.mirrored }
            feature = feature.turned(turn)
            feature.worn(bits: flips, &dice)
            result.append(feature)
        }
        for _ in 0..<noise {
            var feature = LocalFeature(
                x: UInt16(dice.next() % 65_536), y: UInt16(dice.next() % 36_864), scale: UInt8(50 + dice.next() % 40),
                contrast: UInt8(4 + dice.next() % 20), code: .random(&dice)
            ).turned(turn)
            feature.worn(bits: 0, &dice)
            result.append(feature)
        }
        return result.shuffled(using: &dice)
    }
}

extension Homography {
    /// Of lengths about a place.
    func enlarging(_ x: Double, _ y: Double) -> Double {
        let step = 1e-4, here = self(x, y), right = self(x + step, y), down = self(x, y + step)
        let area = (right.x - here.x) * (down.y - here.y) - (right.y - here.y) * (down.x - here.x)
        return (abs(area) / (step * step)).squareRoot()
    }
}

extension LocalFeature {
    /// In the turned picture, of which the longest side stays what it is.
    func turned(_ turn: PictureTurn) -> LocalFeature {
        var copy = self
        let (x, y) = (Double(place.x), Double(place.y)), height = LocalFilm.height
        switch turn.quarters {
        case 1: (copy.x, copy.y) = (LocalFilm.units(height - y), LocalFilm.units(x))
        case 2: (copy.x, copy.y) = (LocalFilm.units(1 - x), LocalFilm.units(height - y))
        case 3: (copy.x, copy.y) = (LocalFilm.units(y), LocalFilm.units(1 - x))
        default: break
        }
        var codes = [moire_local_code(code, weak: .zero, weaker: .zero)]
        unsafe moire_local_turn(&codes, 1, Int32(turn.quarters), turn.isNegative ? 1 : 0)
        copy.code = LocalCode(codes[0].code.0, codes[0].code.1, codes[0].code.2)
        return copy
    }

    /// Flips bits, two thirds of them among the quarter that counts as weak.
    mutating func worn(bits: Int, _ dice: inout Dice) {
        let order = (1..<96).shuffled(using: &dice)
        let strong = bits / 3
        code = code.flipping(order.prefix(bits))
        weak = LocalCode.zero.flipping(order[strong..<strong + 24])
        weaker = LocalCode.zero.flipping(order[strong..<strong + 8])
    }
}

extension LocalCode {
    static func random(_ dice: inout Dice) -> LocalCode {
        let (low, high) = (dice.next(), dice.next())
        return LocalCode(
            UInt32(truncatingIfNeeded: low), UInt32(truncatingIfNeeded: low >> 32), UInt32(truncatingIfNeeded: high))
    }

    func flipping(_ bits: some Sequence<Int>) -> LocalCode {
        var words = [word0, word1, word2]
        for bit in bits { words[bit / 32] ^= 1 << UInt32(bit % 32) }
        return LocalCode(words[0], words[1], words[2])
    }
}

extension LocalFingerprint {
    /// Later by as many milliseconds.
    func later(ms: UInt32) -> [LocalFrame] { frames.map { LocalFrame(ptsMs: $0.ptsMs + ms, features: $0.features) } }
}
