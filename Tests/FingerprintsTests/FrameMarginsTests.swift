import CKernels
import Fingerprints
import Frames
import Testing

@Suite("How sure each bit of a frame is")
struct FrameMarginsTests {
    private func margins(_ coefficients: [Float]) -> FrameMargins {
        var low: [UInt64] = [0, 0, 0, 0], high = low
        // The kernel reads 256 values and writes four words to each.
        unsafe moire_pdq_margins(coefficients, &low, &high)
        return FrameMargins(
            low: PDQHash(low[0], low[1], low[2], low[3]), high: PDQHash(high[0], high[1], high[2], high[3]))
    }

    @Test("The 64 coefficients nearest to the median have level 0, the farthest level 3")
    func quarters() {
        // 0, 1, ... 255: the median of PDQ is the 128th smallest, 127; bit 127 is nearest, bit 255 farthest.
        let found = margins((0..<256).map { Float($0) })
        #expect(found.level(127) == 0)
        #expect(found.level(128) == 0)
        #expect(found.level(255) == 3)
        #expect(found.level(0) == 3)
        #expect((0..<4).map { level in (0..<256).count { found.level($0) == level } } == [64, 64, 64, 64])
        // Near the median on both sides: 32 below, 31 above, and the median itself.
        #expect((0..<256).filter { found.level($0) == 0 } == Array(95...158))
    }

    @Test("Sixty-four of each level, also where coefficients are equal, enormous or no numbers", arguments: 0..<6)
    func always(_ kind: Int) {
        var random = Random(state: UInt64(kind))
        let values = (0..<256).map { place -> Float in
            switch kind {
            case 0: 0
            case 1: place % 2 == 0 ? 1e30 : -1e30
            case 2: .infinity
            case 3: .nan
            case 4: Float(Int(random.next() % 5)) - 2
            default: Float(Int(random.next() % 2001)) - 1000
            }
        }
        let found = margins(values)
        #expect((0..<4).map { level in (0..<256).count { found.level($0) == level } } == [64, 64, 64, 64])
    }

    @Test("Bits that a little noise flips are of low levels")
    func noise() {
        var hasher = PDQHasher()
        let clean = rings()
        let (result, margins, _) = hasher.hashToAsk(clean, number: 0)
        #expect(result == PDQ.hash(clean))
        var random = Random(state: 3)
        let shades = (0..<997).map { _ in Int(random.next() % 25) - 12 }
        let noisy = LumaImage(
            width: clean.width, height: clean.height,
            pixels: clean.pixels.indices.map { at in
                // Every square of 16 pixels a side is brighter or darker by up to 12.
                let square = at % clean.width / 16 + 64 * (at / clean.width / 16)
                return UInt8(clamping: Int(clean.pixels[at]) + shades[square % shades.count])
            })
        let other = hasher.hash(noisy).hash
        let flipped = (0..<256).filter { bit in
            let (a, b) = (
                [result.hash.word0, result.hash.word1, result.hash.word2, result.hash.word3][bit / 64],
                [other.word0, other.word1, other.word2, other.word3][bit / 64]
            )
            return (a ^ b) >> UInt64(bit % 64) & 1 == 1
        }
        #expect(!flipped.isEmpty)
        #expect(flipped.allSatisfy { margins.level($0) <= 1 }, "\(flipped.map(margins.level))")
    }

    @Test("A fingerprinter gives margins with its codes; a picture too small to hash has none that are sure")
    func fingerprinter() {
        var fingerprinter = VideoFingerprinter()
        for k in 0..<4 { fingerprinter.add(WorkingFrame(pts: Double(k) / 4, luma: rings())) }
        let found = fingerprinter.finish()
        #expect(found.margins.count == 4)
        #expect((0..<256).count { found.margins[0].level($0) == 3 } == 64)
        var hasher = PDQHasher()
        let tiny = hasher.hashToAsk(LumaImage(width: 2, height: 2, filledWith: 9), number: 0)
        #expect((0..<256).allSatisfy { tiny.margins.level($0) == 0 })
    }

    // MARK: Stored

    private func media(frames: Int, margins: Int) -> MediaFingerprint {
        var random = Random(state: 5)
        func hash() -> PDQHash { PDQHash(random.next(), random.next(), random.next(), random.next()) }
        return MediaFingerprint(
            duration: 1,
            video: VideoFingerprint(
                frames: (0..<frames).map { FrameCode(ptsMs: UInt32(250 * $0), hash: hash(), quality: 80) },
                margins: (0..<margins).map { _ in FrameMargins(low: hash(), high: hash()) }),
            audio: AudioFingerprint(peaks: [SoundPeak(hop: 3, band: 9)]))
    }

    @Test("Margins are stored behind the peaks, 64 bytes a frame, and read back; without them nothing is added")
    func stored() throws {
        let with = media(frames: 3, margins: 3), bytes = with.encoded()
        #expect(try MediaFingerprint(decoding: bytes) == with)
        #expect(try MediaFingerprint(decoding: bytes).encoded() == bytes)
        var without = with
        without.video.margins = []
        #expect(bytes.count == without.encoded().count + 3 * 64)
        #expect(bytes[10] == 1)
        #expect(without.encoded()[10] == 0)
        let first = bytes.count - 4 - 3 * 64
        let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[first + $1]) << UInt64(8 * $1) }
        #expect(word == with.video.margins[0].low.word0)
    }

    /// Bytes with a checksum that fits: what an attacker would send.
    private func signed(_ bytes: [UInt8]) -> [UInt8] {
        let body = Array(bytes.dropLast(4)), checksum = Checksum.crc32c(body)
        return body + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    @Test("Margins that are cut short, promised of no frame or of a section nobody knows are refused")
    func hostile() throws {
        let bytes = media(frames: 2, margins: 2).encoded()
        for count in 0..<bytes.count {
            #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: Array(bytes[..<count])) }
        }
        // One byte of margins too few, with a body length and a checksum that fit.
        var short = Array(bytes.dropLast(5)) + [0, 0, 0, 0]
        short[12] -= 1
        #expect(
            #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(short)) }?.code == .truncated
        )
        var flagged = media(frames: 0, margins: 0).encoded()
        flagged[10] = 1
        #expect(
            #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(flagged)) }?.code
                == .malformed)
        // Margins without their flag are bytes left over.
        var unflagged = bytes
        unflagged[10] = 0
        #expect(
            #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(unflagged)) }?.code
                == .malformed)
        var later = bytes
        later[11] = 0x80
        let error = #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(later)) }
        #expect(error?.code == .unknownVersion)
        #expect(error?.sentence.contains("extract the file again") == true)
    }
}
