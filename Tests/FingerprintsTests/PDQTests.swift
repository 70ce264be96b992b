import CKernels
import Fingerprints
import Frames
import Testing

/// A grey picture by a closed formula in integers.
func picture(_ width: Int, _ height: Int, _ value: (Int, Int) -> Int) -> LumaImage {
    var pixels: [UInt8] = []
    for y in 0..<height { for x in 0..<width { pixels.append(UInt8(truncatingIfNeeded: value(x, y))) } }
    return LumaImage(width: width, height: height, pixels: pixels)
}

func rings() -> LumaImage { picture(512, 288) { ($0 * $0 + $1 * $1) / 97 } }

@Suite("PDQ is Meta's, bit for bit")
struct PDQTests {
    /// Expected values: Meta's C++ as packaged in the Python package pdqhash 0.2.8.
    @Test(
        "Hash and quality equal the reference's",
        arguments: [
            (rings(), "08ff6ff0bc05e1fc0e0370ff8f80383fe1fc8f801e03383f71fce1f0c3c0c780", 100),
            (
                picture(288, 512) { $0 * $1 / 53 }, "2d25596d924964c9cd99991b2333ce731c6371c7c3860f0e7c1ec07c07fcffc0",
                100
            ),
            (
                picture(100, 77) { ($0 / 9 + $1 / 7) % 2 * 200 + $0 },
                "077f74ae077f31fd077f0c04f8801ec7f880b370f880ee8df88094f3f88093f6", 100
            ),
            (
                picture(64, 64) { $0 * 3 ^ $1 * 5 }, "2cb27897c34cda0d6c927a96fa9f9968da6d25e22cf239e3d30ddb6924922492",
                100
            ),
            (
                picture(5, 300) { $0 * 51 + $1 * $1 / 11 },
                "64d9ce736b5a6e5b3b0e6f5b6b5a3b4a8b629b62b1a49b6293e491e021c8318c", 100
            ),
            (
                picture(341, 511) { ($0 * $0 / 31 + $1 * 13) / 3 },
                "6ce0a6786ce0a6786ce0a6786ce0ae786ce0a67c6ce0be786ce0be786ce0be78", 100
            ),
            (
                picture(320, 240) { 120 + ($0 / 40 + $1 / 30) % 3 },
                "838e839f031f031f839f56ca7c60a9357c60031f2935fc60564a2935564aa9b5", 0
            ),
        ])
    func reference(image: LumaImage, hex: String, quality: Int) {
        let result = PDQ.hash(image)
        #expect(result.hash.hex == hex)
        #expect(result.quality == quality)
    }

    @Test("Grey RGB pictures hash as their luma does")
    func greyRGB() {
        let luma = rings()
        let rgb = RGBImage(width: 512, height: 288, pixels: luma.pixels.flatMap { [$0, $0, $0] })
        #expect(PDQ.hash(rgb).hash.hammingDistance(to: PDQ.hash(luma).hash) <= 2)
        #expect(PDQ.hash(rgb).quality == 100)
    }

