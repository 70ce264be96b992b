import Foundation
import TestSupport
import Testing

@Suite("Damaged media")
struct DamageTests {
    static let mutants = 2000
    static let sounds = 1000
    static let seed = 20_261

    @Test("Two thousand mutated clips end with a typed outcome each, and cost nobody else's result")
    func mutants() throws {
        try Folder.with { folder in
            let sources = [
                "old-backups/cut-short.mkv", "old-backups/flipped-bits.mp4", "fractal-lab/cells.mp4",
                "kitchen-lab/teaser.m4a",
                "old-phone/blocky-market.mp4",
            ]
            let made = try Programs.run(
                Project.root.appendingPathComponent("ops/mutate").path,
                ["\(folder)/mutants", "\(Self.mutants)", "\(Self.seed)"] + sources.map { try Project.clip($0) })
            try #require(made.status == 0, "\(made.errors)")
            try FileManager.default.copyItem(
                atPath: try Project.clip("old-backups/flipped-bits.mp4"), toPath: "\(folder)/mutants/zz-sound.mp4")

            let records = try outcomes(of: "\(folder)/mutants", count: Self.mutants + 1)
            #expect(records.wrong.isEmpty, "ops/mutate … \(Self.mutants) \(Self.seed) makes them again")
            #expect(records.last != "undecodable")
        }
    }

    @Test("A thousand mutated sounds end with a typed outcome each, and cost nobody else's result")
    func sounds() throws {
        // Two and a half seconds of notes above a hiss.
        let notes =
            "aevalsrc=0.3*sin(2*PI*t*(300+200*floor(mod(t*7\\,5))))*exp(-6*mod(t\\,0.142857))+0.05*random(0):s=22050:d=2.5"
        let clips = try [
            ("notes.wav", ["pcm_s16le"]), ("notes.flac", ["flac"]), ("notes.mp3", ["libmp3lame", "-b:a", "64k"]),
            ("notes.ogg", ["libvorbis"]), ("notes.opus", ["libopus", "-b:a", "48k"]),
            ("notes.m4a", ["aac", "-b:a", "64k"]),
        ].map { name, codec in try Clip.make(name, ["-f", "lavfi", "-i", notes, "-c:a"] + codec) }
        try Folder.with { folder in
            let made = try Programs.run(
                Project.root.appendingPathComponent("ops/mutate").path,
                ["\(folder)/mutants", "\(Self.sounds)", "\(Self.seed)"] + clips)
            try #require(made.status == 0, "\(made.errors)")
            try FileManager.default.copyItem(atPath: clips[0], toPath: "\(folder)/mutants/zz-whole.wav")
            let records = try outcomes(of: "\(folder)/mutants", count: Self.sounds + 1)
            #expect(records.wrong.isEmpty, "ops/mutate … \(Self.sounds) \(Self.seed) makes them again")
            #expect(records.last == "complete")
        }
    }

    /// What `moire extract` says about every file of a folder: whoever has no typed outcome, and the kind of the last.
    private func outcomes(of folder: String, count: Int) throws -> (wrong: [String], last: String?) {
        let answer = try Programs.moire("extract", "--format", "jsonl", "--deadline", "60", folder)
        #expect(answer.status == 0 || answer.status == 1, "\(answer.errors)")
        let records = try answer.objects()
        #expect(records.count == count)
        var wrong: [String] = [], last: String?
        for record in records {
            let outcome = record["outcome"] as? [String: Any] ?? [:]
            let kind = outcome["kind"] as? String ?? "none"
            let isTyped =
                ["complete", "partial", "refused", "undecodable"].contains(kind)
                && !(outcome["reason"] as? String ?? "").isEmpty && !(outcome["sentence"] as? String ?? "").isEmpty
            // A crash or a deadline would be a typed outcome, too, but these inputs have no business causing one.
            if !isTyped { wrong.append("\((record["input"] as? [String: Any])?["path"] ?? "?"): \(outcome)") }
            last = kind
        }
        return (wrong, last)
    }
}
