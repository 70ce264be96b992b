import BenchmarkSupport
import Fingerprints
import Foundation

/// Local features that nobody filmed, as references keep them.
///
/// A minute is a row of real clips' features as `LocalSelection` chooses them: how many there are in a picture, how they
/// crowd, how large they are, which of them stay from picture to picture, is what was filmed. What must not stay is the
/// content, so each piece is mirrored by chance, shrunk to 70 to 100 % and shifted, and the codes of a reference are XORed
/// with one mask of its own, which keeps the distances inside it and makes it a stranger to all others.
///
/// The masks spread the codes evenly over the list, but for the two bits that are zero in nearly all codes. Real ones
/// crowd: in 58 clips, two features of different clips agree in the 20 bits that name a block 8 times as often as chance has
/// it, and one in five of these pairs is alike in all bits. So a real list of this size has longer blocks, and then
/// `LocalSearchParameters.postingsOfQuery` makes fewer features ask. Masks with fewer bits would keep more of the crowd,
/// and with it half of the planted clips themselves. Nor does this show real repetitions, as of a channel's logo.
struct PlaceSource {
    private let clips: [LocalFingerprint]

    init(from clips: [MediaFingerprint]) throws {
        let select = LocalSelection()
        self.clips = clips.map { select($0.local) }.filter { $0.featureCount > 20 }
        guard !self.clips.isEmpty else { throw BenchError("the clips have no local features") }
    }

    func reference(_ number: Int, seconds: Double) -> LocalFingerprint {
        var dice = Dice(UInt64(number) &* 104_729 &+ 3)
        func word() -> UInt32 { UInt32(truncatingIfNeeded: dice.next()) }
        let mask = LocalCode(word() & ~0xC000, word(), word())
        let end = UInt32(seconds * 1000)
        var frames: [LocalFrame] = [], from: UInt32 = 0
        while from < end {
            let clip = clips[dice.below(clips.count)]
            let share = Float(70 + dice.below(31)) / 100, isMirrored = dice.below(2) == 1
            let dx = (1 - share) * 65_535 * Float(dice.below(101)) / 100
            let dy = (1 - share) * 65_535 * Float(dice.below(101)) / 100
            let octaves = Int((16 * log2(Double(share))).rounded())
            for frame in clip.frames where from + frame.ptsMs < end {
                frames.append(
                    LocalFrame(
                        ptsMs: from + frame.ptsMs,
                        features: frame.features.map { feature in
                            let x = Float(isMirrored ? 65_535 - feature.x : feature.x)
                            return LocalFeature(
                                x: UInt16(share * x + dx) & 0xFF00 | 0x80,
                                y: UInt16(share * Float(feature.y) + dy) & 0xFF00 | 0x80,
                                scale: UInt8(max(0, Int(feature.scale) + octaves)), code: feature.code ^ mask)
                        }))
            }
            from += (clip.frames.last?.ptsMs ?? 0) + 2000
        }
        return LocalFingerprint(width: 512, height: 288, frames: frames)
    }
}
