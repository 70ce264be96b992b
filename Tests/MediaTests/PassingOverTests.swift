import Foundation
import Frames
import Media
import TestSupport
import Testing

/// Keeps what it is given, and is content with every second frame.
private final class Content: MediaSink {
    var ticks: [FrameTick] = []
    var samples: [WorkingFrame] = []
    var mayPassOver: Bool { true }

    func begin(_ info: MediaInfo) {}
    func tick(_ tick: FrameTick) { ticks.append(tick) }
    func sample(_ frame: WorkingFrame) { samples.append(frame) }
    func sound(_ block: SoundBlock) {}
    func mono(_ block: MonoBlock) {}
}

private func thinned(_ path: String, _ limits: MediaLimits = .standard) throws -> (result: PassResult, seen: Content) {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let sink = Content()
    let result = MediaPass.run(descriptor: file.fileDescriptor, limits: limits, sink: sink)
    try file.close()
    return (result, sink)
}

@Suite("Frames that are passed over")
struct PassingOverTests {
    /// Five seconds of a moving test card.
    private func card(_ name: String, rate: Int = 30, _ coding: [String]) throws -> String {
        try Clip.make(
            name, ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=\(rate):d=5", "-sc_threshold", "0"] + coding)
    }

    @Test(
        "Samples, their times and the end are those of a full pass; of the other frames at most every second is left out",
        arguments: [
            ("thinned.mp4", ["-c:v", "libx264", "-bf", "3"]),
            ("thinned-flat.mkv", ["-c:v", "libx264", "-bf", "2", "-x264-params", "b-pyramid=none"]),
            ("thinned.ts", ["-c:v", "libx264", "-bf", "3"]),
            ("thinned-hevc.mp4", ["-c:v", "libx265", "-x265-params", "log-level=none:pools=none"]),
            ("thinned-hevc.ts", ["-c:v", "libx265", "-x265-params", "log-level=none:pools=none"]),
        ])
    func sameSamples(name: String, coding: [String]) throws {
        let clip = try card(name, coding)
        let (full, part) = (try pass(clip), try thinned(clip))
        #expect(full.seen.ticks.count == 150)
        #expect((80...115).contains(part.seen.ticks.count), "\(part.seen.ticks.count)")
        #expect(part.seen.ticks.allSatisfy { $0.passedOver <= 1 })
        #expect(part.seen.ticks.reduce(0) { $0 + 1 + $1.passedOver } == 150)
        let times = Set(full.seen.ticks.map(\.pts))
        #expect(part.seen.ticks.allSatisfy { times.contains($0.pts) })
        #expect(part.result.duration == full.result.duration)
        #expect(part.result.outcome == full.result.outcome)
        try #require(part.seen.samples.map(\.pts) == full.seen.samples.map(\.pts))
        for (one, other) in zip(part.seen.samples, full.seen.samples) {
            #expect(one.luma == other.luma && one.tiles.map(\.luma) == other.tiles.map(\.luma), "\(one.pts)")
        }
    }

    @Test(
        "All is decoded of fifteen frames a second, where every frame is used, and where only the decoder could tell",
        arguments: [
            ("thinned-slow.mp4", 15, ["-c:v", "libx264", "-bf", "3"]),
            ("thinned-none.mp4", 30, ["-c:v", "libx264", "-bf", "0"]),
            ("thinned.avi", 30, ["-c:v", "mpeg4", "-bf", "2"]),
            ("thinned.webm", 30, ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-deadline", "realtime"]),
        ])
    func allDecoded(name: String, rate: Int, coding: [String]) throws {
        let part = try thinned(card(name, rate: rate, coding))
        #expect(part.seen.ticks.count == 5 * rate)
        #expect(part.seen.ticks.allSatisfy { $0.passedOver == 0 })
    }

    @Test(
        "A picture that goes on being shown is not left out, whichever of a group of frames it is", arguments: 91...94)
    func gap(first: Int) throws {
        // From this frame on all are five seconds later: the one before it stands for so long.
        let clip = try Clip.make(
            "thinned-gap-\(first).mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=4", "-vf", "setpts=PTS+gte(N\\,\(first))*5/TB",
                "-vsync", "vfr", "-c:v", "libx264", "-bf", "3", "-b_strategy", "0", "-sc_threshold", "0",
            ])
        let (full, part) = (try pass(clip), try thinned(clip))
        #expect(full.seen.ticks.count == 120)
        #expect(part.seen.ticks.count < 110)
        #expect(part.result.duration == full.result.duration)
        try #require(part.seen.samples.map(\.pts) == full.seen.samples.map(\.pts))
        for (one, other) in zip(part.seen.samples, full.seen.samples) {
            #expect(one.luma == other.luma, "\(one.pts)")
        }
    }

    @Test("Interlaced pictures, whose fields may come one by one, are all decoded")
    func interlaced() throws {
        let clip = try card(
            "thinned-fields.ts", ["-vf", "setfield=tff", "-c:v", "libx264", "-bf", "3", "-x264-params", "tff=1"])
        #expect(try pass(clip).seen.ticks.allSatisfy { $0.isInterlaced })
        let part = try thinned(clip)
        #expect(part.seen.ticks.count == 150)
        #expect(part.seen.ticks.allSatisfy { $0.passedOver == 0 })
    }

    @Test("A sink that wants every frame gets it")
    func everyFrame() throws {
        let full = try pass(card("thinned.mp4", ["-c:v", "libx264", "-bf", "3"]))
        #expect(full.seen.ticks.count == 150)
        #expect(full.seen.ticks.allSatisfy { $0.passedOver == 0 })
    }

    @Test("A packet is looked into no further than it goes, whatever lengths it claims")
    func lyingLengths() throws {
        let clip = try card("thinned.mp4", ["-c:v", "libx264", "-bf", "3"])
        var bytes = try Data(contentsOf: URL(fileURLWithPath: clip))
        let data = try #require(bytes.range(of: Data("mdat".utf8)))
        // Every hundredth byte of the pictures, units' lengths among them, becomes 255.
        for place in stride(from: data.upperBound, to: bytes.count - 4000, by: 100) { bytes[place] = 255 }
        let broken = Clip.folder.appendingPathComponent("thinned-lying.mp4")
        try bytes.write(to: broken)
        let part = try thinned(broken.path)
        #expect(part.result.duration <= 5.1)
        #expect(part.result.outcome.kind != .refused)
    }
}
