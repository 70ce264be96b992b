import CKernels
import Fingerprints
import Testing

/// Knuth's 64-bit linear congruential generator; the seed is in each test.
struct Random {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33 ^ state << 31
    }
}

// The levels are global, so these run one after the other.
@Suite("Kernels equal their plain versions", .serialized)
struct KernelTests {
    @Test(
        "PDQ's filters give the same floats at every level",
        arguments: [
            (5, 5), (7, 300), (300, 6), (63, 65), (64, 64), (65, 63), (127, 129), (129, 128), (512, 288), (513, 31),
            (1, 9),
        ])
    func downsample(width: Int, height: Int) {
        var random = Random(state: UInt64(width * 1000 + height))
        for extreme in [false, true] {
            let luma = (0..<width * height).map { _ -> Float in
                let value = random.next()
                return extreme ? (value & 1 == 0 ? 0 : 255) : Float(value % 255_000) / 1000
            }
            let results = atEveryLevel(width, height) { scratch, output in
                var input = luma
                unsafe moire_pdq_downsample(&input, Int32(width), Int32(height), &scratch, &output)
            }
            #expect(results.count >= 2 && results.allSatisfy { $0 == results[0] }, "\(width)x\(height)")
        }
    }

    @Test(
        "PDQ's filters give the same floats of bytes as of floats",
        arguments: [
            (5, 5), (6, 6), (7, 300), (300, 6), (64, 64), (129, 128), (288, 512), (512, 288), (1, 9), (33_000, 2),
            (128, 512), (130, 17), (255, 511), (256, 31), (257, 257), (384, 384), (385, 16), (391, 15), (426, 240),
            (511, 385), (512, 512), (512, 5), (513, 40), (400, 640),
        ], [false, true])
    func downsampleBytes(size: (width: Int, height: Int), extreme: Bool) {
        let (width, height) = size
        var random = Random(state: UInt64(width * 1000 + height))
        let bytes = (0..<width * height).map { _ -> UInt8 in
            let value = random.next()
            return extreme ? (value & 3 == 0 ? 0 : 255) : UInt8(truncatingIfNeeded: value)
        }
        let ofBytes = atEveryLevel(width, height) { scratch, output in
            unsafe moire_pdq_downsample_bytes(bytes, Int32(width), Int32(height), &scratch, &output)
        }
        let ofFloats = atEveryLevel(width, height) { scratch, output in
            var input = bytes.map(Float.init)
            unsafe moire_pdq_downsample(&input, Int32(width), Int32(height), &scratch, &output)
        }
        #expect(ofBytes.count >= 2 && ofBytes.allSatisfy { $0 == ofFloats[0] }, "\(width)x\(height)")
    }

    @Test("PDQ's transform and quality give the same at every level")
    func transformAndQuality() {
        defer { moire_pdq_force_level(-1) }
        for (seed, reach): (UInt64, UInt64) in [(1, 256), (2, 40), (3, 2), (4, 1)] {
            var random = Random(state: seed)
            let grid = (0..<4096).map { _ in Float(random.next() % (reach * 1000)) / 1000 }
            var results: [[UInt32]] = []
            for level: Int32 in [1, -1] {
                moire_pdq_force_level(level)
                var coefficients = [Float](repeating: -1, count: 256)
                unsafe moire_pdq_dct(grid, &coefficients)
                results.append(coefficients.map(\.bitPattern) + [unsafe UInt32(moire_pdq_quality(grid))])
            }
            #expect(results[0] == results[1], "seed \(seed)")
            #expect(results[0][256] == [1: 100, 2: 100, 3: 0, 4: 0][seed])
        }
    }

    /// Bits of the 64×64 floats at each level that this machine has, out of scratch memory that holds nothing.
    private func atEveryLevel(_ width: Int, _ height: Int, _ downsample: (inout [Float], inout [Float]) -> Void)
        -> [[UInt32]]
    {
        (0...2).compactMap { level in
            if level == 2, moire_pdq_level() < 2 { return nil }
            moire_pdq_force_level(Int32(level))
            defer { moire_pdq_force_level(-1) }
            var output = [Float](repeating: -1, count: 4096)
            var scratch = [Float](repeating: .nan, count: moire_pdq_scratch_floats(Int32(width), Int32(height)))
            downsample(&scratch, &output)
            return output.map(\.bitPattern)
        }
    }

