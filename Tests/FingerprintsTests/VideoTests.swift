import Fingerprints
import Frames
import Testing

@Suite("One code a working frame")
struct VideoTests {
    func fingerprint(_ frames: [(Double, LumaImage)]) -> VideoFingerprint {
        var fingerprinter = VideoFingerprinter()
        for (pts, luma) in frames { fingerprinter.add(WorkingFrame(pts: pts, luma: luma)) }
        return fingerprinter.finish()
    }

    @Test("Codes carry the frame's time in milliseconds, its hash and its quality")
    func codes() {
        let found = fingerprint((0..<4).map { (0.25 * Double($0) + 0.0004, rings()) })
        #expect(found.abstainReason == nil)
        #expect(found.frames.map(\.ptsMs) == [0, 250, 500, 750])
        #expect(found.frames.allSatisfy { $0.quality == 100 && $0.hash == PDQ.hash(rings()).hash })
    }

    @Test("Flat frames keep their quality; too many of them, too few frames or none abstain")
    func abstention() {
        let flat = LumaImage(width: 64, height: 36, filledWith: 90)
        #expect(fingerprint([]).abstainReason == "no_video")
        #expect(fingerprint([(0, rings()), (0.25, rings())]).abstainReason == "too_short")
        let mostlyFlat = fingerprint((0..<6).map { (Double($0) / 4, $0 == 0 ? rings() : flat) })
        #expect(mostlyFlat.abstainReason == "flat_picture")
        #expect(mostlyFlat.frames.map(\.quality) == [100, 0, 0, 0, 0, 0])
        #expect(fingerprint((0..<6).map { (Double($0) / 4, $0 < 2 ? rings() : flat) }).abstainReason == nil)
    }

    @Test("Times that are no times are survived, and order is kept")
    func hostileTimes() {
        let found = fingerprint([
            (-1, rings()), (1, rings()), (.nan, rings()), (0.5, rings()), (.infinity, rings()), (1e300, rings()),
        ])
        #expect(found.frames.map(\.ptsMs) == [0, 1000, 1000, 1000, 1000, 4_294_967_000])
    }
}
