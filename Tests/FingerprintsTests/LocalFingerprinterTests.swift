import Fingerprints
import Frames
import Testing

@Suite("Local features of working frames")
struct LocalFingerprinterTests {
    private static let pictures = (1...6).map { Scenery(seed: UInt64($0)).drawn() }

    private func fingerprint(_ frames: [(Double, LumaImage)], _ parameters: LocalParameters = .v1) -> LocalFingerprint {
        var fingerprinter = LocalFingerprinter(parameters: parameters)
        for (pts, luma) in frames { fingerprinter.add(WorkingFrame(pts: pts, luma: luma)) }
        return fingerprinter.finish()
    }

    /// The picture with every grey level `more` higher.
    private func brighter(_ luma: LumaImage, by more: Int) -> LumaImage {
        LumaImage(width: luma.width, height: luma.height, pixels: luma.pixels.map { UInt8(min(255, Int($0) + more)) })
    }

    @Test("The first frame of each half second counts, by its time alone")
    func period() {
        let pictures = Self.pictures
        let found = fingerprint((0..<8).map { (0.1 + 0.25 * Double($0), pictures[$0 % 6]) })
        #expect(found.frames.map(\.ptsMs) == [100, 600, 1100, 1600])
        #expect(found.width == 256 && found.height == 192)
        #expect(found.frames.allSatisfy { $0.features.count > 20 })
        // Times of thirds of a second: 0.667 lies in the second half, 1.0 in the third.
        let thirds = fingerprint((0..<6).map { (Double($0) / 3, pictures[$0 % 6]) })
        #expect(thirds.frames.map(\.ptsMs) == [0, 667, 1000, 1667])
        #expect(fingerprint([]) == .none)
    }

    @Test("A feature says where it is, how large and how strong, in units of the longest side")
    func feature() throws {
        let luma = Scenery([Spot(x: 64, y: 96, sigma: 4, height: -60)]).drawn()
        let feature = try #require(fingerprint([(0, luma)]).frames.first?.features.first)
        #expect(abs(feature.place.x - 64 / 256) < 0.002)
        #expect(abs(feature.place.y - 96 / 256) < 0.002)
        // 0.84 of a 64th of the longest side: (log₂ 0.841 / 64 + 10) · 16 = 60.
        #expect(abs(Int(feature.scale) - 60) <= 1)
        #expect(feature.contrast > 12 && feature.contrast < 60)
        #expect(feature.code.word0 & 1 == 1)
    }

    @Test("A picture that stays repeats its features")
    func unchanged() {
        let picture = Self.pictures[0]
        var noisy = picture
        for index in stride(from: 0, to: noisy.pixels.count, by: 3) { noisy.pixels[index] ^= 1 }
        let found = fingerprint([(0, picture), (0.5, noisy), (1, picture), (1.5, Self.pictures[1])])
        #expect(found.frames.map(\.ptsMs) == [0, 500, 1000, 1500])
        #expect(found.frames[1].features == found.frames[0].features)
        #expect(found.frames[2].features == found.frames[0].features)
        #expect(found.frames[3].features != found.frames[0].features)
    }

    @Test("A picture that has hardly changed waits until a second is over")
    func barelyChanged() {
        let picture = Self.pictures[0]
        // Two grey levels: over 0.6, under 2.5.
        let found = fingerprint([(0, picture), (0.5, brighter(picture, by: 2)), (1, brighter(picture, by: 2))])
        #expect(found.frames.map(\.ptsMs) == [0, 1000])
        // Three are another picture at once.
        let soon = fingerprint([(0, picture), (0.5, brighter(picture, by: 3))])
        #expect(soon.frames.map(\.ptsMs) == [0, 500])
        // What changes slowly is measured against the picture that was looked at last.
        let slowly = fingerprint((0..<6).map { (Double($0) / 2, brighter(picture, by: $0)) })
        #expect(slowly.frames.map(\.ptsMs) == [0, 1000, 2000])
    }

    @Test("Times that are no times are passed over")
    func hostileTimes() {
        let pictures = Self.pictures
        let found = fingerprint([
            (-1, pictures[0]), (.nan, pictures[1]), (1, pictures[2]), (.infinity, pictures[3]),
            (-.infinity, pictures[3]),
            (0.5, pictures[4]), (1e300, pictures[5]), (FingerprintLimits.duration, pictures[0]),
            (FingerprintLimits.duration + 1, pictures[1]),
        ])
        #expect(found.frames.map(\.ptsMs) == [1000, 4_294_967_000])
    }

    @Test("A frame gives its strongest, and a sixteenth of them once the file has given its share")
    func cap() {
        var parameters = LocalParameters.v1
        parameters.featuresPerFrame = 32
        parameters.featuresInFull = 80
        let frames = (0..<6).map { (Double($0) / 2, Self.pictures[$0]) }
        let found = fingerprint(frames, parameters)
        #expect(found.frames.map(\.features.count) == [32, 32, 32, 2, 2, 2])
        let all = fingerprint(frames)
        #expect(all.frames.allSatisfy { $0.features.count > 32 && $0.features.count <= 256 })
        #expect(found.frames[0].features == Array(all.frames[0].features.prefix(32)))
        #expect(found.frames[5].features == Array(all.frames[5].features.prefix(2)))
    }

    @Test("Flat, tiny and oversized pictures give frames without features")
    func nothing() {
        let found = fingerprint([
            (0, LumaImage(width: 256, height: 144, filledWith: 9)),
            (0.5, LumaImage(width: 16, height: 16, filledWith: 80)),
            (1, LumaImage(width: 1025, height: 40, filledWith: 200)), (1.5, Self.pictures[0]),
        ])
        #expect(found.frames.map(\.features.isEmpty) == [true, true, true, false])
        #expect(found.width == 256 && found.height == 144)
    }
}
