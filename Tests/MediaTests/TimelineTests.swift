import Frames
import Media
import TestSupport
import Testing

@Suite("Time comes from pts")
struct TimelineTests {
    @Test("A variable frame rate keeps each frame's own time")
    func variableRate() throws {
        // Milliseconds 0, 10, 40, 90, 160, ...
        let clip = try Clip.make(
            "squares.mp4",
            [
                "-f", "lavfi", "-i", "testsrc=s=64x48:r=1000:d=0.012,settb=1/1000,setpts=N*N*10", "-fps_mode",
                "passthrough",
                "-enc_time_base", "1/1000", "-video_track_timescale", "1000", "-bf", "2", "-c:v", "libx264",
            ])
        let (result, seen) = try pass(clip)
        #expect(result.outcome.reason == "ok")
        #expect(result.videoFrames == 12)
        for (index, tick) in seen.ticks.enumerated() {
            #expect(near(tick.pts, Double(index * index) * 0.01), "frame \(index) at \(tick.pts)")
        }
    }

    @Test("What an edit list cuts off is not handed out, and zero is where it begins")
    func editList() throws {
        // Frame n has luma 2n, one key frame only; the copy begins at 0.52 s, so with frame 13.
        try Clip.make(
            "ramp.mp4",
            [
                "-f", "lavfi", "-i", "nullsrc=s=64x64:r=25:d=2,geq=lum=16+4*N:cb=128:cr=128,format=yuv420p", "-g",
                "250",
                "-bf", "2", "-c:v", "libx264", "-qp", "1",
            ])
        let clip = try Clip.make("ramp-edited.mp4", ["-ss", "0.52", "-i", "@ramp.mp4", "-c", "copy"])
        let (result, seen) = try pass(clip)
        #expect(result.outcome.reason == "ok")
        #expect(result.videoFrames == 37)
        let first = try #require(seen.ticks.first)
        #expect(near(first.pts, 0))
        #expect(near(first.thumb.mean, 13 * 4 * 255 / 219.0, 2))
        #expect(near(result.duration, 1.48, 0.001))
    }

    @Test("Negative pts become a timeline from zero")
    func negativeTimes() throws {
        let clip = try Clip.make(
            "negative.nut",
            [
                "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1,setpts=PTS-0.3/TB", "-avoid_negative_ts", "disabled",
                "-c:v", "mpeg4", "-bf", "0", "-f", "matroska",
            ])
        let (result, seen) = try pass(clip)
        #expect(result.videoFrames == 10)
        #expect(near(try #require(seen.ticks.first).pts, 0))
        #expect(near(try #require(seen.ticks.last).pts, 0.9, 0.002))
    }

    @Test("Zero is the earlier of picture and sound")
    func latePicture() throws {
        let clip = try Clip.make(
            "late-picture.mkv",
            [
                "-f", "lavfi", "-i", "testsrc=s=64x48:r=10:d=1",
                "-f", "lavfi", "-i", "sine=d=2:r=8000", "-vf", "setpts=PTS+0.5/TB", "-fps_mode", "passthrough", "-c:v",
                "mpeg4",
                "-c:a", "pcm_s16le",
            ])
        let (result, seen) = try pass(clip)
        #expect(near(try #require(seen.ticks.first).pts, 0.5, 0.002))
        #expect(near(try #require(seen.mono.first).pts, 0))
        #expect(near(result.duration, 2, 0.01))
    }

    @Test("A slide shown for ten seconds is a sample at every grid point, and one tick")
    func slide() throws {
        let clip = try Clip.make(
            "slide.mp4",
            [
                "-f", "lavfi", "-i", "testsrc=s=64x48:r=1/10:d=20", "-c:v", "libx264", "-video_track_timescale", "1000",
            ])
        let (result, seen) = try pass(clip)
        #expect(seen.ticks.map(\.pts) == [0, 10])
        #expect(seen.samples.map(\.pts) == (0..<80).map { Double($0) * 0.25 })
        // Up to the second slide, the first is what is seen.
        #expect(seen.samples[39].luma == seen.samples[0].luma)
        #expect(seen.samples[40].luma != seen.samples[0].luma)
        #expect(result.duration == 20)
    }

    @Test("At 30 frames a second four are sampled, each with its own time")
    func sampling() throws {
        let clip = try Clip.make("thirty.mp4", ["-f", "lavfi", "-i", "testsrc=s=64x48:r=30:d=1", "-c:v", "libx264"])
        let (_, seen) = try pass(clip)
        // The first frames at or after 0, 0.25, 0.5 and 0.75 s.
        for (sample, frame) in zip(seen.samples, [0.0, 8, 15, 23]) { #expect(near(sample.pts, frame / 30, 1e-4)) }
        #expect(seen.samples.count == 4)
    }

    @Test("The same file gives the same frames and sound twice")
    func repeatable() throws {
        let clip = try Clip.make(
            "both.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1:r=44100",
                "-c:v", "libx264", "-c:a", "aac",
            ])
        let (first, second) = (try pass(clip).seen, try pass(clip).seen)
        #expect(first.ticks.map(\.thumb) == second.ticks.map(\.thumb))
        #expect(first.mono.map(\.samples) == second.mono.map(\.samples))
        #expect(first.samples.map(\.luma) == second.samples.map(\.luma))
    }
}
