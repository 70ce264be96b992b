import CKernels
import Testing

@Suite("Kernels give what their plain references give")
struct KernelTests {
    /// Random bytes, and the extremes: all black against all white, and alternating.
    static let pictures: [([UInt8], [UInt8])] = {
        var noise = Noise(state: 1)
        let random = { (0..<4096).map { _ in UInt8(127.5 + 127.5 * noise.next()) } }
        let black = [UInt8](repeating: 0, count: 4096), white = [UInt8](repeating: 255, count: 4096)
        let stripes = (0..<4096).map { UInt8($0 % 2 * 255) }
        return [(random(), random()), (random(), random()), (black, white), (white, black), (stripes, black)]
    }()

    @Test("Block differences", arguments: pictures)
    func blocks(pair: ([UInt8], [UInt8])) {
        var fast = [UInt16](repeating: 0, count: 64), plain = fast
        unsafe moire_block_differences(pair.0, pair.1, &fast)
        unsafe moire_block_differences_reference(pair.0, pair.1, &plain)
        #expect(fast == plain)
    }

    @Test("Byte differences, at every length of whole sixteens and unaligned", arguments: [16, 48, 1024, 4080])
    func bytes(count: Int) {
        for (a, b) in Self.pictures {
            unsafe a.withUnsafeBufferPointer { first in
                unsafe b.withUnsafeBufferPointer { second in
                    // One byte in: still inside the 4096.
                    let x = unsafe first.baseAddress! + 1, y = unsafe second.baseAddress! + 1
                    let fast = unsafe moire_byte_differences(x, y, count)
                    let plain = unsafe moire_byte_differences_reference(x, y, count)
                    #expect(fast == plain)
                }
            }
        }
    }

    @Test(
        "Counts of tiles, at every size, noise and phase", arguments: [(96, 96), (80, 24), (33, 95), (12, 12), (9, 8)])
    func tiles(width: Int, height: Int) {
        var noise = Noise(state: 5)
        let random = (0..<width * height).map { _ in UInt8(127.5 + 127.5 * noise.next()) }
        let steps = (0..<width * height).map { UInt8(($0 % width / 11 * 37 + $0 / width / 8 * 23) % 256) }
        let white = [UInt8](repeating: 255, count: width * height)
        for (index, pixels) in [random, steps, white].enumerated() {
            var fast = moire_edge_counts(), plain = fast
            var fastSteps = moire_step_counts(), plainSteps = fastSteps
            for level in 0..<3 {
                unsafe moire_tile_edges(pixels, width, height, Int32(level), 8, Float(index * 3), &fast)
                unsafe moire_tile_edges_reference(pixels, width, height, Int32(level), 8, Float(index * 3), &plain)
            }
            unsafe moire_tile_steps(pixels, width, height, 3, 5, &fastSteps)
            unsafe moire_tile_steps_reference(pixels, width, height, 3, 5, &plainSteps)
            let edges = memory(of: fast) == memory(of: plain), borders = memory(of: fastSteps) == memory(of: plainSteps)
            #expect(edges && borders)
        }
    }

    @Test(
        "Steps by column, row and block, at every size", arguments: [(256, 144), (300, 65), (32, 32), (519, 9), (2, 2)])
    func layoutSteps(width: Int, height: Int) {
        struct Sums: Equatable {
            var columns: [UInt32], downs: [UInt32], rows: [UInt32], belows: [UInt32], hard: [UInt8]
        }
        var noise = Noise(state: 11)
        let pixels = (0..<width * height).map { _ in UInt8(127.5 + 127.5 * noise.next()) }
        let zero = Sums(
            columns: .init(repeating: 0, count: width), downs: .init(repeating: 0, count: width),
            rows: .init(repeating: 0, count: height), belows: .init(repeating: 0, count: height),
            hard: .init(repeating: 0, count: (width / 8) * (height / 8)))
        for hard: Int32 in [0, 48, 255] {
            var fast = zero, plain = zero
            unsafe moire_layout_steps(
                pixels, width, height, hard, &fast.columns, &fast.downs, &fast.rows, &fast.belows, &fast.hard)
            unsafe moire_layout_steps_reference(
                pixels, width, height, hard, &plain.columns, &plain.downs, &plain.rows, &plain.belows, &plain.hard)
            #expect(fast == plain, "\(hard)")
        }
    }

    @Test(
        "The peak of samples, whatever the length, and past what is not a number", arguments: [0, 1, 3, 4, 441, 1027])
    func peak(count: Int) {
        var noise = Noise(state: 8)
        var samples = (0..<count).map { _ in Float(noise.next() * 3) }
        for index in stride(from: 2, to: count, by: 50) { samples[index] = .nan }
        if count > 400 { samples[333] = -.infinity }
        let fast = unsafe moire_sample_peak(samples, count)
        let plain = unsafe moire_sample_peak_reference(samples, count)
        #expect(fast == plain)
        #expect(count > 400 ? fast == 16 : fast <= 3)
    }

