import Foundation
import Frames
import Media
import TestSupport
import Testing

@Suite("Bad input becomes an outcome")
struct TroubleTests {
    private func clip() throws -> String {
        try Clip.make(
            "whole.mp4",
            [
                "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=4", "-f", "lavfi", "-i", "sine=d=4:r=44100",
                "-c:v", "libx264", "-g", "25", "-c:a", "aac", "-movflags", "+faststart",
            ])
    }

    private func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: clip())) }

    @Test("Half a file is partial, with what it has")
    func truncated() throws {
        let whole = try bytes()
        let (result, seen) = try pass(Clip.write("half.mp4", whole.prefix(whole.count / 2)))
        #expect(result.outcome.kind == .partial)
        #expect(result.outcome.reason == "truncated")
        let until = try #require(result.outcome.decodedUntil)
        #expect(until > 0.5 && until < 3.5)
        #expect(seen.ticks.count == result.videoFrames && result.videoFrames > 10)
    }

    @Test("Cut at any place: typed, and never more than the whole")
    func truncatedAnywhere() throws {
        let whole = try bytes()
        for part in 1..<40 {
            let (result, _) = try pass(Clip.write("cut.mp4", whole.prefix(whole.count * part / 40)))
            #expect(result.videoFrames <= 100)
            #expect(
                result.outcome.kind == .partial || result.outcome.kind == .undecodable || part >= 36,
                "part \(part): \(result.outcome)")
        }
    }

    @Test("Flipped bits end in some outcome")
    func flipped() throws {
        let whole = try bytes()
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15  // The seed.
        for round in 0..<60 {
            var bytes = [UInt8](whole)
            for _ in 0..<(1 << (round % 8)) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                bytes[Int(state >> 33) % bytes.count] ^= UInt8(truncatingIfNeeded: 1 << (state >> 60 & 7))
            }
            let (result, seen) = try pass(Clip.write("flipped.mp4", Data(bytes)))
            #expect(!result.outcome.reason.isEmpty)
            #expect(zip(seen.ticks, seen.ticks.dropFirst()).allSatisfy { $0.pts < $1.pts })
            #expect(zip(seen.mono, seen.mono.dropFirst()).allSatisfy { $0.pts < $1.pts })
        }
    }

    @Test(
        "What is not media says why",
        arguments: [
            ("", "empty_file"), ("Just some words.\n", "unknown_format"),
            ("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n", "unknown_format"),
            ("ffconcat version 1.0\nfile /etc/passwd\n", "unknown_format"),
        ])
    func notMedia(content: String, reason: String) throws {
        let (result, _) = try pass(Clip.write("not-media", Data(content.utf8)))
        #expect(result.outcome.kind == .undecodable)
        #expect(result.outcome.reason == reason)
        #expect(result.info == nil)
    }

    @Test("A recording whose index was never written has a broken header")
    func noIndex() throws {
        // An `ftyp` box and an `mdat` box; no `moov`.
        let boxes: [UInt8] =
            [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 2, 0] + [0, 0, 0, 64] + Array("mdat".utf8)
        let (result, _) = try pass(Clip.write("no-index.mp4", Data(boxes + Array(repeating: 7, count: 56))))
        #expect(result.outcome.kind == .undecodable)
        #expect(result.outcome.reason == "broken_header")
    }

    @Test("Ciphertext is not decoded")
    func encrypted() throws {
        _ = try clip()
        let locked = try Clip.make(
            "locked.mp4",
            [
                "-i", "@whole.mp4", "-c", "copy", "-encryption_scheme", "cenc-aes-ctr",
                "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid",
                "a7e61c373e219033c21091fa607bf3b8",
            ])
        let (result, seen) = try pass(locked)
        #expect(result.outcome.kind == .undecodable)
        #expect(result.outcome.reason == "encrypted")
        #expect(seen.ticks.isEmpty && seen.mono.isEmpty)
    }

    @Test("Each limit refuses by its name")
    func limits() throws {
        func reason(_ change: (inout MediaLimits) -> Void) throws -> Outcome {
            var limits = MediaLimits.standard
            change(&limits)
            return try pass(clip(), limits).result.outcome
        }
        #expect(try reason { $0.inputBytes = 1000 }.reason == "over_limit_input_bytes")
        #expect(try reason { $0.streams = 1 }.reason == "over_limit_streams")
        #expect(try reason { $0.side = 100 }.reason == "over_limit_side")
        #expect(try reason { $0.pixels = 19_199 }.reason == "over_limit_pixels")
        #expect(try reason { $0.packets = 20 }.reason == "over_limit_packets")
        #expect(try reason { $0.frames = 20 }.reason == "over_limit_frames")
        let outcome = try reason { $0.durationSeconds = 2 }
        #expect(outcome.kind == .refused && outcome.reason == "over_limit_duration_seconds")
        #expect(near(outcome.decodedUntil ?? 0, 2, 0.1))
    }

    @Test("A pipe gives what the file gives")
    func pipe() throws {
        let path = try Clip.make(
            "piped.mkv",
            [
                "-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1:r=44100", "-c:v",
                "libx264", "-c:a", "aac",
            ])
        let content = try Data(contentsOf: URL(fileURLWithPath: path))
        let pipe = Pipe()
        let writer = Thread {
            try? pipe.fileHandleForWriting.write(contentsOf: content)
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        let piped = Recorder()
        let result = MediaPass.run(descriptor: pipe.fileHandleForReading.fileDescriptor, sink: piped)
        let filed = try pass(path)
        #expect(result.outcome == filed.result.outcome)
        #expect(piped.ticks.map(\.pts) == filed.seen.ticks.map(\.pts) && piped.ticks.count == 25)
        #expect(piped.ticks.map(\.thumb) == filed.seen.ticks.map(\.thumb))
        #expect(piped.mono.map(\.samples) == filed.seen.mono.map(\.samples))
    }

    @Test("A cover picture is not video, and other streams are counted")
    func cover() throws {
        try Clip.make("cover.png", ["-f", "lavfi", "-i", "testsrc=s=64x64", "-frames:v", "1"])
        let song = try Clip.make(
            "song.mp4",
            [
                "-f", "lavfi", "-i", "sine=d=1", "-i", "@cover.png", "-map", "0", "-map", "1", "-c:a", "aac", "-c:v",
                "png",
                "-disposition:v", "attached_pic",
            ])
        let result = try pass(song).result
        #expect(result.outcome.reason == "ok")
        #expect(result.info?.video == nil && result.videoFrames == 0)
        #expect(result.info?.ignoredStreams == 1)
    }

    @Test("The libraries name their versions")
    func versions() {
        #expect(LibraryVersions.all.count == 5)
        #expect(LibraryVersions.all.contains { $0.wholeMatch(of: /libavcodec \d+\.\d+\.\d+/) != nil })
    }

    @Test("A page of an Ogg file that is three hundred thousand million years late ends the file there")
    func wildGranule() throws {
        let clip = try Clip.make(
            "late.ogg",
            [
                "-f", "lavfi", "-i", "testsrc2=s=64x48:r=15:d=2", "-f", "lavfi", "-i", "sine=d=2:r=32000",
                "-c:v", "libtheora", "-c:a", "libvorbis",
            ])
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: clip)))
        let pages = bytes.indices.filter { bytes[$0...].starts(with: Array("OggS".utf8)) }
        // Behind the headers of both streams; every later page, so that one of each stream is among them.
        for page in pages.dropFirst(4) {
            bytes.replaceSubrange(page + 6..<page + 14, with: [UInt8](repeating: 0xFF, count: 7) + [0x7F])
            let segments = Int(bytes[page + 26])
            let end = page + 27 + segments + bytes[page + 27..<page + 27 + segments].reduce(0) { $0 + Int($1) }
            bytes.replaceSubrange(page + 22..<page + 26, with: [0, 0, 0, 0])
            let sum = oggChecksum(bytes[page..<end])
            bytes.replaceSubrange(
                page + 22..<page + 26, with: (0..<4).map { UInt8(truncatingIfNeeded: sum >> ($0 * 8)) })
        }
        let (result, _) = try pass(Clip.write("late-pages.ogg", Data(bytes)))
        #expect(result.outcome.kind == .partial || result.outcome.kind == .refused, "\(result.outcome)")
        #expect(!result.outcome.sentence.isEmpty)
    }

    /// RFC 3533, 6: polynomial 0x04C11DB7, nothing inverted or mirrored.
    private func oggChecksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reduce(0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte) << 24) { sum, _ in sum >> 31 == 1 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
        }
    }
}
