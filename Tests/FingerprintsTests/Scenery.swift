import CKernels
import Foundation
import Frames

/// A round spot of light or dark.
struct Spot {
    /// Pixels from the left and the upper edge.
    var x: Double
    var y: Double
    /// Standard deviation, pixels.
    var sigma: Double
    /// Grey levels in its middle, negative for a dark one.
    var height: Double
}

/// A picture made of spots, which can be drawn at any size.
struct Scenery {
    var width = 256
    var height = 192
    var spots: [Spot]
    var ground = 128.0

    init(_ spots: [Spot]) { self.spots = spots }

    /// Spots of all sizes at random places.
    init(seed: UInt64, count: Int = 150) {
        var random = Random(state: seed)
        func share() -> Double {
            _ = random.next()
            return Double(random.next() % 100_000) / 100_000
        }
        spots = (0..<count).map { _ in
            let sigma = 2 * exp(2 * share())
            return Spot(
                x: 256 * share(), y: 192 * share(), sigma: sigma, height: (share() < 0.5 ? 1 : -1) * (10 + 30 * share())
            )
        }
    }

    /// The picture with its sides times `scale` and its grey levels about the ground times `gain`, and `more` of them.
    func drawn(scale: Double = 1, gain: Double = 1, more: Double = 0) -> LumaImage {
        let (w, h) = (Int(Double(width) * scale), Int(Double(height) * scale))
        var sums = [Double](repeating: 0, count: w * h)
        for spot in spots {
            let sigma = spot.sigma * scale, reach = 4 * sigma
            let across = max(0, Int(spot.x * scale - reach))..<max(0, min(w, Int(spot.x * scale + reach) + 1))
            let shares = across.map { column in
                let dx = (Double(column) + 0.5 - spot.x * scale) / sigma
                return exp(-dx * dx / 2)
            }
            for row in max(0, Int(spot.y * scale - reach))..<max(0, min(h, Int(spot.y * scale + reach) + 1)) {
                let dy = (Double(row) + 0.5 - spot.y * scale) / sigma
                let line = spot.height * exp(-dy * dy / 2)
                for (column, share) in zip(across, shares) { sums[row * w + column] += line * share }
            }
        }
        return LumaImage(
            width: w, height: h,
            pixels: sums.map { UInt8(max(0, min(255, (ground + more + gain * $0).rounded()))) })
    }
}

extension LumaImage {
    var mirrored: LumaImage {
        LumaImage(width: width, height: height, pixels: pixels.indices.map { self[width - 1 - $0 % width, $0 / width] })
    }

    var upsideDown: LumaImage {
        LumaImage(
            width: width, height: height, pixels: pixels.indices.map { self[$0 % width, height - 1 - $0 / width] })
    }

    /// Rows and columns exchanged.
    var exchanged: LumaImage {
        LumaImage(width: height, height: width, pixels: pixels.indices.map { self[$0 / height, $0 % height] })
    }

    var negative: LumaImage { LumaImage(width: width, height: height, pixels: pixels.map { 255 - $0 }) }
}

/// What the kernel finds in a picture, strongest first.
///
/// - Parameter guarded: called with the bytes behind the scratch memory and the places behind `capacity`.
func keypoints(
    _ luma: LumaImage, contrast: Float = 1.5, capacity: Int = 4096,
    guarded: ([UInt8], [moire_keypoint]) -> Void = { _, _ in }
) -> [moire_keypoint] {
    let guards = 256, bytes = moire_keypoint_scratch_bytes(Int32(luma.width), Int32(luma.height))
    var scratch = [UInt8](repeating: 0xA5, count: bytes + 64 + guards)
    var marked = moire_keypoint()
    marked.place = 0xA5A5_A5A5
    var found = [moire_keypoint](repeating: marked, count: capacity + 4)
    var behind: [UInt8] = []
    let count = unsafe scratch.withUnsafeMutableBytes { scratch in
        // 64 bytes more than asked for, so that an aligned start is among them.
        let base = unsafe scratch.baseAddress!.alignedUp(toMultipleOf: 64)
        let count = unsafe moire_keypoints(
            luma.pixels, Int32(luma.width), Int32(luma.height), contrast, base, &found, capacity)
        unsafe behind = Array(UnsafeRawBufferPointer(start: base + bytes, count: guards))
        return count
    }
    guarded(behind, Array(found[capacity...]))
    return Array(found.prefix(min(count, capacity)))
}

extension moire_code96 {
    static func ^ (a: moire_code96, b: moire_code96) -> moire_code96 {
        moire_code96(words: (a.words.0 ^ b.words.0, a.words.1 ^ b.words.1, a.words.2 ^ b.words.2))
    }

    var ones: Int { words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount }
}
