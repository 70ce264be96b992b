import Frames
import Media
import TestSupport
import Testing

@Suite("How coarsely a coder rounded, as its decoder tells it")
struct QuantiserTests {
    private func quantisers(_ name: String, _ coder: [String]) throws -> [Double?] {
        let clip = try Clip.make(
            name, ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=1,noise=alls=12:allf=t:all_seed=4"] + coder)
        return try pass(clip).seen.samples.map(\.quantiser)
    }

    @Test(
        "H.264 at a constant quantiser of 31 has 31 whatever the kind of frame, of ten bits 31 less twelve",
        arguments: [("yuv420p", 31.0), ("yuv420p10le", 19.0)])
    func h264(format: String, qp: Double) throws {
        let seen = try quantisers(
            "quantiser-\(format).mp4",
            ["-c:v", "libx264", "-pix_fmt", format, "-qp", "31", "-x264-params", "ipratio=1:pbratio=1"])
        #expect(seen.count == 4)
        #expect(seen.allSatisfy { abs(($0 ?? 0) - qp) < 0.01 }, "\(seen)")
    }

    @Test("MPEG-4's scale of 10 has H.264's step at 30")
    func mpeg4() throws {
        let seen = try quantisers("quantiser-mpeg4.mp4", ["-c:v", "mpeg4", "-qscale:v", "10", "-bf", "0"])
        // A step of twice ten: 6 · log2(20 / 0.625).
        #expect(seen.allSatisfy { abs(($0 ?? 0) - 30) < 0.01 }, "\(seen)")
    }

    @Test("VP9's steps lie where its table has them")
    func vp9() throws {
        // Quantiser 63 of libvpx is index 255, a step of 1828 eighths: 6 · log2(228.5 / 0.625).
        let coarse = try quantisers(
            "quantiser-vp9-63.webm",
            ["-c:v", "libvpx-vp9", "-b:v", "1M", "-qmin", "63", "-qmax", "63", "-cpu-used", "8"])
        #expect(coarse.allSatisfy { abs(($0 ?? 0) - 51.1) < 0.2 }, "\(coarse)")
        // Quantiser 20 is index 80, a step of 87 eighths: 6 · log2(10.9 / 0.625).
        let fine = try quantisers(
            "quantiser-vp9-20.webm",
            ["-c:v", "libvpx-vp9", "-b:v", "1M", "-qmin", "20", "-qmax", "20", "-cpu-used", "8"])
        #expect(fine.allSatisfy { abs(($0 ?? 0) - 24.7) < 0.5 }, "\(fine)")
    }

    @Test(
        "Of HEVC and AV1 the size of the last key frame is known instead, and a coarser one takes fewer bits",
        arguments: [
            (["-c:v", "libx265", "-x265-params", "log-level=none", "-qp"], "22", "42", KeyFrameSize.Coder.hevc),
            (["-c:v", "libsvtav1", "-preset", "10", "-qp"], "20", "60", .av1),
        ])
    func keyFrames(coder: [String], fine: String, coarse: String, named name: KeyFrameSize.Coder) throws {
        func bits(_ quantiser: String) throws -> Double {
            let clip = try Clip.make(
                "quantiser-\(name)-\(quantiser).mp4",
                ["-f", "lavfi", "-i", "testsrc2=s=320x240:r=10:d=1,noise=alls=12:allf=t:all_seed=4"] + coder
                    + [quantiser, "-pix_fmt", "yuv420p"])
            let samples = try pass(clip).seen.samples
            #expect(samples.count == 4 && samples.allSatisfy { $0.quantiser == nil && $0.keyFrame?.coder == name })
            #expect(Set(samples.map { $0.keyFrame?.bitsPerPixel }).count == 1)
            return try #require(samples.first?.keyFrame).bitsPerPixel
        }
        #expect(try bits(fine) > 3 * bits(coarse))
    }
}
