import Foundation
import Frames
import Media
import TestSupport
import Testing

/// A pass over the key frames of a file, everything kept.
private func keyFrames(_ path: String) throws -> (pass: KeyFramePass, seen: Recorder) {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let recorder = Recorder()
    let pass = MediaPass.keyFrames(descriptor: file.fileDescriptor, sink: recorder)
    try file.close()
    return (pass, recorder)
}

@Suite("A pass over key frames")
struct KeyFrameTests {
    /// A moving test card of 25 frames a second with a tone.
    private func card(_ name: String, seconds: Int, _ coding: [String]) throws -> String {
        try Clip.make(
            name,
            [
                "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=\(seconds)", "-f", "lavfi", "-i",
                "sine=d=\(seconds):r=44100", "-c:v", "libx264", "-sc_threshold", "0",
            ] + coding + ["-c:a", "aac", "-movflags", "+faststart"])
    }

    @Test("Key frames are handed out with their own times, and the end is the whole file's")
    func ordinary() throws {
        let clip = try card("keys-two.mp4", seconds: 10, ["-g", "50"])
        let (found, seen) = try keyFrames(clip)
        #expect(seen.ticks.map(\.pts) == [0, 2, 4, 6, 8])
        #expect(seen.samples.map(\.pts) == [0, 2, 4, 6, 8])
        #expect(seen.ticks.allSatisfy { $0.isKeyframe && $0.changes == nil })
        #expect(found.packets == 250)
        #expect(found.found == 5)
        #expect(found.result.videoFrames == 5)
        #expect(found.result.outcome.kind == .complete)
        #expect(found.result.outcome.reason == "ok")
        #expect(found.result.outcome.sentence == "Read to the end; only key frames were decoded, 5 of 5.")
        let full = try pass(clip).result
        #expect(near(found.result.duration, full.duration, 0.03))
    }

    @Test("A key frame's pictures are those of a full pass")
    func samePictures() throws {
        let clip = try card("keys-two.mp4", seconds: 10, ["-g", "50"])
        let (key, all) = (try keyFrames(clip).seen, try pass(clip).seen)
        for sample in key.samples {
            let same = try #require(all.samples.first { $0.pts == sample.pts })
            #expect(same.luma == sample.luma)
            #expect(same.tiles.map(\.luma) == sample.tiles.map(\.luma))
        }
    }

