import CKernels
import Fingerprints

/// Turns clips into the bytes of a `LocalSection`.
enum LocalSectionEncoder {
    /// - Parameter clips: as references keep them, in the order of the records.
    static func bytes(of clips: [LocalFingerprint]) -> [UInt8] {
        let frames = clips.reduce(0) { $0 + $1.frames.count }, features = clips.reduce(0) { $0 + $1.featureCount }
        precondition(features <= LocalSection.featuresMax, "\(features) local features in a segment")
        guard features > 0 else { return [] }
        let bits = LocalSection.blockBits(features: features)
        var writer = ByteWriter()
        writer.append(LocalSection.magic)
        for value in [
            LocalSection.formatVersion, UInt32(clips.count), UInt32(frames), UInt32(features), UInt32(bits),
        ] {
            writer.append(value)
        }
        writer.append(contentsOf: [UInt8](repeating: 0, count: LocalSection.checksumOffset - writer.bytes.count))
        writer.append(SectionChecksum.of(writer.bytes, 0..<LocalSection.checksumOffset))

        var frame = 0
        for clip in clips {
            writer.append(UInt32(frame))
            writer.append(clip.width)
            writer.append(clip.height)
            frame += clip.frames.count
        }
        writer.append(UInt64(frame))
        var feature = 0
        for clip in clips {
            for frame in clip.frames {
                writer.append(frame.ptsMs)
                writer.append(UInt32(feature))
                feature += frame.features.count
            }
        }
        writer.append(UInt64(feature) << 32)
        var keys: [UInt64] = []  // block, number, then the tag: one integer sorts by the first two
        keys.reserveCapacity(features)
        for clip in clips {
            for frame in clip.frames {
                for feature in frame.features {
                    let code = feature.code
                    writer.append(code.word0)
                    writer.append(code.word1)
                    writer.append(code.word2)
                    writer.append(UInt8(feature.x >> 8))
                    writer.append(UInt8(feature.y >> 8))
                    writer.append(feature.scale)
                    let word = moire_local_list_word(code.word0, code.word1)
                    let block = word & (1 << UInt64(bits) - 1), tag = (word >> UInt64(bits)) & 0xFFFF
                    keys.append(block << 40 | UInt64(keys.count) << 16 | tag)
                }
            }
        }
        writer.pad(to: 8)
        keys.sort()
        var posting = 0
        for block in 0...(1 << bits) {
            while posting < features, Int(keys[posting] >> 40) < block { posting += 1 }
            writer.append(UInt32(posting))
        }
        writer.pad(to: 8)
        for key in keys { writer.append(UInt16(truncatingIfNeeded: key)) }
        writer.pad(to: 8)
        for key in keys {
            writer.append(UInt16(truncatingIfNeeded: key >> 16))
            writer.append(UInt8(truncatingIfNeeded: key >> 32))
        }
        writer.pad(to: 8)
        return writer.bytes
    }
}
