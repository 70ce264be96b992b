import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Foundation

/// A damaged frame of a planted clip.
struct FrameQuery {
    var picture: Picture
    /// Bits from the frame of the same time.
    var distance: Int

    static let classes = [0...15, 16...31, 32...48, 49...64, 65...80, 81...96]
    static let perClass = 60

    /// Frames of every class, spread over clips and damages by chance.
    static func drawn(from planted: [Clip]) -> [FrameQuery] {
        var all: [FrameQuery] = []
        for clip in planted {
            for damage in Clip.Damage.allCases where damage != .whole {
                for (clean, damaged) in zip(clip.frames, clip.damaged[damage] ?? [])
                where clean.quality >= Picture.usable && damaged.quality >= Picture.usable {
                    all.append(
                        FrameQuery(picture: damaged, distance: clean.hash.hammingDistance(to: damaged.hash)))
                }
            }
        }
        var dice = Dice(77)
        all.shuffle(using: &dice)
        return classes.flatMap { range in all.filter { range ~= $0.distance }.prefix(perClass) }
    }
}

/// Sixteen damaged frames of one clip, as a lookup would ask for them.
struct VideoQuery {
    var frames: [Picture]
    /// nil where nothing in the index shows it.
    var answer: String?

    static func whole(_ clips: [Clip], planted: Bool) -> [VideoQuery] {
        clips.compactMap { clip in
            let frames = (clip.damaged[.whole] ?? []).prefix(Clip.wholeFrames)
            guard frames.count(where: { $0.quality >= Picture.usable }) >= 8 else { return nil }
            return VideoQuery(frames: Array(frames), answer: planted ? clip.name : nil)
        }
    }

    /// Of distractors that are not in the index; every second one a still, its first frame again and again.
    static func unrelated(_ distractors: Distractors, count: Int) -> [VideoQuery] {
        (0..<count).map { number in
            let frames = distractors.pictures(1 << 40 + number, count: Clip.wholeFrames)
            return VideoQuery(
                frames: number % 2 == 0 ? frames : Array(repeating: frames[0], count: frames.count), answer: nil)
        }
    }
}

extension PDQHash {
    var words: [UInt64] { [word0, word1, word2, word3] }
}

/// Writes hashes as the other programs read them.
func write(_ hashes: [PDQHash], to path: String) throws {
    var bytes = Data()
    for word in hashes.flatMap(\.words) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    try bytes.write(to: URL(fileURLWithPath: path))
}
