import Foundation
import TestSupport
import Testing

@Suite("Chromaprints, beside fpcalc's own")
struct ChromaprintTests {
    /// Half a minute of changing notes over noise, 16-bit mono at Chromaprint's own rate.
    private func tune(from: Int = 0) throws -> String {
        let whole = try Clip.make(
            "tune.wav",
            [
                "-f", "lavfi", "-i", "aevalsrc=0.3*sin(2*PI*(200+90*mod(floor(t*3)*floor(t*3)\\,11))*t):s=11025:d=40",
                "-f", "lavfi", "-i", "anoisesrc=r=11025:a=0.05:seed=7:d=40", "-filter_complex", "amix=2",
                "-c:a", "pcm_s16le",
            ])
        if from == 0 { return whole }
        return try Clip.make("tune-\(from).wav", ["-ss", "\(from)", "-i", "@tune.wav", "-c:a", "pcm_s16le"])
    }

    /// What fpcalc prints. Its status is no help: built on FFmpeg 5.1, it calls the end of a file an error.
    private func fpcalc(_ arguments: String...) throws -> String {
        let answer = try Programs.run("/usr/bin/env", ["fpcalc"] + arguments)
        try #require(!answer.output.isEmpty, "fpcalc: \(answer.errors)")
        return answer.output
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("Of sound at Chromaprint's rate, the file is fpcalc's output, byte by byte")
    func equal() throws {
        try Folder.with { folder in
            let tune = try tune()
            let file = "\(folder)/prints/tune.wav.fpcalc.json"
            for (options, same) in [
                ([], ["-json"]), (["--chromaprint-raw"], ["-json", "-raw", "-signed"]),
                (["--chromaprint-seconds", "10"], ["-json", "-length", "10"]),
                (["--chromaprint-seconds", "0", "--chromaprint-raw"], ["-json", "-raw", "-signed", "-length", "0"]),
            ] {
                let answer = try Programs.run(
                    Programs.folder.appendingPathComponent("moire").path,
                    ["extract", "--chromaprint-folder", "\(folder)/prints"] + options + [tune])
                #expect(answer.status == 0, "\(answer.errors)")
                let theirs = try Programs.run("/usr/bin/env", ["fpcalc"] + same + [tune]).output
                #expect(theirs.hasPrefix("{\"duration\": 40.00, \"fingerprint\": "))
                #expect(try text(file) == theirs, "\(options)")
            }
        }
    }

    @Test("The record says what it is and what made it, and only where it was asked for")
    func record() throws {
        try Folder.with { folder in
            let tune = try tune()
            let plain = try Programs.moire("extract", "--format", "jsonl", tune)
            #expect(!plain.output.contains("chromaprint"))
            let asked = try Programs.moire(
                "extract", "--format", "jsonl", "--chromaprint-folder", folder, "--chromaprint-seconds", "10", tune)
            let prints = try #require(try asked.objects().first?["fingerprints"] as? [String: Any])
            let found = try #require(prints["chromaprint"] as? [String: Any])
            #expect(found["label"] as? String == "chromaprint" && found["algorithm"] as? String == "test2")
            #expect((found["library"] as? String)?.hasPrefix("libchromaprint 1.") == true)
            // (10 s · 11 025 − 4096) / 1365 whole frames more than one, of which the first 19 have no word.
            #expect(found["words"] as? Int == 59 && found["seconds_max"] as? Double == 10)
            #expect(found["duration"] as? Double == 40)
            #expect(asked.output.replacing(/"chromaprint":\{[^}]*\},/, with: "") == plain.output)
        }
    }

    @Test("Of a real clip, with its own rate and two channels, fewer than 2 % of the bits differ from fpcalc's")
    func resampled() throws {
        try Folder.with { folder in
            let clip = try Project.clip("kitchen-lab/ramen-in-ten.mp4")
            #expect(try Programs.moire("extract", "--chromaprint-folder", folder, clip).status == 0)
            try fpcalc("-json", clip).write(toFile: "\(folder)/theirs.json", atomically: true, encoding: .utf8)
            let answer = try Programs.moire(
                "chromaprint", "compare", "--format", "jsonl", "\(folder)/ramen-in-ten.mp4.fpcalc.json",
                "\(folder)/theirs.json")
            let found = try #require(try answer.objects().first)
            #expect(try #require(found["bit_error_rate"] as? Double) < 0.02)
            #expect(found["offset"] as? Double == 0 && found["verdict"] as? String == "same_recording")
        }
    }

    @Test("A copy that begins later is found at its offset, from any text of fpcalc")
    func shifted() throws {
        try Folder.with { folder in
            let (whole, later) = (try tune(), try tune(from: 13))
            try fpcalc("-json", whole).write(toFile: "\(folder)/a", atomically: true, encoding: .utf8)
            for form in [["-text"], ["-plain"], ["-raw"], ["-raw", "-json"], ["-raw", "-signed", "-plain"]] {
                let theirs = try Programs.run("/usr/bin/env", ["fpcalc"] + form + [later]).output
                try theirs.write(toFile: "\(folder)/b", atomically: true, encoding: .utf8)
                let answer = try Programs.moire(
                    "chromaprint", "compare", "--format", "jsonl", "\(folder)/a", "\(folder)/b")
                let found = try #require(try answer.objects().first)
                // 13 s are 105.0 words, so the grids nearly meet.
                #expect(abs(try #require(found["offset"] as? Double) - 13) < 0.07, "\(form)")
                #expect(try #require(found["bit_error_rate"] as? Double) < 0.05)
                #expect(found["coverage_b"] as? Double == 1 && found["verdict"] as? String == "same_recording")
            }
        }
    }

    @Test("Other sound is different, and the text says what Chromaprint is not")
    func different() throws {
        try Folder.with { folder in
            try fpcalc("-json", try tune()).write(toFile: "\(folder)/a", atomically: true, encoding: .utf8)
            try fpcalc("-json", try Project.clip("tide-pool/reef-walk.mp4"))
                .write(toFile: "\(folder)/b", atomically: true, encoding: .utf8)
            let answer = try Programs.moire("chromaprint", "compare", "\(folder)/a", "\(folder)/b")
            #expect(answer.status == 0 && answer.output.hasPrefix("different: "), "\(answer.output)")
            #expect(answer.output.contains("it is not what Moiré matches by"))
        }
    }

    @Test("What is no Chromaprint ends with 1 and says what is wrong; what is not there is a wrong call")
    func malformed() throws {
        try Folder.with { folder in
            try "{\"duration\": 1, \"fingerprint\": \"AQ*\"}".write(
                toFile: "\(folder)/bad", atomically: true, encoding: .utf8)
            let bad = try Programs.moire("chromaprint", "compare", "\(folder)/bad", "\(folder)/bad")
            #expect(bad.status == 1 && bad.errors.contains("\(folder)/bad") && bad.errors.contains("base64"))
            let chunks = try fpcalc("-json", "-chunk", "5", try tune())
            try chunks.write(toFile: "\(folder)/chunks", atomically: true, encoding: .utf8)
            #expect(try Programs.moire("chromaprint", "compare", "\(folder)/chunks", "\(folder)/chunks").status == 1)
            #expect(try Programs.moire("chromaprint", "compare", "\(folder)/none", "\(folder)/none").status == 2)
            #expect(try Programs.moire("extract", "--chromaprint-raw", try tune()).status == 2)
        }
    }

    @Test("Two files that would share one Chromaprint file are refused, and nothing is written")
    func sameName() throws {
        try Folder.with { folder in
            for name in ["a", "b"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: try tune(), toPath: "\(folder)/\(name)/tune.wav")
            }
            let answer = try Programs.moire(
                "extract", "--chromaprint-folder", "\(folder)/out", "\(folder)/a/tune.wav", "\(folder)/b/tune.wav")
            #expect(
                answer.status == 2 && answer.errors.contains("would share the Chromaprint file tune.wav.fpcalc.json"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
        }
    }

    @Test("A file without sound has none, which is said, and no file is written")
    func silent() throws {
        try Folder.with { folder in
            let clip = try Clip.make("mute.mp4", ["-f", "lavfi", "-i", "testsrc2=s=160x120:d=3", "-an"])
            let answer = try Programs.moire("extract", "--chromaprint-folder", folder, clip)
            #expect(answer.status == 0 && answer.errors.contains("mute.mp4 has no Chromaprint: no_audio"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test("An Audio-Code is the same from compressed and raw words, and says when it covers too little")
    func audioCode() throws {
        try Folder.with { folder in
            try fpcalc("-json", "-length", "0", try tune()).write(
                toFile: "\(folder)/a", atomically: true, encoding: .utf8)
            try fpcalc("-json", "-raw", "-signed", "-length", "0", try tune())
                .write(toFile: "\(folder)/b", atomically: true, encoding: .utf8)
            try fpcalc("-json", "-length", "20", try tune()).write(
                toFile: "\(folder)/c", atomically: true, encoding: .utf8)
            let both = try Programs.moire("chromaprint", "iscc", "\(folder)/a", "\(folder)/b")
            let codes = Set(both.lines.map { $0.prefix(21) })
            #expect(both.status == 0 && both.errors.isEmpty && codes.count == 1)
            #expect(codes.first?.hasPrefix("ISCC:EIA") == true)
            #expect(try Programs.moire("chromaprint", "iscc", "\(folder)/c").errors.contains("only the beginning"))
        }
    }
}
