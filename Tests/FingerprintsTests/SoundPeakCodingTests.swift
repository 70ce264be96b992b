import Fingerprints
import Testing

@Suite("The bytes of sound peaks")
struct SoundPeakCodingTests {
    /// The most hops that one number tells: 2³² - 1 over 512, 8 388 607.
    let hopsMax: UInt32 = 8_388_607

    private func varint(_ value: UInt64) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }

    /// `hops` since the peak before, and a band.
    private func item(_ hops: UInt32, _ band: UInt32) -> [UInt8] { varint(UInt64(hops) * 512 + UInt64(band)) }

    @Test("Peaks are the numbers 512 × hops since the peak before + band, seven bits a byte")
    func literal() throws {
        let peaks = [SoundPeak(hop: 0, band: 0), SoundPeak(hop: 1, band: 3), SoundPeak(hop: 1, band: 3)]
        #expect(SoundPeakCoding.encode(peaks) == [0, 0x83, 0x04, 3])
        #expect(try SoundPeakCoding.decode(3, from: [0, 0x83, 0x04, 3]) == peaks)
        #expect(SoundPeakCoding.encode([]).isEmpty)
        #expect(try SoundPeakCoding.decode(0, from: []).isEmpty)
    }

    @Test("Pauses longer than one number tells are passed in steps, and read back")
    func pauses() throws {
        let step = item(hopsMax, 511)
        #expect(step == [0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
        for (hop, bytes) in [
            (hopsMax - 1, item(hopsMax - 1, 467)), (hopsMax, item(hopsMax, 467)),
            (hopsMax + 1, step + item(1, 467)), (2 * hopsMax, step + item(hopsMax, 467)),
            (2 * hopsMax + 1, step + step + item(1, 467)),
            // 512 × 8 388 607 + 511 hops.
            (UInt32.max, (0..<512).flatMap { _ in step } + item(511, 467)),
        ] {
            let peaks = [SoundPeak(hop: hop, band: 467)]
            #expect(SoundPeakCoding.encode(peaks) == bytes, "hop \(hop)")
            #expect(try SoundPeakCoding.decode(1, from: bytes) == peaks)
            // Between others, too.
            let around = [SoundPeak(hop: 0, band: 9)] + peaks + peaks
            #expect(try SoundPeakCoding.decode(3, from: SoundPeakCoding.encode(around)) == around)
        }
    }

    @Test("Random lists, dense and with pauses of weeks, are read back as they were", arguments: 1...8)
    func roundTrip(_ seed: UInt64) throws {
        var random = Random(state: seed), hop: UInt64 = 0
        var peaks: [SoundPeak] = []
        while peaks.count < 500 {
            hop += random.next() % 50 == 0 ? random.next() % 60_000_000 : random.next() % 4
            guard hop <= UInt64(UInt32.max) else { break }
            peaks.append(SoundPeak(hop: UInt32(hop), band: UInt16(random.next() % 468)))
        }
        peaks.sort { ($0.hop, $0.band) < ($1.hop, $1.band) }
        #expect(peaks.count > 100)
        #expect(try SoundPeakCoding.decode(peaks.count, from: SoundPeakCoding.encode(peaks)) == peaks)
    }

    @Test("A band that does not exist is refused", arguments: 468...510)
    func bands(_ band: UInt32) {
        #expect(refusal(1, item(3, band)) == .malformed)
        #expect(refusal(1, item(hopsMax, band)) == .malformed)
    }

    @Test("A pause of any other length, and one after which no time passes, are refused")
    func pauseForms() {
        for hops in [0, 1, 511, hopsMax - 1] {
            #expect(refusal(1, item(hops, 511) + item(1, 5)) == .malformed, "\(hops)")
        }
        #expect(refusal(1, item(hopsMax, 511) + item(0, 5)) == .malformed)
        #expect(refusal(2, item(2, 5) + item(hopsMax, 511) + item(0, 5)) == .malformed)
        // One at the end belongs to no peak.
        #expect(refusal(1, item(2, 5) + item(hopsMax, 511)) == .malformed)
        #expect(refusal(0, item(hopsMax, 511)) == .malformed)
        #expect(refusal(2, item(2, 5) + item(hopsMax, 511)) == .truncated)
    }

    @Test("Peaks of one hop that are out of order are refused")
    func order() {
        #expect(refusal(2, item(7, 20) + item(0, 19)) == .malformed)
        #expect(refusal(2, item(7, 20) + item(0, 20)) == nil)
        #expect(refusal(2, item(7, 20) + item(1, 0)) == nil)
    }

    @Test("Times beyond 32 bits, longer forms of a number, and bytes left over are refused")
    func numbers() {
        let weeks = (0..<512).flatMap { _ in item(hopsMax, 511) }
        #expect(refusal(1, weeks + item(511, 0)) == nil)
        #expect(refusal(1, weeks + item(512, 0)) == .malformed)
        #expect(refusal(1, [0x85, 0]) == .malformed)  // five, in two bytes
        #expect(refusal(1, [0xFF, 0xFF, 0xFF, 0xFF, 0x1F]) == .malformed)  // 33 bits
        #expect(refusal(1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0]) == .malformed)
        #expect(refusal(1, item(7, 20) + [0]) == .malformed)
    }

    @Test("Cut anywhere, a list is truncated; no room is made for peaks that cannot be there")
    func truncation() {
        let bytes = SoundPeakCoding.encode([
            SoundPeak(hop: 4, band: 400), SoundPeak(hop: 4, band: 401), SoundPeak(hop: 3 * hopsMax, band: 1),
        ])
        for count in bytes.indices { #expect(refusal(3, Array(bytes[..<count])) == .truncated, "\(count) bytes") }
        #expect(refusal(3, bytes) == nil)
        #expect(refusal(.max, bytes) == .truncated)
    }

    @Test("Random bytes are a list with this encoding and no other, or refused", arguments: 1...10)
    func random(_ seed: UInt64) throws {
        var random = Random(state: 100 + seed), accepted = 0
        for _ in 0..<600 {
            let length = Int(random.next() % 12)
            let bytes = (0..<length).map { _ in
                // High bits are rare half of the time, so that some lists are sound.
                UInt8(truncatingIfNeeded: random.next()) & (random.next() & 1 == 0 ? 0x7F : 0xFF)
            }
            let count = Int(random.next() % 7)
            guard let peaks = try? SoundPeakCoding.decode(count, from: bytes) else { continue }
            #expect(peaks.count == count)
            #expect(SoundPeakCoding.encode(peaks) == bytes, "seed \(seed)")
            if count > 0 { accepted += 1 }
        }
        #expect(accepted > 0)
    }

    /// Why bytes are refused; nil when they are not.
    private func refusal(_ count: Int, _ bytes: [UInt8]) -> FingerprintError.Code? {
        do {
            _ = try SoundPeakCoding.decode(count, from: bytes)
            return nil
        } catch { return error.code }
    }
}
