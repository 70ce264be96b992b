import Foundation
import TestSupport
import Testing

/// What FFmpeg's filters make of a sound, through the real command.
@Suite("moire extract, on sound off a loudspeaker")
struct LoudspeakerTests {
    /// A made-up voice: syllables, four a second, each a buzz with a hiss at its start, and a rest of half a second
    /// every two.
    private func voice() throws -> String {
        let buzz = "0.3*lt(mod(t,0.25),0.15)*(mod(120*t+4*sin(3.8*t),1)-0.5)"
        let hiss = "0.1*lt(mod(t,0.25),0.04)*(2*random(0)-1)"
        let source = "aevalsrc='lt(mod(t,2),1.5)*(\(buzz)+\(hiss))+0.00003*(2*random(1)-1)':s=44100:d=16"
        return try Clip.make("moire-voice.wav", ["-f", "lavfi", "-i", source])
    }

    /// The same through a loudspeaker of 300 to 5000 Hz, a room that takes half a second to fall silent (noise that dies
    /// away; J. Polack's model, 1988) and a microphone's noise.
    private func replayed() throws -> String {
        _ = try voice()
        let room = "aevalsrc='(2*random(0)-1)*exp(-6.9*t/0.5)':s=44100:d=0.6"
        let noise = "aevalsrc='0.004*(2*random(0)-1)':s=44100:d=16"
        let chain = """
            [0]highpass=f=300,highpass=f=300,lowpass=f=5000,lowpass=f=5000[played];\
            [played][1]afir=dry=1:wet=1:gtype=none,volume=0.003[heard];[heard][2]amix=inputs=2:normalize=0
            """
        return try Clip.make(
            "moire-voice-replayed.m4a",
            [
                "-i", "@moire-voice.wav", "-f", "lavfi", "-i", room, "-f", "lavfi", "-i", noise, "-filter_complex",
                chain, "-t", "16", "-c:a", "aac", "-b:a", "96k",
            ])
    }

    @Test("A voice and its recording off a loudspeaker are told apart, in the record and in words")
    func replay() throws {
        let voice = try voice(), replayed = try replayed()
        let answer = try Programs.moire("extract", "--format", "jsonl", voice, replayed)
        let sounds = try answer.objects().map { record in
            try #require((record["recapture"] as? [String: Any])?["sound"] as? [String: Any])
        }
        try #require(sounds.count == 2)
        #expect(try #require(sounds[0]["probability"] as? Double) < 0.05)
        #expect((sounds[0]["spans"] as? [Any])?.isEmpty == true)
        #expect(try #require(sounds[1]["probability"] as? Double) > 0.5)
        let spans = try #require(sounds[1]["spans"] as? [[String: Double]])
        #expect(spans.count == 1 && spans[0]["start"] == 0 && abs(spans[0]["end"]! - 16) < 0.1)
        let words = try Programs.moire("extract", replayed).lines
        #expect(words.contains { $0.hasPrefix("  replayed    probability 0.") && $0.hasSuffix("off a loudspeaker") })
        #expect(words.contains { $0.hasPrefix("    hardly anything in the sound dies away faster than ") })
        #expect(
            words.contains("    a hint, no proof: a voice that a phone records in an echoing room may sound the same"))
    }

    @Test("A record of sound off a loudspeaker follows docs/extract.schema.json")
    func schema() throws {
        let replayed = try replayed()
        try Folder.with { folder in
            let path = "\(folder)/record.json"
            try Programs.moire("extract", "--format", "json", replayed).output
                .write(toFile: path, atomically: true, encoding: .utf8)
            let schema = Project.root.appendingPathComponent("docs/extract.schema.json").path
            let check = try Programs.run(
                "/usr/bin/python3", ["-W", "ignore", "-m", "jsonschema", "-i", path, schema])
            #expect(check.status == 0, "\(check.errors)")
        }
    }
}
