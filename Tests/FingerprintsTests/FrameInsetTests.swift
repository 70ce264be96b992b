import Fingerprints
import Frames
import Testing

@Suite("A frame as an inset")
struct FrameInsetTests {
    /// The light of a scene of many soft spots, at places in 0...1 of each side.
    private func scene(_ seed: UInt64) -> (_ x: Double, _ y: Double) -> Double {
        var random = Random(state: seed)
        let spots = (0..<60).map { _ in
            (
                x: Double(random.next() % 1000) / 1000, y: Double(random.next() % 1000) / 1000,
                size: 0.05 + Double(random.next() % 1000) / 12_000, light: Double(random.next() % 161) - 80
            )
        }
        return { x, y in
            spots.reduce(128.0) { sum, spot in
                let away = ((x - spot.x) * (x - spot.x) + (y - spot.y) * (y - spot.y)) / (spot.size * spot.size)
                return away < 1 ? sum + spot.light * (1 - away) : sum
            }
        }
    }

    /// `cut` of each side is left out, `left` and `top` of it, as shares, at the left and at the top.
    private func picture(_ seed: UInt64, side: Int = 128, cut: Double = 0, left: Double = 0.5, top: Double = 0.5)
        -> LumaImage
    {
        let light = scene(seed)
        func place(_ k: Int, _ before: Double) -> Double {
            cut * before + (1 - cut) * (Double(k) + 0.5) / Double(side)
        }
        return LumaImage(
            width: side, height: side,
            pixels: (0..<side * side).map {
                UInt8(clamping: Int(light(place($0 % side, left), place($0 / side, top))))
            })
    }

    /// Mean bits between twenty pictures and what is left of them, as they are and in each inset.
    private func distances(cut: Double, left: Double, top: Double, number: Int) -> (asIs: Int, insets: [Int]) {
        var hasher = PDQHasher()
        var asIs = 0, insets = [0, 0, 0]
        for seed: UInt64 in 1...20 {
            let whole = hasher.hash(picture(seed)).hash
            let asked = hasher.hashToAsk(picture(seed, cut: cut, left: left, top: top), number: number)
            asIs += asked.result.hash.hammingDistance(to: whole)
            for k in 0..<3 { insets[k] += asked.insets[k].hash.hammingDistance(to: whole) }
        }
        return (asIs / 20, insets.map { $0 / 20 })
    }

    @Test("What was cut to 94 % of each side lies half as far from its source in the middle inset as it does as it is")
    func nearer() {
        let (asIs, insets) = distances(cut: 0.06, left: 0.5, top: 0.5, number: 0)
        #expect(insets[0] * 2 < asIs, "\(insets[0]) bits as insets, \(asIs) as they are")
    }

    @Test(
        "What is left of a corner lies nearest in the inset of that corner; frames with even and odd numbers share four",
        arguments: [(0, 1, 0, 0), (0, 2, 1, 1), (1, 1, 1, 0), (1, 2, 0, 1), (2, 1, 1, 1), (3, 1, 0, 1)])
    func corners(number: Int, inset: Int, right: Int, bottom: Int) {
        // All of the cut was at the left of what lies at the right.
        let (asIs, insets) = distances(cut: 0.06, left: Double(right), top: Double(bottom), number: number)
        #expect(insets[inset] == insets.min() && insets[inset] * 2 < asIs, "\(insets), \(asIs)")
    }

    @Test("An inset is the hash of the picture drawn smaller between its own drawn-out edges")
    func drawn() {
        // 64x64 samples are taken as they are, so the drawing can be done by hand.
        let side = 64, light = scene(8)
        func place(_ k: Int, _ shift: Double) -> Double {
            (min(63, max(0, (Double(k) + 0.5 - 32 - shift) / 0.94 + 31.5)) + 0.5) / 64
        }
        var hasher = PDQHasher()
        func drawn(_ dx: Double, _ dy: Double) -> PDQHash {
            let smaller = (0..<side * side).map { Float(light(place($0 % side, dx), place($0 / side, dy))) }
            return hasher.hash(luma: smaller, width: side, height: side).hash
        }
        let asked = hasher.hashToAsk(picture(8, side: side), number: 0)
        #expect(asked.insets.count == FrameInset.ofFrame)
        #expect(asked.insets[0].hash.hammingDistance(to: drawn(0, 0)) <= 8)
        #expect(asked.insets[1].hash.hammingDistance(to: drawn(-1.6, -1.6)) <= 8)
        #expect(asked.insets[2].hash.hammingDistance(to: drawn(1.6, 1.6)) <= 8)
        #expect(asked.result.hash.hammingDistance(to: drawn(0, 0)) > 40)
    }

    @Test("A mirrored picture has the mirrored insets: those of a corner in the one across")
    func mirrored() {
        var hasher = PDQHasher()
        let image = picture(3, side: 64), width = image.width
        let mirrored = LumaImage(
            width: width, height: image.height,
            pixels: image.pixels.indices.map { image.pixels[$0 / width * width + width - 1 - $0 % width] })
        let asked = hasher.hashToAsk(image, number: 0).insets
        // Corners of frame 0 are upper left and lower right, of frame 1 upper right and lower left.
        for (own, number, other) in [(0, 0, 0), (1, 1, 1), (2, 1, 2)] {
            let across = hasher.hashToAsk(mirrored, number: number).insets[other]
            #expect(asked[own].hash.mirrored.hammingDistance(to: across.hash) <= 8)
        }
    }

    // MARK: Stored

    private func media(frames: Int) -> MediaFingerprint {
        var random = Random(state: 5)
        func hash() -> PDQHash { PDQHash(random.next(), random.next(), random.next(), random.next()) }
        func margins() -> FrameMargins { FrameMargins(low: hash(), high: hash()) }
        return MediaFingerprint(
            duration: 1,
            video: VideoFingerprint(
                frames: (0..<frames).map { FrameCode(ptsMs: UInt32(250 * $0), hash: hash(), quality: 80) },
                margins: (0..<frames).map { _ in margins() },
                insets: (0..<3 * frames).map { _ in FrameInset(hash: hash(), margins: margins()) }),
            audio: AudioFingerprint(peaks: [SoundPeak(hop: 3, band: 9)]))
    }

    @Test("Insets are stored behind the margins, three of 96 bytes a frame, and read back")
    func stored() throws {
        let with = media(frames: 3), bytes = with.encoded()
        #expect(try MediaFingerprint(decoding: bytes) == with)
        #expect(bytes[10] == 5)
        var without = with
        without.video.insets = []
        #expect(bytes.count == without.encoded().count + 3 * 3 * 96)
        let first = bytes.count - 4 - 3 * 3 * 96
        let word = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[first + $1]) << UInt64(8 * $1) }
        #expect(word == with.video.insets[0].hash.word0)
    }

    @Test("Insets that are cut short or come without margins are refused")
    func hostile() throws {
        func code(_ bytes: [UInt8]) -> FingerprintError.Code? {
            let body = Array(bytes.dropLast(4)), checksum = Checksum.crc32c(body)
            let signed = body + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
            return #expect(throws: FingerprintError.self) { try MediaFingerprint(decoding: signed) }?.code
        }
        let bytes = media(frames: 2).encoded()
        var short = Array(bytes.dropLast(5)) + [0, 0, 0, 0]
        short[12] &-= 1
        #expect(code(short) == .truncated)
        var alone = bytes
        alone[10] = 4
        #expect(code(alone) == .malformed)
        var unflagged = bytes
        unflagged[10] = 1
        #expect(code(unflagged) == .malformed)
    }
}