    @Test("Hamming scans find the same at every level, at odd counts and unaligned starts")
    func hamming() {
        var random = Random(state: 7)
        var words = (0..<4 * 1031 + 3).map { _ in random.next() }
        let query: [UInt64] = [0, .max, 0x0123_4567_89AB_CDEF, 1]
        for k in stride(from: 0, to: 1031, by: 5) {
            for w in 0..<4 { words[k * 4 + w + k % 4] = query[w] ^ (random.next() & random.next() & random.next()) }
        }
        let best = moire_hamming_level()
        for start in 0...3 {
            for count in [0, 1, 2, 3, 4, 5, 7, 64, 1031] {
                for radius: UInt32 in [0, 31, 60, 128, 255, 256] {
                    var reference: ([UInt32], [UInt16], Int)?
                    for level in 0...max(1, best) {
                        moire_hamming_force_level(Int32(level))
                        defer { moire_hamming_force_level(-1) }
                        var indices = [UInt32](repeating: 0, count: 100), distances = [UInt16](repeating: 0, count: 100)
                        let found = unsafe words.withUnsafeBufferPointer { buffer in
                            unsafe moire_hamming_scan(
                                query, buffer.baseAddress! + start, count, radius, &indices,
                                &distances, 100)
                        }
                        if let reference {
                            #expect(
                                reference == (indices, distances, found),
                                "level \(level) start \(start) count \(count) radius \(radius)")
                        } else {
                            reference = (indices, distances, found)
                        }
                    }
                    if radius == 256 { #expect(reference?.2 == count) }
                }
            }
        }
    }

