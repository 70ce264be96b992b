import CKernels
import Testing

/// D. E. Knuth's MMIX constants; the upper bits of a fixed seed.
private struct Lcg: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        func step() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 32
        }
        return step() << 32 | step()
    }
}

@Suite("The area average")
struct AreaKernelTests {
    private struct Case {
        var width, height, outWidth, outHeight, step, bytes, padding, offset: Int
    }

    private enum Variant: CaseIterable { case reference, baseline, chosen }

    private func average(_ data: [UInt8], _ c: Case, gain: Double, bias: Double, _ variant: Variant) -> [UInt8] {
        let stride = ((c.width - 1) * c.step + 1) * c.bytes + c.padding
        return unsafe data.withUnsafeBufferPointer { buffer -> [UInt8] in
            guard let base = buffer.baseAddress else { return [] }
            var plane = unsafe moire_plane(
                base: base + c.offset, stride_bytes: stride, width: Int32(c.width), height: Int32(c.height),
                step: Int32(c.step), sample_bytes: Int32(c.bytes))
            var out = [UInt8](repeating: 0, count: c.outWidth * c.outHeight)
            var scratch = unsafe [UInt64](repeating: 0xAAAA, count: moire_area_scratch_bytes(&plane) / 8 + 1)
            let (w, h) = (Int32(c.outWidth), Int32(c.outHeight))
            switch variant {
            case .reference: unsafe moire_area_average_reference(&plane, w, h, gain, bias, &out)
            case .baseline: unsafe moire_area_average_baseline(&plane, w, h, gain, bias, &scratch, &out)
            case .chosen: unsafe moire_area_average(&plane, w, h, gain, bias, &scratch, &out)
            }
            return out
        }
    }

    @Test("Every variant equals the plain definition, on random and extreme pictures")
    func variants() {
        var random = Lcg(state: 20_240_229)
        for round in 0..<100 {
            let bytes = Int.random(in: 1...2, using: &random), step = [1, 1, 2, 4].randomElement(using: &random) ?? 1
            // Every fifth is tall, so that 16-bit lanes are emptied on the way.
            let tall = round % 5 == 0
            let c = Case(
                width: .random(in: 1...(tall ? 9 : 300), using: &random),
                height: .random(in: 1...(tall ? 1500 : 200), using: &random),
                outWidth: .random(in: 1...80, using: &random),
                outHeight: .random(in: 1...(tall ? 3 : 80), using: &random), step: step, bytes: bytes,
                padding: bytes * .random(in: 0...9, using: &random), offset: bytes * .random(in: 0...3, using: &random))
            let count = c.offset + (((c.width - 1) * step + 1) * bytes + c.padding) * c.height
            let data: [UInt8] =
                switch round % 4 {
                case 0: Array(repeating: 255, count: count)
                case 1: (0..<count).map { _ in Bool.random(using: &random) ? 255 : 0 }
                default: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                }
            let gain = bytes == 1 ? 255 / 219.0 : 255 / 65_535.0, bias = bytes == 1 ? -16 * gain : 0
            let expected = average(data, c, gain: gain, bias: bias, .reference)
            #expect(average(data, c, gain: gain, bias: bias, .baseline) == expected, "\(c)")
            #expect(average(data, c, gain: gain, bias: bias, .chosen) == expected, "\(c)")
        }
    }

    @Test(
        "The sizes that are made of every video equal the plain definition: copies, a few columns a cell, many",
        arguments: [
            (64, 64, 64, 64), (480, 360, 480, 360), (97, 31, 97, 31), (640, 360, 512, 288), (1280, 72, 512, 28),
            (600, 80, 256, 40), (480, 360, 64, 64), (720, 144, 64, 64), (1920, 270, 64, 64), (1000, 40, 9, 7),
            (301, 129, 300, 128), (65, 130, 64, 1), (4001, 3, 4000, 2),
        ])
    func sizes(width: Int, height: Int, outWidth: Int, outHeight: Int) {
        var random = Lcg(state: 77)
        let c = Case(
            width: width, height: height, outWidth: outWidth, outHeight: outHeight, step: 1, bytes: 1, padding: 5,
            offset: 3)
        let data = (0..<(3 + (width + 5) * height)).map { _ in UInt8.random(in: 0...255, using: &random) }
        // Full range; limited luma and chroma of BT.601 on; a map that no multiplication of bytes gives.
        let maps: [(gain: Double, bias: Double)] = [
            (1, 0), (255 / 219.0, -16 * 255 / 219.0), (255 / 224.0, 128 - 128 * 255 / 224.0), (3.7, -99),
        ]
        for (gain, bias) in maps {
            #expect(
                average(data, c, gain: gain, bias: bias, .chosen)
                    == average(data, c, gain: gain, bias: bias, .reference), "gain \(gain)")
        }
    }

    @Test("A cut-out is the samples, each mapped by itself", arguments: [1, 2])
    func cut(step: Int) {
        let data = (0..<2000).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        let gain = 255 / 219.0
        let found = unsafe data.withUnsafeBufferPointer { buffer -> [UInt8] in
            guard let base = buffer.baseAddress else { return [] }
            var plane = unsafe moire_plane(
                base: base, stride_bytes: 50 * step, width: 50, height: 20, step: Int32(step), sample_bytes: 1)
            var out = [UInt8](repeating: 0, count: 40 * 9)
            unsafe moire_cut(&plane, 7, 4, 40, 9, gain, -16 * gain, &out)
            return out
        }
        var expected: [UInt8] = []
        for place in 0..<360 {
            let row = 4 + place / 40, column = 7 + place % 40
            let value = (Double(data[row * 50 * step + column * step]) - 16) * gain
            expected.append(UInt8(min(255, max(0, (value + 0.5).rounded(.down)))))
        }
        #expect(found == expected)
    }

    @Test("A cell is the exact share of the picture that it covers")
    func exactShares() {
        // Three pixels into two cells: (2·90 + 1·0)/3 and (1·0 + 2·30)/3.
        let three = Case(width: 3, height: 1, outWidth: 2, outHeight: 1, step: 1, bytes: 1, padding: 0, offset: 0)
        for variant in Variant.allCases {
            #expect(average([90, 0, 30], three, gain: 1, bias: 0, variant) == [60, 20])
        }
        // Two pixels into three cells: the middle one covers half of each.
        let two = Case(width: 1, height: 2, outWidth: 1, outHeight: 3, step: 1, bytes: 1, padding: 0, offset: 0)
        for variant in Variant.allCases { #expect(average([10, 20], two, gain: 1, bias: 0, variant) == [10, 15, 20]) }
    }

    @Test("Turning four times by 90° gives the picture back")
    func orient() {
        let picture: [UInt8] = [1, 2, 3, 4, 5, 6]  // 3×2
        var turned = [UInt8](repeating: 0, count: 6)
        // Clockwise: the first column from the bottom becomes the first row.
        unsafe moire_orient(picture, 3, -3, 1, 2, 3, 1, &turned)
        #expect(turned == [4, 1, 5, 2, 6, 3])
    }
}
