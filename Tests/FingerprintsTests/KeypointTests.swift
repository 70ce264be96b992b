import CKernels
import Frames
import Testing

@Suite("Blobs and their codes")
struct KeypointTests {
    /// The most prominent blob of a picture with a single spot in it.
    private func only(_ spot: Spot) -> moire_keypoint? { keypoints(Scenery([spot]).drawn()).first }

    @Test(
        "A spot is found where it is, with its size, and bit 0 says whether it is dark",
        arguments: [2.5, 3, 4, 5.5, 8, 11, 16], [60.0, -60])
    func spot(_ sigma: Double, _ height: Double) throws {
        for (x, y) in [(128.0, 96.0), (100.3, 90.8), (141.5, 101.5)] {
            let found = try #require(only(Spot(x: x, y: y, sigma: sigma, height: height)))
            // A spot of σ 16 is looked for among pixels eight times the size.
            let reach = max(0.3, 0.03 * sigma)
            #expect(abs(Double(found.x) - x) < reach && abs(Double(found.y) - y) < reach, "\(found.x), \(found.y)")
            // The difference of two Gaussians twice apart in variance is greatest where the narrower has 1 / √2 of the
            // spot's: 0.84 of its σ. Sizes are told from two an octave.
            #expect(abs(Double(found.sigma) / (0.841 * sigma) - 1) < 0.06, "\(found.sigma)")
            #expect(found.code.words.0 & 1 == (height < 0 ? 1 : 0))
            // Half of a Gaussian's height is the most that a difference of two twice apart in variance can give of it.
            #expect(found.contrast > 0.1 * 60 && found.contrast < 0.5 * 60, "\(found.contrast)")
        }
    }

    @Test("A flat picture has none, and neither has one with a straight edge or under the least contrast")
    func none() {
        for value: UInt8 in [0, 7, 128, 255] {
            #expect(keypoints(LumaImage(width: 64, height: 48, filledWith: value)).isEmpty)
        }
        var edge = LumaImage(width: 96, height: 64, filledWith: 20)
        for index in edge.pixels.indices where index % 96 >= 48 { edge.pixels[index] = 220 }
        #expect(keypoints(edge).isEmpty)
        let faint = Scenery([Spot(x: 128, y: 96, sigma: 5, height: 20)]).drawn()
        #expect(keypoints(faint, contrast: 1.5).count >= 1)
        #expect(keypoints(faint, contrast: 10).isEmpty)
    }

    @Test("Pictures smaller than 32 or larger than 1024 pixels a side give none, those just within do")
    func sides() {
        func found(_ width: Int, _ height: Int) -> Int {
            var random = Random(state: 4)
            return keypoints(
                LumaImage(
                    width: width, height: height,
                    pixels: (0..<width * height).map { _ in UInt8(truncatingIfNeeded: random.next()) })
            ).count
        }
        #expect(found(31, 100) == 0)
        #expect(found(100, 31) == 0)
        #expect(found(1, 1) == 0)
        #expect(found(1025, 40) == 0)
        #expect(found(40, 1025) == 0)
        #expect(found(32, 32) > 0)
        #expect(found(1024, 32) > 0)
        #expect(found(32, 1024) > 0)
    }

    /// Pairs of one blob in two pictures: nearest in place, of about the same size.
    private func pairs(
        _ a: [moire_keypoint], _ b: [moire_keypoint], place: (moire_keypoint) -> (x: Float, y: Float), scale: Float = 1
    ) -> [(moire_keypoint, moire_keypoint)] {
        a.compactMap { one in
            let (x, y) = place(one)
            let other = b.filter { abs($0.sigma / (one.sigma * scale) - 1) < 0.3 }.min {
                let (dx, dy, ex, ey) = ($0.x - x, $0.y - y, $1.x - x, $1.y - y)
                return dx * dx + dy * dy < ex * ex + ey * ey
            }
            guard let other, abs(other.x - x) < 0.5 * one.sigma * scale, abs(other.y - y) < 0.5 * one.sigma * scale
            else { return nil }
            return (one, other)
        }
    }

    /// What two pictures share of their blobs.
    private struct Agreement: Equatable {
        /// Of the first picture's, those that have a partner.
        var share: Double
        /// Bits of the code that differ, on average, and in nine tenths of the pairs at most.
        var mean: Double
        var most: Int

        init(_ pairs: [(moire_keypoint, moire_keypoint)], of all: Int, mask: moire_code96 = moire_code96()) {
            let bits = pairs.map { ($0.0.code ^ $0.1.code ^ mask).ones }.sorted()
            share = Double(pairs.count) / Double(max(1, all))
            mean = Double(bits.reduce(0, +)) / Double(max(1, bits.count))
            most = bits.isEmpty ? 96 : bits[bits.count * 9 / 10]
        }

        func isWithin(_ bits: Double, share least: Double) -> Bool { share >= least && mean <= bits }
    }

