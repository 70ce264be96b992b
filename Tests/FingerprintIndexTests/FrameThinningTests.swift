@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("Leaving out frames that say nothing new")
struct FrameThinningTests {
    static let picture = PDQHash(0x0123_4567_89AB_CDEF, .max, 0, 0x5555_5555_5555_5555)

    /// One frame a quarter second; of each, by how many bits it differs from the picture.
    static func frames(_ bits: [Int], quality: UInt8 = 100) -> [FrameCode] {
        bits.enumerated().map { place, count in
            FrameCode(ptsMs: UInt32(250 * place), hash: picture.flipping(0..<count), quality: quality)
        }
    }

    @Test("Of a still one frame a second is kept, and the last")
    func stills() {
        let kept = FrameThinning.thinned(Self.frames(Array(repeating: 0, count: 12)))
        #expect(kept.map(\.ptsMs) == [0, 1000, 2000, 2750])
    }

    @Test("A frame 13 bits from the last that was kept is kept, one 12 bits from it is not")
    func distances() {
        #expect(FrameThinning.thinned(Self.frames([0, 12, 13, 20, 26, 26])).map(\.ptsMs) == [0, 500, 1000, 1250])
    }

    @Test("Frames that are usable and frames that are too flat do not stand for each other")
    func qualities() {
        var frames = Self.frames([0, 0, 0, 0])
        frames[1].quality = 10
        #expect(FrameThinning.thinned(frames).map(\.ptsMs) == [0, 250, 500, 750])
    }

    @Test("A frame out of order is kept, and no time runs over")
    func disorder() {
        var frames = Self.frames([0, 0, 0])
        frames[0].ptsMs = .max
        #expect(FrameThinning.thinned(frames).map(\.ptsMs) == [.max, 250, 500])
        #expect(FrameThinning.filled(frames).count == 3)
        #expect(FrameThinning.filled([frames[0], frames[0]]).count == 2)
    }

    @Test("What was left out is put back as what was shown last, and left out again the same")
    func filling() {
        let frames = Self.frames([0, 5, 3, 7, 2, 40, 44, 41, 43])
        let kept = FrameThinning.thinned(frames)
        #expect(kept.map(\.ptsMs) == [0, 1000, 1250, 2000])
        let filled = FrameThinning.filled(kept)
        #expect(filled.map(\.ptsMs) == [0, 250, 500, 750, 1000, 1250, 1500, 1750, 2000])
        #expect(filled.map { $0.hash.hammingDistance(to: Self.picture) } == [0, 0, 0, 0, 2, 40, 40, 40, 43])
        #expect(FrameThinning.thinned(filled) == kept)
    }

    @Test("Pictures of which none were left out stay as they are: a cut after a second, and four a second")
    func nothingToFill() {
        let four = Self.frames([0, 30, 60, 90, 120])
        #expect(FrameThinning.filled(four) == four)
        let apart = [four[0], FrameCode(ptsMs: 1251, hash: four[4].hash, quality: 100)]
        #expect(FrameThinning.filled(apart) == apart)
    }

    @Test("An index gives back a still of ten seconds with a frame at every quarter second, in less room")
    func throughAnIndex() throws {
        let folder = try TemporaryFolder()
        let index = try FingerprintIndex(at: folder.path, create: true)
        let still = fingerprint(Self.frames(Array(repeating: 0, count: 40)), seconds: 10)
        try index.add([(Reference(id: "still"), still)])
        #expect(try index.fingerprint(of: "still")?.video.frames.map(\.ptsMs) == still.video.frames.map(\.ptsMs))
        #expect(try IndexSizes(of: index).codes == 11)
        // Added again, it is what is there.
        let generation = try index.lookup(still, id: "q").generation
        try index.add([(Reference(id: "still"), still)])
        #expect(try index.lookup(still, id: "q").generation == generation)
    }
}