    @Test("Two channels weighed side by side are the two weighed alone")
    func biquads() {
        var noise = Noise(state: 2)
        let left = (0..<1001).map { _ in Float(noise.next() * 2) }
        let right = (0..<1001).map { index in index % 100 == 0 ? Float.infinity : Float(noise.next()) }
        let sections = [
            moire_biquad(b0: 1.5, b1: -2.6, b2: 1.1, a1: -1.6, a2: 0.7),
            moire_biquad(b0: 1, b1: -2, b2: 1, a1: -1.9, a2: 0.95),
        ]
        var pairState = [Double](repeating: 0, count: 8), energy = [0.0, 0.0]
        unsafe moire_biquad_energy_pair(left, right, 1001, sections, &pairState, &energy)
        for (lane, samples) in [left, right].enumerated() {
            var state = [Double](repeating: 0, count: 4)
            let alone = unsafe moire_biquad_energy(samples, 1001, sections, &state)
            #expect(alone == energy[lane])
            #expect(state == (0..<4).map { pairState[$0 * 2 + lane] })
        }
    }

    @Test("A run of clipped samples is counted alike however it is cut")
    func clippedRuns() {
        let samples: [Float] = [0, 1, 1, 0, 1, 1, 1, 1, -1, -1, -1, 0.5, -1, -1]
        for cut in 0...samples.count {
            var run: Int32 = 0
            let first = unsafe moire_clipped_samples(Array(samples[..<cut]), cut, 0.999, 3, &run)
            let second = unsafe moire_clipped_samples(Array(samples[cut...]), samples.count - cut, 0.999, 3, &run)
            // Four up and three down.
            #expect(first + second == 7)
        }
    }

    @Test("The spectrum of a wave in a patch is one peak at its frequency")
    func patchSpectrum() {
        let wave = (0..<4096).map { index in
            UInt8((128 + 100 * cosine(10 * (index % 64) - 6 * (index / 64), of: 64)).rounded())
        }
        let ones = [Float](repeating: 1, count: 64)
        let c = (0..<32).map { Float(cosine($0, of: 64)) }, s = (0..<32).map { Float(cosine($0 - 16, of: 64)) }
        var power = [Float](repeating: 0, count: 64 * 33)
        unsafe moire_patch_spectrum(wave, 64, ones, c, s, &power)
        // Column 10, row -6.
        #expect(power.indices.max { power[$0] < power[$1] } == 58 * 33 + 10)
    }

    @Test("A wave that all strips carry is coherent; one that a single strip carries is not")
    func bandSpectrum() {
        let ones = [Float](repeating: 1, count: 64)
        let c = (0..<32).map { Float(cosine($0, of: 64)) }, s = (0..<32).map { Float(cosine($0 - 16, of: 64)) }
        func spectrum(strips: Range<Int>) -> (coherent: [Double], power: [Double]) {
            var steps = [Float](repeating: 0, count: 64 * 512)
            for t in 0..<64 {
                for strip in strips {
                    for y in 0..<64 { steps[t * 512 + strip * 64 + y] = Float(cosine(9 * t - 2 * y, of: 64)) }
                }
            }
            var coherent = [Double](repeating: 0, count: 32 * 64), power = coherent
            unsafe moire_band_spectrum(steps, ones, c, s, &coherent, &power)
            return (coherent, power)
        }
        // Nine in time, two downwards: (64 * 64 / 2)² where the windows are ones.
        let bin = 9 * 64 + 62
        let all = spectrum(strips: 0..<8), one = spectrum(strips: 3..<4)
        let height = all.coherent[bin] / 4_194_304, allShare = all.power[bin] / all.coherent[bin]
        let oneShare = one.power[bin] / one.coherent[bin]
        #expect((0.999...1.001).contains(height))
        #expect((0.999...1.001).contains(allShare))
        #expect((7.99...8.01).contains(oneShare))
        let loud = all.coherent.indices.filter { all.coherent[$0] > 1 }
        #expect(loud == [bin])
    }

    @Test("Strip sums follow the picture's columns")
    func stripSums() {
        let picture = (0..<4096).map { UInt8($0 % 64 / 8 * 10) }
        var sums = [UInt16](repeating: 0, count: 512)
        unsafe moire_strip_sums(picture, &sums)
        let lastRows: [UInt16] = (0..<8).map { sums[$0 * 64 + 63] }
        #expect(lastRows == [0, 80, 160, 240, 320, 400, 480, 560])
    }

    private func memory<Value>(of value: Value) -> [UInt8] {
        unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
    }

    private func cosine(_ step: Int, of count: Int) -> Double {
        // Enough of the series for angles within a turn.
        var angle = Double((step % count + count) % count) / Double(count) * 2 * .pi
        if angle > .pi { angle -= 2 * .pi }
        var term = 1.0, sum = 1.0
        for k in 1...20 {
            term *= -angle * angle / Double((2 * k - 1) * 2 * k)
            sum += term
        }
        return sum
    }
}
