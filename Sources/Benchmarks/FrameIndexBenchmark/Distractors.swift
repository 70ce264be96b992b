import BenchmarkSupport
import CKernels
import FingerprintIndex
import Fingerprints
import Foundation

/// References that nobody filmed: a minute of shots each, blended of real pictures' coefficients.
///
/// PDQ is linear up to its last step: luma, box filters, decimation and transform are, only the median is not. So a
/// weighted sum of the coefficients of pictures is that of the blended picture. Each scene blends three parts of real
/// frames and gives every row and column of coefficients a random sign: without those signs a few thousand sources would
/// become as many clusters, and every index that clusters would look better than it is.
///
/// A shot of 2 to 5 s drifts from scene to scene by turning its coefficients a little at each frame, by as much as
/// neighbouring frames of the real clips differ: each shot draws one of their distances.
///
/// Their places in pictures, what moves in them and their sound come from `PlaceSource`, `MovementSource` and `SoundSource`.
///
/// A reference is made from its number alone.
struct Distractors {
    private let sources: [[Float]]
    /// Bits between neighbouring frames of real clips, cuts left out.
    private let steps: [Int]
    private let places: PlaceSource
    private let movements: MovementSource
    private let sounds: SoundSource
    static let prefix = "made-"
    static let frames = 240

    init(from clips: [Clip], readings: [MediaFingerprint]) throws {
        places = try PlaceSource(from: readings)
        movements = MovementSource(from: readings)
        sounds = SoundSource(from: readings.map(\.audio.peaks))
        sources = clips.flatMap(\.crops).map { Self.normal($0.coefficients) }
        steps = clips.flatMap { clip in
            zip(clip.frames, clip.frames.dropFirst())
                .filter { $0.quality >= Picture.usable && $1.quality >= Picture.usable }
                .map { $0.hash.hammingDistance(to: $1.hash) }.filter { $0 < 100 }
        }
        guard sources.count >= 100, !steps.isEmpty else { throw BenchError("the clips have too few pictures") }
    }

    func pictures(_ number: Int, count: Int = Self.frames) -> [Picture] {
        var dice = Dice(UInt64(number) &* 7919 &+ 5)
        var pictures: [Picture] = []
        while pictures.count < count {
            var scene = scene(&dice)
            let bits = steps[dice.below(steps.count)]
            // Two vectors at an angle a have a / π of their signs different.
            let angle = Double(bits) / 256 * Double.pi
            let (keep, turn) = (Float(cos(angle)), Float(sin(angle)))
            for _ in 0..<8 + dice.below(13) where pictures.count < count {
                pictures.append(Picture(coefficients: scene, quality: 100))
                guard bits > 0 else { continue }
                let other = self.scene(&dice)
                for k in 0..<256 { scene[k] = keep * scene[k] + turn * other[k] }
            }
        }
        return pictures
    }

    private func scene(_ dice: inout Dice) -> [Float] {
        var sum = [Float](repeating: 0, count: 256)
        for _ in 0..<3 {
            let source = sources[dice.below(sources.count)], weight = Float(300 + dice.below(700))
            for k in 0..<256 { sum[k] += weight * source[k] }
        }
        let signs = dice.next()
        for row in 0..<16 {
            for column in 0..<16 where (signs >> UInt64(row) ^ signs >> UInt64(16 + column)) & 1 == 1 {
                sum[16 * row + column].negate()
            }
        }
        return Self.normal(sum)
    }

    private static func normal(_ values: [Float]) -> [Float] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / max(length, 1e-9) }
    }

    func reference(_ number: Int) -> (Reference, MediaFingerprint) {
        var made = fingerprint(pictures(number), perSecond: Clip.framesPerSecond, withMargins: false)
        if !sounds.isEmpty {
            var dice = Dice(UInt64(number) &* 15_485_863 &+ 1)
            made.audio = AudioFingerprint(peaks: sounds.peaks(seconds: made.duration, &dice))
        }
        made.local = places.reference(number, seconds: made.duration)
        made.movement = movements.reference(number, seconds: made.duration)
        return (Reference(id: "\(Self.prefix)\(number)", duration: made.duration), made)
    }
}
