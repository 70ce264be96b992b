import Fingerprints
import Testing

@Suite("The stored form")
struct StoredFormTests {
    let small = MediaFingerprint(
        duration: 12.5,
        video: VideoFingerprint(
            frames: [
                FrameCode(ptsMs: 0, hash: PDQHash(1, 2, 3, .max), quality: 100),
                FrameCode(ptsMs: 250, hash: PDQHash(0, 0, 0, 0), quality: 0),
                FrameCode(ptsMs: .max, hash: PDQHash(9, 9, 9, 9), quality: 50),
            ],
            abstainReason: "flat_picture"),
        audio: AudioFingerprint(peaks: [
            SoundPeak(hop: 0, band: 0), SoundPeak(hop: 0, band: 5),
            SoundPeak(hop: 0, band: 5), SoundPeak(hop: 300, band: 467),
            SoundPeak(hop: .max, band: 100),
        ]))

    /// Bytes with a checksum that fits: what an attacker would send.
    func signed(_ bytes: [UInt8]) -> [UInt8] {
        let body = Array(bytes.dropLast(4))
        let checksum = Checksum.crc32c(body)
        return body + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    @Test("Version 3 is laid out as documented")
    func layout() {
        let bytes = MediaFingerprint(
            duration: 1, video: VideoFingerprint(frames: [], abstainReason: "no_video"),
            audio: AudioFingerprint(peaks: [SoundPeak(hop: 2, band: 300), SoundPeak(hop: 2, band: 301)])
        ).encoded()
        var expected: [UInt8] = Array("MOIRFPRT".utf8)
        expected += [3, 0, 0, 0] as [UInt8]  // format, no optional sections
        expected += [36, 0, 0, 0] as [UInt8]  // body
        expected += [0, 0, 0, 0, 0, 0, 0xF0, 0x3F] as [UInt8]  // 1.0 s
        expected += [0, 0, 0, 0, 2, 0, 0, 0] as [UInt8]  // frames, peaks
        expected += [5] + Array("pdq/1".utf8)
        expected += [15] + Array("constellation/2".utf8)
        expected += [8] + Array("no_video".utf8)
        expected += [0] as [UInt8]
        expected += [0xAC, 0x0A, 0xAD, 0x02] as [UInt8]  // 2 · 512 + 300; no hop further, 301
        #expect(Array(bytes.dropLast(4)) == expected)
        #expect(bytes == signed(bytes))
    }

    @Test("What is written is read, and written the same again")
    func roundTrip() throws {
        let bytes = small.encoded()
        #expect(try MediaFingerprint(decoding: bytes) == small)
        #expect(try MediaFingerprint(decoding: bytes).encoded() == bytes)
        let empty = MediaFingerprint(
            duration: 0, video: VideoFingerprint(frames: []), audio: AudioFingerprint(peaks: []))
        #expect(try MediaFingerprint(decoding: empty.encoded()) == empty)
    }

    @Test("A real fingerprint costs at most 100 bytes a second of sound")
    func size() throws {
        let audio = fingerprint(tune(seconds: 20, seed: 1))
        let media = MediaFingerprint(duration: 20, video: VideoFingerprint(frames: []), audio: audio)
        #expect(media.encoded().count < 20 * 100)
        #expect(try MediaFingerprint(decoding: media.encoded()) == media)
    }

    @Test("Cut anywhere it is truncated, with a typed error")
    func truncation() {
        let bytes = small.encoded()
        for count in 0..<bytes.count {
            let error = #expect(throws: FingerprintError.self) {
                try MediaFingerprint(decoding: Array(bytes[..<count]))
            }
            #expect(error?.code == .truncated, "\(count) bytes")
        }
        #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: bytes + [0]) }
    }

    @Test("Every flipped bit is found")
    func flips() {
        let bytes = small.encoded()
        for bit in 0..<bytes.count * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: FingerprintError.self, "bit \(bit)") { try MediaFingerprint(decoding: flipped) }
        }
    }

    @Test("With a fitting checksum every flipped bit gives an error or another valid fingerprint, never a crash")
    func signedFlips() {
        let bytes = small.encoded()
        var refused = 0
        for bit in 0..<(bytes.count - 4) * 8 {
            var flipped = bytes
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            flipped = signed(flipped)
            do {
                let decoded = try MediaFingerprint(decoding: flipped)
                #expect(decoded.encoded() == flipped, "bit \(bit) has two encodings")
            } catch { refused += 1 }
        }
        #expect(refused > 300)
    }

    @Test("Random bodies with a fitting header and checksum are survived")
    func random() {
        var random = Random(state: 11)
        let header = Array(small.encoded()[..<72])  // header and names
        for _ in 0..<3000 {
            var bytes =
                header + (0..<random.next() % 200).map { _ in UInt8(truncatingIfNeeded: random.next()) } + [0, 0, 0, 0]
            let body = UInt32(bytes.count - 36)
            for k in 0..<4 { bytes[12 + k] = UInt8(truncatingIfNeeded: body >> UInt32(8 * k)) }
            bytes[24] = UInt8(random.next() % 3)
            bytes[28] = UInt8(random.next() % 20)
            _ = try? MediaFingerprint(decoding: signed(bytes))
        }
    }

    @Test("Counts that promise more than there is are refused before anything is allocated", arguments: [24, 28])
    func counts(offset: Int) {
        for value: [UInt8] in [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0xFF, 0], [200, 0, 0, 0]] {
            var bytes = small.encoded()
            bytes.replaceSubrange(offset..<offset + 4, with: value)
            let overLimit = value[3] == 0xFF || value[2] == 0xFF && offset == 24
            let error = #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(bytes)) }
            #expect(error?.code == (overLimit ? .overLimit : .truncated))
        }
    }

    @Test("Other formats, other algorithms and other files are told apart")
    func versions() {
        var format = small.encoded()
        format[8] = 4
        #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(format)) }
        var algorithm = small.encoded()
        algorithm[37] = UInt8(ascii: "2")  // "pdq/1"
        let error = #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed(algorithm)) }
        #expect(error?.code == .unknownVersion)
        #expect(error?.sentence == "made by 'pdq/2', this build reads 'pdq/1'; extract the file again")
        let other = #expect(throws: FingerprintError.self) {
            try MediaFingerprint(decoding: Array("RIFF1234WAVE".utf8))
        }
        #expect(other?.code == .notAFingerprint)
    }
}
