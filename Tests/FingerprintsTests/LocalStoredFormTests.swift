@testable import Fingerprints
import Testing

@Suite("The stored form of local features")
struct LocalStoredFormTests {
    private let feature = LocalFeature(
        x: 0x0102, y: 0x0304, scale: 5, contrast: 6, code: LocalCode(7, 8, 9), weak: LocalCode(3, 0, 1 << 31),
        weaker: LocalCode(1, 0, 0))

    private func media(_ local: LocalFingerprint, margins: Bool = false) -> MediaFingerprint {
        let hash = PDQHash(1, 2, 3, 4)
        return MediaFingerprint(
            duration: 1,
            video: VideoFingerprint(
                frames: [FrameCode(ptsMs: 0, hash: hash, quality: 80)],
                margins: margins ? [FrameMargins(low: hash, high: hash)] : []),
            audio: AudioFingerprint(peaks: [SoundPeak(hop: 3, band: 9)]), local: local)
    }

    private var some: LocalFingerprint {
        LocalFingerprint(
            width: 512, height: 288,
            frames: [
                LocalFrame(ptsMs: 200, features: [feature, feature]),
                LocalFrame(ptsMs: 700, features: [feature, feature]),
                LocalFrame(ptsMs: 1200, features: []), LocalFrame(ptsMs: .max, features: [feature]),
            ])
    }