    @Test(
        "Where every frame is a key frame, one every two seconds is decoded",
        arguments: ["mp4", "avi", "mkv", "ts"])
    func allKeys(container: String) throws {
        let (found, seen) = try keyFrames(card("keys-all.\(container)", seconds: 5, ["-g", "1", "-bf", "0"]))
        #expect(found.found == 125)
        #expect(found.packets == 125)
        try #require(seen.ticks.count == 3)
        for (tick, time) in zip(seen.ticks, [0.0, 2, 4]) { #expect(near(tick.pts, time, 0.05), "\(tick.pts)") }
    }

    @Test("A container that calls every frame a key frame is not believed")
    func lyingContainer() throws {
        // Without its box of sync samples all samples of an MP4 are such (ISO/IEC 14496-12 §8.6.2).
        var bytes = try Data(contentsOf: URL(fileURLWithPath: card("keys-two.mp4", seconds: 10, ["-g", "50"])))
        let box = try #require(bytes.range(of: Data("stss".utf8)))
        bytes.replaceSubrange(box, with: Data("free".utf8))
        let (found, seen) = try keyFrames(Clip.write("keys-lying.mp4", bytes))
        // FFmpeg's parser looks into the samples, and the decoder again.
        #expect(found.found == 5)
        #expect(found.packets == 250)
        #expect(seen.ticks.map(\.pts) == [0, 2, 4, 6, 8])
    }

    @Test("Of a standing picture next to nothing lies between key frames, of film much")
    func bytesBetween() throws {
        func share(_ name: String, _ picture: String) throws -> Double {
            let clip = try Clip.make(
                name, ["-f", "lavfi", "-i", picture, "-c:v", "libx264", "-g", "1000", "-sc_threshold", "0"])
            let pass = try keyFrames(clip).pass
            return try #require(pass.meanBytes.other) / #require(pass.meanBytes.key)
        }
        #expect(try share("bytes-still.mp4", "testsrc2=s=320x240:r=25:d=4,trim=end_frame=1,loop=99:1,fps=25") < 0.01)
        #expect(try share("bytes-film.mp4", "testsrc2=s=320x240:r=25:d=4") > 0.02)
        let all = try keyFrames(card("keys-all.mp4", seconds: 5, ["-g", "1", "-bf", "0"])).pass
        #expect(all.meanBytes.other == nil)
        #expect((all.meanBytes.key ?? 0) > 100)
    }

    @Test("One key frame gives one picture", arguments: ["mp4", "ts"])
    func single(container: String) throws {
        let (found, seen) = try keyFrames(card("keys-one.\(container)", seconds: 4, ["-g", "1000", "-bf", "2"]))
        #expect(found.found == 1)
        #expect(seen.ticks.count == 1)
        #expect(found.result.outcome.reason == "ok")
        #expect(near(found.result.duration, 4, 0.2))
    }

    @Test("A stream that is cut off before its next key frame has none to show, and that is said")
    func cutByEditList() throws {
        _ = try card("keys-one.mp4", seconds: 4, ["-g", "1000", "-bf", "2"])
        let clip = try Clip.make("keys-cut.mp4", ["-ss", "1.52", "-i", "@keys-one.mp4", "-c", "copy"])
        let outcome = try keyFrames(clip).pass.result.outcome
        #expect(outcome.kind == .partial)
        #expect(outcome.reason == "no_key_frame")
    }

    @Test("Sound alone is read to its end, and no more of it decoded than shows that it can be")
    func soundOnly() throws {
        let clip = try Clip.make("keys-sound.m4a", ["-f", "lavfi", "-i", "sine=d=5:r=44100", "-c:a", "aac"])
        let (found, seen) = try keyFrames(clip)
        #expect(found.result.outcome.reason == "ok")
        #expect(near(found.result.duration, 5, 0.1))
        #expect(seen.sound.count == 1)
        #expect(found.packets == 0)
    }

    @Test("Half a file is partial as in a full pass, with the key frames that it has")
    func half() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: card("keys-two.mp4", seconds: 10, ["-g", "50"])))
        let (found, seen) = try keyFrames(Clip.write("keys-half.mp4", whole.prefix(whole.count / 2)))
        #expect(found.result.outcome.kind == .partial)
        #expect(found.result.outcome.reason == "truncated")
        #expect((1...4).contains(seen.ticks.count))
    }

    @Test("Cut at any place it ends as a full pass does")
    func cutAnywhere() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: card("keys-two.mp4", seconds: 10, ["-g", "50"])))
        for part in 0..<30 {
            let path = try Clip.write("keys-parts.mp4", whole.prefix(whole.count * part / 30))
            let (key, full) = (try keyFrames(path).pass.result.outcome, try pass(path).result.outcome)
            #expect(key.kind == full.kind, "part \(part): \(key), \(full)")
            #expect(key.reason == full.reason, "part \(part): \(key), \(full)")
        }
    }

    @Test("Flipped bits end in some outcome, and never in more key frames than the stream has")
    func flipped() throws {
        let whole = [UInt8](
            try Data(contentsOf: URL(fileURLWithPath: card("keys-two.mp4", seconds: 10, ["-g", "50"]))))
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15  // The seed.
        for round in 0..<60 {
            var bytes = whole
            for _ in 0..<(1 << (round % 8)) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] ^= UInt8(truncatingIfNeeded: 1 << (state >> 60 & 7))
            }
            let (found, seen) = try keyFrames(Clip.write("keys-flipped.mp4", Data(bytes)))
            #expect(!found.result.outcome.reason.isEmpty)
            #expect(seen.ticks.count <= found.found && found.found <= found.packets)
            #expect(zip(seen.ticks, seen.ticks.dropFirst()).allSatisfy { $0.pts < $1.pts })
        }
    }
}
