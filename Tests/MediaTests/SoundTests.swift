import Foundation
import Frames
import Media
import TestSupport
import Testing

@Suite("Sound at its own rate, and mono for fingerprints")
struct SoundTests {
    @Test(
        "A tone keeps its pitch, its level and its place",
        arguments: [
            (44_100, "pcm_s16le", "wav"), (8_000, "pcm_mulaw", "wav"), (96_000, "flac", "flac"), (48_000, "aac", "mp4"),
            (48_000, "libopus", "webm"), (44_100, "libmp3lame", "mp4"), (22_050, "pcm_f32le", "mkv"),
        ])
    func tone(rate: Int, codec: String, container: String) throws {
        // 1 kHz at half scale, from 1 s to 2 s of 3 s.
        let clip = try Clip.make(
            "tone-\(codec)-\(rate).\(container)",
            [
                "-f", "lavfi", "-i", "aevalsrc='0.5*sin(2*PI*1000*t)*between(t,1,2)':s=\(rate):d=3", "-c:a", codec,
                "-b:a", "128k",
            ])
        let (result, seen) = try pass(clip)
        #expect(result.outcome.reason == "ok")
        #expect(near(Double(result.audioSamples) / Double(rate), 3, 0.05))
        #expect(seen.sound.allSatisfy { $0.sampleRateHz == rate && $0.channels.count == 1 && $0.weights == [1] })
        let samples = seen.mono.flatMap(\.samples)
        #expect(near(Double(samples.count) / 11_025, 3, 0.05))
        // The blocks join without a seam.
        #expect(near(try #require(seen.mono.first).pts, 0, 0.03))
        let begin = try #require(seen.mono.first).pts
        // Up-crossings of zero in the middle of the tone: 800 in 0.8 s.
        let tone = samples[Int((1.1 - begin) * 11_025)..<Int((1.9 - begin) * 11_025)]
        let crossings = zip(tone, tone.dropFirst()).count { $0 < 0 && $1 >= 0 }
        #expect((798...801).contains(crossings))
        #expect(near(Double(tone.max() ?? 0), 0.5, 0.03))
        // The loud part begins within 5 ms of 1 s (lossy coders smear).
        let onset = try #require(samples.firstIndex { abs($0) > 0.2 })
        #expect(near(begin + Double(onset) / 11_025, 1, 0.005))
    }

    @Test("5.1 keeps its six channels in order, with the weights of BS.1770")
    func surround() throws {
        let clip = try Clip.make(
            "surround.wav",
            [
                "-f", "lavfi", "-i", "aevalsrc='0.1|0.2|0.3|0.4|0.5|0.6':c=5.1:s=48000:d=0.5", "-c:a", "pcm_f32le",
            ])
        let (result, seen) = try pass(clip)
        let block = try #require(seen.sound.first)
        #expect(block.channels.map { ($0[0] * 10).rounded() } == [1, 2, 3, 4, 5, 6])
        #expect(block.weights == [1, 1, 1, 0, 1.41, 1.41])
        #expect(result.audioSamples == 24_000)
        // The mean of all but the bass channel: (0.1 + 0.2 + 0.3 + 0.5 + 0.6) / 5.
        let mono = seen.mono.flatMap(\.samples)
        #expect(near(Double(mono[mono.count / 2]), 0.34, 0.001))
    }

    @Test("More than eight channels: the first eight are handed out")
    func manyChannels() throws {
        let clip = try Clip.make(
            "many.wav",
            [
                "-f", "lavfi", "-i", "aevalsrc='0.1|0.1|0.1|0.1|0.1|0.1|0.1|0.1|0.1|0.1':s=8000:d=0.5", "-c:a",
                "pcm_s16le",
            ])
        #expect(try #require(try pass(clip).seen.sound.first).channels.count == 8)
    }

    @Test("A gap in the timestamps stays a gap")
    func gap() throws {
        let clip = try Clip.make(
            "gap.mkv",
            [
                "-f", "lavfi", "-i", "sine=1000:d=3:r=8000,aselect='not(between(t,1,1.999))'", "-c:a", "pcm_s16le",
            ])
        let (result, seen) = try pass(clip)
        let ends = seen.mono.map { $0.pts + Double($0.samples.count) / 11_025 }
        let jumps = zip(ends, seen.mono.dropFirst().map(\.pts)).map { $1 - $0 }.filter { $0 > 0.1 }
        #expect(jumps.count == 1)
        #expect(near(jumps.first ?? 0, 1, 0.2))
        #expect(near(result.duration, 3, 0.01))
    }

    @Test("A stream that changes its rate and channels goes on")
    func changes() throws {
        let first = try Clip.make("part1.ts", ["-f", "lavfi", "-i", "sine=500:d=1:r=48000", "-ac", "1", "-c:a", "mp2"])
        let second = try Clip.make(
            "part2.ts",
            ["-f", "lavfi", "-i", "sine=500:d=1:r=32000", "-ac", "2", "-c:a", "mp2", "-output_ts_offset", "1"])
        let joined = try Data(contentsOf: URL(fileURLWithPath: first)) + Data(contentsOf: URL(fileURLWithPath: second))
        let (result, seen) = try pass(Clip.write("joined.ts", joined))
        // Where the parts meet, a frame of the one under the header of the other may come between.
        #expect(
            Set(seen.sound.map { [$0.sampleRateHz, $0.channels.count] }).isSuperset(of: [[48_000, 1], [32_000, 2]]))
        #expect(near(Double(seen.mono.map(\.samples.count).reduce(0, +)) / 11_025, 2, 0.1))
        #expect(near(result.duration, 2, 0.15))
    }

    @Test("Sound alone and picture alone are both complete")
    func alone() throws {
        let sound = try pass(Clip.make("sound.m4a", ["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"]))
        #expect(sound.result.outcome.reason == "ok")
        #expect(sound.result.info?.video == nil && sound.seen.ticks.isEmpty && !sound.seen.mono.isEmpty)
        let picture = try pass(
            Clip.make("picture.mp4", ["-f", "lavfi", "-i", "testsrc=s=64x48:d=1", "-c:v", "libx264"]))
        #expect(picture.result.outcome.reason == "ok")
        #expect(picture.result.info?.audio == nil && picture.seen.mono.isEmpty && picture.seen.ticks.count == 25)
    }
}