    /// Bytes with a checksum and a body length that fit: what an attacker would send.
    private func signed(_ bytes: [UInt8]) -> [UInt8] {
        var body = Array(bytes.dropLast(4))
        let count = UInt32(body.count - 32)
        for k in 0..<4 { body[12 + k] = UInt8(truncatingIfNeeded: count >> UInt32(8 * k)) }
        let checksum = Checksum.crc32c(body)
        return body + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    /// A whole fingerprint whose local part is these bytes, after the name.
    private func with(_ local: [UInt8]) -> [UInt8] {
        var bytes = Array(media(.none).encoded().dropLast(4))
        bytes[10] = 2
        return signed(bytes + [7] + Array("blobs/1".utf8) + local + [0, 0, 0, 0])
    }

    private func refusal(_ bytes: [UInt8]) -> FingerprintError.Code? {
        do {
            _ = try MediaFingerprint(decoding: bytes)
            return nil
        } catch { return error.code }
    }

    @Test("The bytes are laid out as documented; a repeated frame is a single zero")
    func layout() throws {
        var expected: [UInt8] = [0, 2, 32, 1, 4, 0, 0, 0]  // 512, 288, four frames
        let one: [UInt8] =
            [2, 1, 4, 3, 5, 6, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0] + [3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128]
            + [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        #expect(one.count == LocalFeatureCoding.featureBytes)
        expected += [200, 1, 3] + one + one  // 200 ms; two features
        expected += [244, 3, 0]  // 500 ms more; the same
        expected += [244, 3, 1]  // none
        expected += [207, 246, 255, 255, 15, 2] + one  // 2³² - 1 - 1200
        #expect(media(some).encoded() == with(expected))
        #expect(try MediaFingerprint(decoding: with(expected)).local == some)
    }

    @Test("With and without margins, with and without local features, all comes back", arguments: [false, true])
    func roundTrip(margins: Bool) throws {
        var random = Random(state: 1)
        let random5 = LocalFingerprint(
            width: 288, height: 512,
            frames: (0..<5).map { LocalFrame(ptsMs: UInt32(500 * $0), features: LocalClips.features(17, &random)) })
        for (local, flag) in [(LocalFingerprint.none, 0), (some, 2), (random5, 2)] {
            let original = media(local, margins: margins), bytes = original.encoded()
            #expect(bytes[10] == UInt8(flag + (margins ? 1 : 0)) && bytes[11] == 0)
            #expect(try MediaFingerprint(decoding: bytes) == original)
            #expect(try MediaFingerprint(decoding: bytes).encoded() == bytes)
        }
    }

    @Test("Cut anywhere it is truncated, also with a length and a checksum that fit")
    func truncation() {
        let bytes = media(some, margins: true).encoded()
        for count in 0..<bytes.count { #expect(refusal(Array(bytes[..<count])) == .truncated, "\(count) bytes") }
        let local = media(.none, margins: true).encoded().count - 4
        for count in local..<bytes.count - 4 {
            #expect(refusal(signed(Array(bytes[..<count]) + [0, 0, 0, 0])) == .truncated, "\(count) bytes")
        }
        #expect(refusal(signed(Array(bytes.dropLast(4)) + [0, 0, 0, 0, 0])) == .malformed)
    }

    @Test("Every flipped bit is found; with a fitting checksum it is an error or another valid fingerprint")
    func flips() throws {
        let bytes = media(some, margins: true).encoded()
        var refused = 0
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(refusal(flipped) != nil, "bit \(bit)")
            guard bit < (bytes.count - 4) * 8 else { continue }
            let sum = Checksum.crc32c(Array(flipped.dropLast(4)))
            let forged = flipped.dropLast(4) + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
            do {
                let decoded = try MediaFingerprint(decoding: Array(forged))
                #expect(decoded.encoded() == Array(forged), "bit \(bit) has two encodings")
            } catch { refused += 1 }
        }
        #expect(refused > 300)
    }

    @Test("Counts over their limits are refused before anything is allocated")
    func counts() {
        #expect(refusal(with([0, 2, 32, 1, 1, 0, 8, 0])) == .overLimit)  // 2¹⁹ + 1 frames
        #expect(refusal(with([0, 2, 32, 1, 255, 255, 255, 255])) == .overLimit)
        #expect(refusal(with([0, 2, 32, 1, 0, 0, 8, 0])) == .truncated)  // 2¹⁹ frames of two bytes each
        #expect(refusal(with([0, 2, 32, 1, 1, 0, 0, 0, 0, 0x82, 8])) == .overLimit)  // 1025 features
        #expect(refusal(with([0, 2, 32, 1, 1, 0, 0, 0, 0, 0x81, 8])) == .truncated)  // 1024
        #expect(refusal(with([0, 2, 32, 1, 1, 0, 0, 0, 0, 255, 255, 255, 255, 15])) == .overLimit)
        #expect(refusal(with([0, 2, 32, 1, 1, 0, 0, 0, 0, 1])) == nil)
    }

    @Test("A repeated frame that is written out, a first that repeats, and times beyond 32 bits are refused")
    func otherForms() {
        let head: [UInt8] = [0, 2, 32, 1, 2, 0, 0, 0]
        #expect(refusal(with(head + [0, 1, 5, 0])) == nil)
        #expect(refusal(with(head + [0, 1, 5, 1])) == .malformed)
        #expect(refusal(with(head + [0, 0, 5, 1])) == .malformed)
        #expect(refusal(with(head + [255, 255, 255, 255, 15, 1, 0, 0])) == nil)
        #expect(refusal(with(head + [255, 255, 255, 255, 15, 1, 1, 0])) == .malformed)
        #expect(refusal(with(head + [0x80, 0, 1, 5, 0])) == .malformed)  // zero in two bytes
    }

    @Test("Features that are flagged and not there, there and not flagged, or of another algorithm are refused")
    func flags() {
        #expect(refusal(with([0, 0, 0, 0, 0, 0, 0, 0])) == .malformed)
        var unflagged = media(some).encoded()
        unflagged[10] = 0
        #expect(refusal(signed(unflagged)) == .malformed)
        for flag in [16, 32, 128, 16 | 2] as [UInt8] {
            var later = media(some).encoded()
            later[10] = flag
            #expect(refusal(signed(later)) == .unknownVersion, "flags \(flag)")
        }
        var other = media(some).encoded()
        let name = media(.none).encoded().count - 4
        other[name + 7] = UInt8(ascii: "2")
        let error = #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(other)) }
        #expect(error?.code == .unknownVersion)
        #expect(error?.sentence == "made by 'blobs/2', this build reads 'blobs/1'; extract the file again")
    }

    @Test("Random bytes are features with this encoding and no other, or refused", arguments: 1...6)
    func random(_ seed: UInt64) {
        var random = Random(state: seed), accepted = 0
        for _ in 0..<400 {
            var bytes: [UInt8] = [0, 2, 32, 1, UInt8(random.next() % 4), 0, 0, 0]
            for _ in 0..<random.next() % 4 {
                let features = UInt8(random.next() % 3)
                bytes += [UInt8(random.next() % 128), features]
                let count = max(0, 42 * (Int(features) - 1)) + (random.next() % 8 == 0 ? 1 : 0)
                bytes += (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            }
            let whole = with(bytes)
            guard let decoded = try? MediaFingerprint(decoding: whole) else { continue }
            #expect(decoded.encoded() == whole, "seed \(seed)")
            accepted += 1
        }
        #expect(accepted > 0, "seed \(seed)")
    }
}
