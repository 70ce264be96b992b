import Foundation
import Frames
import Media
import TestSupport
import Testing

@Suite("Pictures, whatever their size, format and orientation")
struct PictureTests {
    /// 128×64, black, the upper left quarter of its width and half of its height white.
    private func corner() throws -> String {
        try Clip.make(
            "corner.mp4",
            [
                "-f", "lavfi", "-i", "color=black:s=128x64:r=5:d=0.4,drawbox=0:0:32:32:white:fill,format=yuv420p",
            ] + lossless)
    }

    private static let one: Int32 = 65_536

    @Test(
        "The white corner goes where a player would put it",
        arguments: [
            // The matrix's a, b, c, d; rotation, mirrored; the corner that ends up white (right?, bottom?).
            ([1, 0, 0, 1], 0, false, false, false),
            ([0, 1, -1, 0], 90, false, true, false),
            ([-1, 0, 0, -1], 180, false, true, true),
            ([0, -1, 1, 0], 270, false, false, true),
            ([-1, 0, 0, 1], 0, true, true, false),
            ([1, 0, 0, -1], 180, true, false, true),
            ([0, 1, 1, 0], 270, true, false, false),
            ([0, -1, -1, 0], 90, true, true, true),
        ])
    func turns(_ m: [Int32], rotation: Int, mirrored: Bool, right: Bool, bottom: Bool) throws {
        let one = Self.one
        let clip = try Clip.withMatrix(
            [m[0] * one, m[1] * one, 0, m[2] * one, m[3] * one, 0, 0, 0, 1 << 30], of: corner(),
            name: "corner\(m).mp4")
        let (result, seen) = try pass(clip)
        let info = try #require(result.info?.video)
        let swaps = m[0] == 0
        #expect((info.width, info.height) == (swaps ? (64, 128) : (128, 64)))
        #expect((info.codedWidth, info.codedHeight) == (128, 64))
        #expect(info.rotation == rotation)
        #expect(info.mirrored == mirrored)
        let sample = try #require(seen.samples.first)
        #expect((sample.luma.width, sample.luma.height) == (info.width, info.height))
        #expect((sample.chromaBlue?.width, sample.chromaBlue?.height) == (info.width / 2, info.height / 2))
        for picture in [sample.luma, try #require(seen.ticks.first).thumb] {
            for atRight in [false, true] {
                for atBottom in [false, true] {
                    let value = picture[atRight ? picture.width - 3 : 2, atBottom ? picture.height - 3 : 2]
                    #expect(value == (atRight == right && atBottom == bottom ? 255 : 0))
                }
            }
        }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: clip))
        let grabbed = try #require(PictureGrab.pictures(descriptor: file.fileDescriptor, at: [0])[0])
        #expect((grabbed.width, grabbed.height) == (info.width, info.height))
        let x = right ? grabbed.width - 3 : 2, y = bottom ? grabbed.height - 3 : 2
        #expect(grabbed.pixels[(y * grabbed.width + x) * 3] >= 253)
    }

    @Test("A matrix of extreme numbers leaves the picture upright")
    func garbageMatrix() throws {
        let clip = try Clip.withMatrix([.min, 0, 0, .min, .min, 7, 0, 0, 0], of: corner(), name: "garbage-matrix.mp4")
        let info = try #require(try pass(clip).result.info?.video)
        #expect((info.rotation, info.mirrored) == (0, false))
    }

    @Test(
        "Every pixel format shows the same luma",
        arguments: [
            ("yuv422p", "libx264", "mp4"), ("yuv444p", "libx264", "mp4"), ("yuv420p10le", "libx264", "mp4"),
            ("yuv422p10le", "libx264", "mp4"), ("gray", "libx264", "mp4"), ("gbrp", "libx264rgb", "mp4"),
            ("nv12", "rawvideo", "avi"), ("yuyv422", "rawvideo", "avi"), ("bgr24", "rawvideo", "avi"),
            ("yuv422p10le", "prores", "mov"), ("yuvj420p", "mjpeg", "avi"),
        ])
    func formats(format: String, codec: String, container: String) throws {
        let source = [
            "-f", "lavfi", "-i",
            "gradients=s=160x120:r=5:d=0.4:c0=black:c1=white:x0=0:y0=0:x1=159:y1=119:speed=0.00001,format=yuv420p",
        ]
        let plain = try pass(Clip.make("plain.mp4", source + ["-color_range", "tv"] + lossless)).seen
        let quality = codec.hasPrefix("libx264") ? ["-preset", "ultrafast", "-qp", "0"] : ["-q:v", "1"]
        let clip = try Clip.make(
            "\(codec)-\(format).\(container)", source + ["-pix_fmt", format, "-c:v", codec] + quality)
        let (result, seen) = try pass(clip)
        #expect(result.outcome.reason == "ok")
        // Two conversions round, and the lossy codecs at their best are off by one more.
        let difference = try #require(seen.ticks.first).thumb.largestDifference(from: #require(plain.ticks.first).thumb)
        #expect(difference <= 2, "luma differs by \(difference)")
        #expect(try #require(plain.ticks.first).thumb.pixels.max() ?? 0 > 240)
    }

    @Test("Full and limited range give the same luma")
    func ranges() throws {
        let source = "testsrc2=s=160x120:r=5:d=0.4"
        let limited = try pass(
            Clip.make(
                "limited.mp4",
                [
                    "-f", "lavfi", "-i", source, "-vf", "scale=out_range=tv,format=yuv420p", "-color_range", "tv",
                ] + lossless))
        let full = try pass(
            Clip.make(
                "full.mp4",
                [
                    "-f", "lavfi", "-i", source, "-vf", "scale=in_range=tv:out_range=pc,format=yuv420p", "-color_range",
                    "pc",
                ] + lossless))
        #expect(limited.result.info?.video?.range == "limited")
        #expect(full.result.info?.video?.range == "full")
        for (a, b) in zip(limited.seen.ticks, full.seen.ticks) {
            #expect(a.thumb.largestDifference(from: b.thumb) <= 1)
        }
        for (a, b) in zip(limited.seen.samples, full.seen.samples) {
            #expect(a.luma.largestDifference(from: b.luma) <= 2)
        }
    }

    @Test("A working frame is decoded as the stream says; the smoothing of block borders is left out of others alone")
    func smoothing() throws {
        let range = ["-color_range", "pc", "-pix_fmt", "yuvj420p"]
        let lossy = try Clip.make(
            "smoothing.mp4",
            ["-f", "lavfi", "-i", "mandelbrot=s=320x240:r=25,noise=alls=12:allf=t", "-t", "3"] + range
                + ["-c:v", "libx264", "-crf", "36", "-bf", "3", "-g", "50"])
        // What a decoder that leaves nothing out makes of it.
        let whole = try Clip.make("smoothing-whole.mp4", ["-i", lossy] + range + lossless)
        let (made, expected) = (try pass(lossy).seen, try pass(whole).seen)
        #expect(made.samples.map(\.pts) == expected.samples.map(\.pts) && made.samples.count == 12)
        #expect(made.samples.map(\.luma) == expected.samples.map(\.luma))
        #expect(made.samples.map(\.chromaBlue) == expected.samples.map(\.chromaBlue))
        #expect(made.ticks.count == 75)
        let isLeftOut = zip(made.ticks, expected.ticks).map { $0.thumb != $1.thumb }
        #expect(isLeftOut.contains(true))
        #expect(zip(made.ticks, expected.ticks).allSatisfy { $0.thumb.largestDifference(from: $1.thumb) <= 12 })
    }

    @Test("Odd and tiny sizes are handed out as they are", arguments: [(1, 1), (2, 2), (161, 121), (3, 70)])
    func sizes(width: Int, height: Int) throws {
        let clip = try Clip.make(
            "size\(width)x\(height).mkv",
            [
                "-f", "lavfi", "-i", "color=0x808080:s=\(width)x\(height):r=5:d=0.4,format=yuv444p",
            ] + lossless)
        let (result, seen) = try pass(clip)
        #expect(result.videoFrames == 2)
        let sample = try #require(seen.samples.first)
        #expect((sample.luma.width, sample.luma.height) == (width, height))
        #expect((sample.chromaRed?.width, sample.chromaRed?.height) == ((width + 1) / 2, (height + 1) / 2))
        #expect(seen.ticks.allSatisfy { $0.thumb.pixels.allSatisfy { (126...130).contains($0) } })
        #expect(sample.patches.allSatisfy { $0.x % 8 == 0 && $0.y % 8 == 0 && $0.x + $0.luma.width <= width })
    }

    @Test("A large picture is reduced to 512, with five native patches")
    func reduction() throws {
        let clip = try Clip.make(
            "large.mp4", ["-f", "lavfi", "-i", "testsrc2=s=1280x720:r=5:d=0.4", "-pix_fmt", "yuv420p"] + lossless)
        let sample = try #require(try pass(clip).seen.samples.first)
        #expect((sample.luma.width, sample.luma.height) == (512, 288))
        #expect((sample.chromaBlue?.width, sample.chromaBlue?.height) == (256, 144))
        #expect(
            sample.patches.map { [$0.x, $0.y] } == [[592, 312], [272, 128], [912, 128], [272, 488], [912, 488]])
        #expect(sample.patches.allSatisfy { $0.luma.width == 96 && $0.luma.height == 96 })
        // Middles of cells of 320x240.
        #expect(sample.tiles.map(\.x) == [112, 432, 752, 1072, 112, 432, 752, 1072, 112, 432, 752, 1072])
        #expect(sample.tiles.map(\.y) == [72, 72, 72, 72, 312, 312, 312, 312, 552, 552, 552, 552])
        #expect(sample.tiles.allSatisfy { $0.luma.width == 96 && $0.luma.height == 96 })
        #expect(sample.decodedLines == 720)
    }

    @Test("Pixels that are not square are made square")
    func sampleAspect() throws {
        let clip = try Clip.make(
            "anamorphic.mp4", ["-f", "lavfi", "-i", "testsrc2=s=180x144:r=5:d=0.4,setsar=4/3", "-c:v", "libx264"])
        let (result, seen) = try pass(clip)
        #expect((result.info?.video?.width, result.info?.video?.height) == (240, 144))
        #expect((seen.samples.first?.luma.width, seen.samples.first?.luma.height) == (240, 144))
    }

    @Test("Interlaced pictures say so, progressive ones too")
    func interlaced() throws {
        let clip = try Clip.make(
            "interlaced.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=s=64x64:r=25:d=0.2,setfield=tff", "-c:v", "libx264", "-flags",
                "+ilme+ildct",
                "-x264opts", "tff=1",
            ])
        let seen = try pass(clip).seen
        #expect(seen.ticks.allSatisfy(\.isInterlaced) && seen.samples.allSatisfy(\.isInterlaced) && !seen.ticks.isEmpty)
        #expect(try pass(corner()).seen.ticks.allSatisfy { !$0.isInterlaced })
    }

    @Test("The picture grabbed at a time is the one shown then, in its true colour")
    func grab() throws {
        // A second of red, then green, then blue; key frames every 0.8 s.
        let clip = try Clip.make(
            "colours.mp4",
            [
                "-f", "lavfi", "-i", "color=red:s=96x64:r=10:d=1", "-f", "lavfi", "-i",
                "color=0x00ff00:s=96x64:r=10:d=1",
                "-f", "lavfi", "-i", "color=blue:s=96x64:r=10:d=1", "-filter_complex", "concat=n=3", "-g", "8", "-c:v",
                "libx264", "-qp", "1",
            ])
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: clip))
        let pictures = PictureGrab.pictures(
            descriptor: file.fileDescriptor, at: [2.5, 0.95, 1.0, 99, 0], longestSide: 48)
        let seen = pictures.map { $0.map { [Int]($0.pixels.prefix(3).map(Int.init)) } }
        for (colour, expected) in zip(seen, [[0, 0, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 0, 0]]) {
            let found = try #require(colour)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 3 }, "\(found) is not \(expected)")
        }
        #expect(pictures.allSatisfy { $0?.width == 48 && $0?.height == 32 })
    }
}
