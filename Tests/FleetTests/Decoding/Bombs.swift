import Foundation

/// Files that are small and ask for much. Each says in its own format's terms what no machine could give.
enum Bombs {
    // MARK: Matroska (RFC 9559)

    /// An element: id, a size of eight bytes, content.
    static func element(_ id: UInt32, _ content: [UInt8]) -> [UInt8] {
        head(id, UInt64(content.count)) + content
    }

    static func head(_ id: UInt32, _ size: UInt64) -> [UInt8] {
        big(id).drop { $0 == 0 } + [0x01] + big(size).dropFirst()
    }

    static func number(_ id: UInt32, _ value: UInt64) -> [UInt8] { element(id, big(value)) }

    static func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// - Parameter scale: nanoseconds a tick of the clusters' clock lasts.
    static func matroska(scale: UInt64 = 1_000_000, tracks: [UInt8], clusters: [UInt8] = []) -> [UInt8] {
        let info = element(0x1549_A966, number(0x2AD7B1, scale))
        return element(0x1A45_DFA3, element(0x4282, Array("matroska".utf8)))
            + element(0x1853_8067, info + element(0x1654_AE6B, tracks) + clusters)
    }

    static func track(_ number: UInt64, kind: UInt64, codec: String, _ more: [UInt8] = []) -> [UInt8] {
        element(
            0xAE,
            self.number(0xD7, number) + self.number(0x83, kind) + element(0x86, Array(codec.utf8)) + more)
    }

    static func video(width: UInt64, height: UInt64) -> [UInt8] {
        element(0xE0, number(0xB0, width) + number(0xBA, height))
    }

    /// Blocks of track 1 with `payload` each, `ticks` apart, a thousand in a cluster.
    static func clusters(blocks: Int, ticks: Int, payload: [UInt8]) -> [UInt8] {
        var all: [UInt8] = []
        for first in stride(from: 0, to: blocks, by: 1000) {
            var cluster = number(0xE7, UInt64(first * ticks))
            for block in 0..<min(1000, blocks - first) {
                let time = Int16(block * ticks)
                // Four bytes of size would do; one keeps a block of a byte at seven bytes.
                cluster += [0xA3, 0x80 | UInt8(4 + payload.count), 0x81] + big(time) + [0x80] + payload
            }
            all += element(0x1F43_B675, cluster)
        }
        return all
    }

    /// Mono, 48 kHz, as in RFC 7845; a packet of one byte is then a whole frame of silence, 20 ms.
    static let opusTrack = track(
        1, kind: 2, codec: "A_OPUS",
        element(0x63A2, Array("OpusHead".utf8) + [1, 1, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0])
            + element(0xE1, element(0xB5, big(Float64(48_000).bitPattern)) + number(0x9F, 1)))

    // MARK: H.264 (ITU-T H.264, 7.3.2.1)

    /// An avcC with a sequence parameter set of baseline profile, `macroblocks` wide and high.
    static func parameterSets(macroblocks: Int) -> [UInt8] {
        var bits = ""
        func golomb(_ value: Int) {
            let text = String(value + 1, radix: 2)
            bits += String(repeating: "0", count: text.count - 1) + text
        }
        golomb(0)  // id
        golomb(0)  // log2_max_frame_num - 4
        golomb(2)  // order of pictures: as decoded
        golomb(1)  // reference frames
        bits += "0"
        golomb(macroblocks - 1)
        golomb(macroblocks - 1)
        bits += "1100" + "1"  // frames only, direct inference, no cropping, no usability information; stop
        while bits.count % 8 != 0 { bits += "0" }
        let sequence: [UInt8] =
            [0x67, 66, 0, 62]
            + stride(from: 0, to: bits.count, by: 8).map {
                UInt8(bits.dropFirst($0).prefix(8), radix: 2) ?? 0
            }
        let picture: [UInt8] = [0x68, 0xCE, 0x38, 0x80]
        return [1, 66, 0, 62, 0xFF, 0xE1] + big(UInt16(sequence.count)) + sequence
            + [1] + big(UInt16(picture.count)) + picture
    }

    // MARK: MP4 (ISO/IEC 14496-12)

    static func box(_ type: String, _ content: [UInt8], claiming size: UInt32? = nil) -> [UInt8] {
        big(size ?? UInt32(content.count + 8)) + Array(type.utf8) + content
    }

    static let fileType = box("ftyp", Array("isom".utf8) + [0, 0, 2, 0] + Array("isomiso2mp41".utf8))

    /// A movie box inside a movie box inside ...
    static func nested(_ type: String, times: Int) -> [UInt8] {
        var bytes = fileType
        for depth in 0..<times { bytes += big(UInt32((times - depth) * 8)) + Array(type.utf8) }
        return bytes
    }

    /// A picture track whose table of sizes says that it has `samples` of them.
    static func manySamples(_ samples: UInt32) -> [UInt8] {
        let zeros: (Int) -> [UInt8] = { [UInt8](repeating: 0, count: $0) }
        let entry = box("mp4v", zeros(6) + [0, 1] + zeros(16) + [0, 64, 0, 64] + zeros(50))
        let table =
            box("stsd", zeros(4) + big(UInt32(1)) + entry)
            + box("stts", zeros(4) + big(UInt32(1)) + big(samples) + big(UInt32(1)))
            + box("stsc", zeros(4) + big(UInt32(1)) + big(UInt32(1)) + big(UInt32(1)) + big(UInt32(1)))
            + box("stsz", zeros(4) + big(UInt32(1)) + big(samples))
            + box("stco", zeros(4) + big(samples))
        let media =
            box("mdhd", zeros(12) + big(UInt32(1000)) + big(UInt32(samples)) + zeros(4))
            + box("hdlr", zeros(8) + Array("vide".utf8) + zeros(13))
            + box("minf", box("vmhd", zeros(12)) + box("stbl", table))
        let header = box("tkhd", [0, 0, 0, 3] + zeros(8) + big(UInt32(1)) + zeros(68))
        let movie = box("mvhd", zeros(12) + big(UInt32(1000)) + zeros(80))
        return fileType + box("moov", movie + box("trak", header + box("mdia", media)))
    }

    // MARK: GIF (GIF89a, 18 to 22)

    /// One picture as large as the format can say.
    static let gif: [UInt8] =
        Array("GIF89a".utf8) + [0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
        + [0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x4C, 0x01, 0, 0x3B]
}