    @Test("A scan returns index and distance of everything within the radius, in order")
    func scan() {
        let zero = PDQHash(0, 0, 0, 0)
        let codes = [PDQHash(7, 0, 0, 0), PDQHash(.max, .max, .max, .max), zero, PDQHash(0, 0, 1 << 63, 1)]
        #expect(
            HammingScan.within(radius: 3, of: zero, codes: codes)
                == [.init(index: 0, distance: 3), .init(index: 2, distance: 0), .init(index: 3, distance: 2)])
        #expect(HammingScan.within(radius: 256, of: zero, codes: codes).map(\.distance) == [3, 256, 0, 2])
        #expect(HammingScan.within(radius: -1, of: zero, codes: codes).isEmpty)
        #expect(HammingScan.within(radius: 9, of: zero, codes: []).isEmpty)
        // More hits than the first pass has room for.
        #expect(HammingScan.within(radius: 0, of: zero, codes: Array(repeating: zero, count: 5000)).count == 5000)
    }

    /// RFC 3720, B.4, and the check value of the CRC catalogue.
    @Test("CRC-32C has its published values, with and without the instruction")
    func crc() {
        for level: Int32 in [0, -1] {
            moire_crc32c_force_level(level)
            defer { moire_crc32c_force_level(-1) }
            #expect(Checksum.crc32c(Array("123456789".utf8)) == 0xE306_9283)
            #expect(Checksum.crc32c([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
            #expect(Checksum.crc32c([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
            #expect(Checksum.crc32c((0..<32).map { UInt8($0) }) == 0x46DD_794E)
            #expect(Checksum.crc32c([]) == 0)
            let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
            var parts = Checksum()
            let head = Array(bytes[..<13]), tail = Array(bytes[13...])
            parts.update(head.span)
            parts.update(tail.span)
            #expect(parts.value == Checksum.crc32c(bytes))
        }
    }

    /// A full-scale sine in the middle of bin 100: its peak is 1024/4 = 256 = 2⁸, eight octaves, and a
    /// Hann window puts the neighbours at half of it, one octave below.
    @Test("A spectrum's row has 256 units an octave")
    func row() {
        let tone = (0..<1024).map { Float(sine(cycles: 100 * Double($0) / 1024)) }
        var row = [Int16](repeating: 0, count: 512)
        unsafe moire_spectrum_row(tone, &row)
        #expect(row[100] == 2048)
        #expect(row[99] == 1792 && row[101] == 1792)
        #expect(row[300] < 0)
        let silence = [Float](repeating: 0, count: 1024)
        unsafe moire_spectrum_row(silence, &row)
        #expect(row.allSatisfy { $0 == -3328 })  // 128 log2(2⁻²⁶)
        let hostile = (0..<1024).map { [Float.nan, .infinity, -.infinity, 1e30][$0 % 4] }
        unsafe moire_spectrum_row(hostile, &row)
        #expect(row.allSatisfy { $0 == -3328 })
    }

    /// 720 Hz are two octaves above the lowest band: band 48, whose 21 Hz hold two bins of the Hann window's three.
    @Test("A tone lies in its band, 24 to the octave from 180 Hz, and an octave up in the 24th after it")
    func bands() {
        for (hz, band) in [(720.0, 48), (1440.0, 72), (2880.0, 96)] {
            let tone = (0..<1024).map { Float(sine(cycles: hz * Double($0) / rate)) }
            var row = [Int16](repeating: 0, count: 117)
            unsafe moire_band_row(tone, &row)
            #expect(row.firstIndex(of: row.max() ?? 0) == band)
            #expect(row[band] > row[band - 4] + 512 && row[band] > row[band + 4] + 512)  // two octaves of magnitude
        }
        var row = [Int16](repeating: 0, count: 117)
        unsafe moire_band_row([Float](repeating: 0, count: 1024), &row)
        #expect(row.allSatisfy { $0 == -3328 })
    }

    @Test("A band's level is the mean power of the bins that it covers, shared at its edges")
    func bandPower() {
        var random = Random(state: 98)
        let samples = (0..<1024).map { _ in Float(random.next() % 2001) / 1000 - 1 }
        var row = [Int16](repeating: 0, count: 117), bins = [Int16](repeating: 0, count: 512)
        unsafe moire_band_row(samples, &row)
        unsafe moire_spectrum_row(samples, &bins)
        for band in 0..<117 {
            let centre = 180 * exponential2(Double(band) / 24) * 1024 / rate
            let from = centre * exponential2(-1.0 / 48) + 0.5, to = centre * exponential2(1.0 / 48) + 0.5
            var power = 0.0
            for bin in Int(from)...Int(to) {
                power += (min(to, Double(bin + 1)) - max(from, Double(bin))) * exponential2(Double(bins[bin]) / 128)
            }
            // Both sides are rounded to a unit, half a per cent.
            #expect(abs(Double(row[band]) - 128 * logarithm2(power / (to - from))) < 2, "band \(band)")
        }
    }

    @Test("The transform is within rounding of the sum it stands for")
    func transform() {
        var random = Random(state: 99)
        let samples = (0..<1024).map { _ in Float(random.next() % 2001) / 1000 - 1 }
        var row = [Int16](repeating: 0, count: 512)
        unsafe moire_spectrum_row(samples, &row)
        for k in [0, 1, 2, 7, 100, 255, 256, 257, 400, 511] {
            var re = 0.0, im = 0.0
            for (n, x) in samples.enumerated() {
                let windowed = Double(x) * (0.5 - 0.5 * sine(cycles: Double(n) / 1024 + 0.25))
                re += windowed * sine(cycles: Double(n * k % 1024) / 1024 + 0.25)
                im -= windowed * sine(cycles: Double(n * k % 1024) / 1024)
            }
            let power = re * re + im * im
            let measured = Double(row[k])
            // One unit is half a per cent of power; rounding takes half of one.
            #expect(abs(measured - 128 * logarithm2(power)) < 1, "bin \(k)")
        }
    }

    @Test("Row maxima equal the plain definition at every reach", arguments: [0, 1, 3, 16])
    func maxima(reach: Int) {
        var random = Random(state: 3)
        let row = (0..<117).map { _ in Int16(truncatingIfNeeded: random.next()) }
        var out = [Int16](repeating: 0, count: 117)
        unsafe moire_row_maximum(row, Int32(reach), &out)
        for k in 0..<117 { #expect(out[k] == row[max(0, k - reach)...min(116, k + reach)].max()) }
    }
}