    /// Smaller octaves keep every other pixel, which are others in a mirror: hence the few bits that differ.
    @Test("A mirrored, upturned or negative picture's codes are the codes with fixed bits flipped", arguments: 1...4)
    func masks(_ seed: Int) throws {
        let picture = Scenery(seed: UInt64(seed)).drawn(), found = keypoints(picture)
        let (w, h) = (Float(picture.width), Float(picture.height))
        let (mirror, upside) = (moire_keypoint_mirror_mask(), moire_keypoint_upside_mask())
        let negative = moire_keypoint_negative_mask()
        let mirrored = pairs(found, keypoints(picture.mirrored), place: { (w - $0.x, $0.y) })
        let upturned = pairs(found, keypoints(picture.upsideDown), place: { ($0.x, h - $0.y) })
        let inverted = pairs(found, keypoints(picture.negative), place: { ($0.x, $0.y) })
        let turned = pairs(found, keypoints(picture.mirrored.upsideDown), place: { (w - $0.x, h - $0.y) })
        for (kind, pairs, mask) in [
            ("mirrored", mirrored, mirror), ("upturned", upturned, upside), ("inverted", inverted, negative),
            ("turned", turned, mirror ^ upside),
        ] {
            let agreement = Agreement(pairs, of: found.count, mask: mask)
            #expect(agreement.isWithin(7, share: 0.9), "\(kind): \(agreement), seed \(seed)")
            // Without the mask they are other codes.
            let other = Agreement(pairs, of: found.count)
            #expect(other.mean > 30, "\(kind): \(other), seed \(seed)")
        }
        #expect(mirror.words.0 & 1 == 0 && upside.words.0 & 1 == 0 && negative.words.0 & 1 == 1)
    }

    @Test("With rows and columns exchanged, codes are the codes with bits moved and some flipped", arguments: 1...4)
    func exchanged(_ seed: Int) throws {
        let picture = Scenery(seed: UInt64(seed)).drawn(), found = keypoints(picture)
        let moved = found.map { point in
            var copy = point
            copy.code = moire_keypoint_transposed(point.code)
            return copy
        }
        let pairs = pairs(moved, keypoints(picture.exchanged), place: { ($0.y, $0.x) })
        let agreement = Agreement(pairs, of: found.count)
        // Blurs round after the columns and again after the rows: hence the few bits that differ.
        #expect(agreement.isWithin(5, share: 0.93), "\(agreement), seed \(seed)")
        #expect(zip(found, moved).allSatisfy { ($0.code ^ moire_keypoint_transposed($1.code)).ones == 0 })
    }

    @Test("A brighter picture of more contrast has nearly the same codes", arguments: 1...4)
    func light(_ seed: Int) throws {
        let scenery = Scenery(seed: UInt64(seed)), found = keypoints(scenery.drawn(gain: 0.6), contrast: 3)
        let brighter = pairs(found, keypoints(scenery.drawn(gain: 0.8, more: 10)), place: { ($0.x, $0.y) })
        let agreement = Agreement(brighter, of: found.count)
        #expect(agreement.isWithin(5, share: 0.9), "\(agreement), seed \(seed)")
    }

    @Test("At half the size large blobs keep their codes, within 12 of 96 bits", arguments: 1...4)
    func half(_ seed: Int) throws {
        let scenery = Scenery(seed: UInt64(seed))
        let large = keypoints(scenery.drawn(), contrast: 3).filter { $0.sigma > 4 }
        let small = keypoints(scenery.drawn(scale: 0.5))
        let both = pairs(large, small, place: { ($0.x / 2, $0.y / 2) }, scale: 0.5)
        let agreement = Agreement(both, of: large.count)
        #expect(agreement.isWithin(12, share: 0.8), "\(agreement), seed \(seed)")
    }

    @Test("Different pictures' codes differ in about half of their bits")
    func strangers() {
        let (a, b) = (keypoints(Scenery(seed: 1).drawn()), keypoints(Scenery(seed: 2).drawn()))
        let distances = a.flatMap { one in b.map { (one.code ^ $0.code).ones } }
        #expect(abs(Double(distances.reduce(0, +)) / Double(distances.count) - 48) < 3)
    }

    @Test("The strongest come first, and a smaller capacity keeps those", arguments: [0, 1, 7, 30])
    func capacity(_ capacity: Int) {
        let picture = Scenery(seed: 9).drawn(), all = keypoints(picture)
        #expect(all.count > 30)
        #expect(zip(all, all.dropFirst()).allSatisfy { Int($0.contrast * 16) >= Int($1.contrast * 16) })
        let some = keypoints(picture, capacity: capacity) { _, places in
            #expect(places.allSatisfy { $0.place == 0xA5A5_A5A5 })
        }
        #expect(some.count == capacity)
        #expect(zip(some, all).allSatisfy { $0.x == $1.x && $0.y == $1.y && ($0.code ^ $1.code).ones == 0 })
    }

    @Test("Weaker bits are weak ones, and the polarity is neither")
    func weak() {
        for seed: UInt64 in 1...3 {
            let found = keypoints(Scenery(seed: seed).drawn())
            for point in found {
                let (weak, weaker) = (point.weak.words, point.weaker.words)
                #expect(weaker.0 & ~weak.0 == 0 && weaker.1 & ~weak.1 == 0 && weaker.2 & ~weak.2 == 0)
                #expect(weak.0 & 1 == 0)
            }
            let share = Double(found.reduce(0) { $0 + $1.weak.ones }) / Double(96 * found.count)
            #expect(share > 0.3 && share < 0.75, "seed \(seed): \(share)")
        }
    }
}