    @Test("Luma weighs red 0.299, green 0.587, blue 0.114")
    func luma() {
        var values = [Float](repeating: 0, count: 3)
        unsafe moire_luma_from_rgb([255, 0, 0, 0, 255, 0, 0, 0, 255], 3, &values)
        let expected: [Float] = [76.245, 149.685, 29.07]
        #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test("All eight orientations equal the reference's dihedral hashes")
    func dihedral() {
        let hashes = PDQ.dihedral(rings()).hashes
        #expect(hashes.original.hex == "08ff6ff0bc05e1fc0e0370ff8f80383fe1fc8f801e03383f71fce1f0c3c0c780")
        #expect(hashes.turned90.hex == "12c7a970759cdac7eb70959e4a63ad30d6cf2b71d59c2a6395984a678d30424f")
        #expect(hashes.turned180.hex == "5daac55ae9544b565b57da55dad59295b4a9252a4b56929524a94b5a96956d2a")
        #expect(hashes.turned270.hex == "679203da20c9786dbe653f349f36079a839a81db81c9c0cdd0cde0cdf865f8e5")
        #expect(hashes.flipped.hex == "0aff901fbc071e0b1e038f00cf80c7e0e1fd787f1e03c7c071fc1e1fc3c0387f")
        #expect(hashes.mirrored.hex == "5daa3aa56950b4a85b5625aa9ad56d6ab4a8dad54b566d6a24a9b4a5969592d5")
        #expect(hashes.transposed.hex == "32c7548f759c2538eb706a614a6352cfd6cfd48ed59cd59c9598b5988d30ad30")
        #expect(hashes.antitransposed.hex == "6792fe2520c98f92be25c0cb1f36f865839a7e2480c97f36c0cd3f32d8650f9a")
    }

    /// The published hashes of Meta's bridge photograph and its mirror image (pdq/python tests).
    @Test("A hash mirrored from its bits lies within vPDQ's 31 bits of the mirrored picture's")
    func mirrored() throws {
        let bridge = try #require(PDQHash(hex: "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"))
        let flipped = try #require(PDQHash(hex: "0dad259bb1a1bd18d362576556da32a1e63b7380c2374b4866b3c6c91b89ce77"))
        #expect(bridge.hammingDistance(to: flipped) == 132)
        #expect(bridge.mirrored.hammingDistance(to: flipped) == 18)
        #expect(bridge.mirrored.mirrored == bridge)
    }

    /// The bits know nothing of the median, as with a mirror.
    @Test("A hash turned or made negative from its bits lies within 31 bits of the turned picture's")
    func turned() {
        let hashes = PDQ.dihedral(rings()).hashes
        for (quarters, turned) in [(1, hashes.turned270), (2, hashes.turned180), (3, hashes.turned90)] {
            let guess = hashes.original.turned(quarters: quarters)
            #expect(guess.hammingDistance(to: turned) <= 31, "\(quarters)")
            #expect(guess.turned(quarters: 4 - quarters) == hashes.original)
        }
        #expect(hashes.original.transposed.hammingDistance(to: hashes.transposed) <= 31)
        #expect(hashes.original.negative.hammingDistance(to: hashes.original) == 256)
        #expect(hashes.original.turned(quarters: 4) == hashes.original)
    }

    @Test("A quarter turn moves bit 16 r + c to 16 c + r, and flips what turns over")
    func turnedBits() {
        for (row, column) in [(0, 0), (0, 1), (1, 0), (3, 12), (12, 3), (7, 4), (15, 0), (15, 15), (9, 10)] {
            let one = PDQHash.ones([16 * row + column])
            #expect(one.transposed == .ones([16 * column + row]), "\(row), \(column)")
        }
        // Nothing is set in a black picture's: turned clockwise, the even columns are, to the left the even rows, and
        // upside down what is even in one of both.
        let none = PDQHash(0, 0, 0, 0)
        #expect(none.turned(quarters: 1) == .ones((0..<256).filter { $0 % 2 == 0 }))
        #expect(none.turned(quarters: 3) == .ones((0..<256).filter { $0 / 16 % 2 == 0 }))
        #expect(none.turned(quarters: 2) == .ones((0..<256).filter { ($0 + $0 / 16) % 2 == 1 }))
        #expect(none.negative == .ones(0..<256))
    }

    @Test("A picture with a side under five pixels has the zero hash and no quality")
    func tiny() {
        let result = PDQ.hash(picture(4, 200) { $0 * 60 + $1 })
        #expect(result == PDQ.Result(hash: PDQHash(0, 0, 0, 0), quality: 0))
        #expect(PDQ.hash(luma: [], width: 0, height: 0) == result)
    }

    @Test("A hasher gives the same for a small picture after a large one")
    func reuse() {
        var hasher = PDQHasher()
        let small = picture(100, 77) { $0 * 7 ^ $1 * 3 }
        _ = hasher.hash(rings())
        #expect(hasher.hash(small) == PDQ.hash(small))
        #expect(hasher.hash(luma: small.pixels.map(Float.init), width: 100, height: 77) == PDQ.hash(small))
    }

    @Test("Meta's first hex digit holds bits 255 to 252")
    func text() throws {
        let hex = "8000000000000000" + "0000000000000000" + "0000000000000000" + "0000000000000001"
        let hash = try #require(PDQHash(hex: hex))
        #expect(hash == PDQHash(1, 0, 0, 0x8000_0000_0000_0000))
        #expect(hash.hex == hex)
        #expect(PDQHash(hex: hex.uppercased()) == hash)
        #expect(PDQHash(hex: String(hex.dropLast())) == nil)
        #expect(PDQHash(hex: hex + "0") == nil)
        #expect(PDQHash(hex: "g" + hex.dropFirst()) == nil)
    }
}

extension PDQHash {
    static func ones(_ bits: some Sequence<Int>) -> PDQHash {
        var words: [UInt64] = [0, 0, 0, 0]
        for bit in bits { words[bit / 64] |= 1 << UInt64(bit % 64) }
        return PDQHash(words[0], words[1], words[2], words[3])
    }
}
