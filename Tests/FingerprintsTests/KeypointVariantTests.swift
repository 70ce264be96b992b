import CKernels
import Frames
import Testing

// The level is global, so these run one after the other.
@Suite("Blobs are the same bytes with and without vector instructions", .serialized)
struct KeypointVariantTests {
    enum Kind: String, CaseIterable { case black, white, checks, wideChecks, stripes, noise, extremes, smooth }

    private func picture(_ kind: Kind, _ width: Int, _ height: Int, seed: UInt64) -> LumaImage {
        var random = Random(state: seed)
        return LumaImage(
            width: width, height: height,
            pixels: (0..<width * height).map { index -> UInt8 in
                let (x, y) = (index % width, index / width)
                return switch kind {
                case .black: 0
                case .white: 255
                case .checks: (x + y) % 2 == 0 ? 0 : 255
                case .wideChecks: (x / 5 + y / 5) % 2 == 0 ? 0 : 255
                case .stripes: x % 7 < 3 ? 255 : 0
                case .noise: UInt8(truncatingIfNeeded: random.next())
                case .extremes: random.next() & 1 == 0 ? 0 : 255
                case .smooth: UInt8((x * x / 7 + y * y / 5 + x * y / 3) % 256)
                }
            })
    }

    private func bytes(_ points: [moire_keypoint]) -> [UInt8] {
        // Plain structures without pointers or padding.
        unsafe points.withUnsafeBytes { unsafe Array($0) }
    }

    @Test(
        "Plain and AVX2 find the same, and neither writes outside its memory",
        arguments: [
            (32, 32), (33, 47), (48, 32), (49, 33), (63, 65), (64, 64), (97, 51), (127, 129), (161, 90), (288, 512),
            (320, 181), (511, 287), (1024, 33), (35, 1023), (40, 40), (41, 56), (95, 96), (512, 288),
        ], Kind.allCases)
    func equal(size: (width: Int, height: Int), kind: Kind) {
        let seed = UInt64(size.width * 10_000 + size.height)
        let luma = picture(kind, size.width, size.height, seed: seed)
        defer { moire_keypoints_force_level(-1) }
        moire_keypoints_force_level(0)
        #expect(moire_keypoints_level() == 0)
        var results: [[UInt8]] = []
        for level: Int32 in [0, -1] {
            moire_keypoints_force_level(level)
            for capacity in [4096, 13] {
                let found = keypoints(luma, capacity: capacity) { behind, places in
                    #expect(behind.allSatisfy { $0 == 0xA5 }, "\(kind) \(size), seed \(seed)")
                    #expect(places.allSatisfy { $0.place == 0xA5A5_A5A5 }, "\(kind) \(size), seed \(seed)")
                }
                if capacity == 4096 { results.append(bytes(found)) }
                #expect(
                    found.allSatisfy {
                        $0.x > 0 && $0.y > 0 && $0.x < Float(luma.width) && $0.y < Float(luma.height) && $0.sigma > 0
                    })
            }
        }
        #expect(results[0] == results[1], "\(kind) \(size), seed \(seed)")
        if kind == .black || kind == .white { #expect(results[0].isEmpty) }
        if kind == .noise && luma.pixels.count > 10_000 { #expect(!results[0].isEmpty) }
    }

    @Test("Of more than 4,096 blobs the largest are kept")
    func full() {
        // Two spots in each square of 15 pixels, 9,300 in all, and a large one.
        var luma = LumaImage(width: 1024, height: 1024, filledWith: 0)
        for y in 0..<1024 {
            for x in 0..<1024 {
                let away = (Double(x) - 500) * (Double(x) - 500) + (Double(y) - 600) * (Double(y) - 600)
                let small = 20 * sine(cycles: Double(x) / 15) * sine(cycles: Double(y) / 15)
                luma[x, y] = UInt8(100 + small + 100 * exponential2(-away / 3000))
            }
        }
        let found = keypoints(luma, contrast: 0.1, capacity: 8192)
        #expect(found.count == 4096)
        #expect(found.contains { abs($0.x - 500) < 5 && abs($0.y - 600) < 5 && $0.sigma > 20 })
    }
}
