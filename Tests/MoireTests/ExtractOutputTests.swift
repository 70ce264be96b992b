import Foundation
import TestSupport
import Testing

@Suite("What moire extract writes")
struct ExtractOutputTests {
    /// A slideshow, a clip of film with sound, a sound without pictures, and a file with nothing in it.
    private static let clips = [
        "quiet-frames/lighthouse-story.mp4", "kitchen-lab/citrus-soda.webm", "tide-pool/reef-walk.mp4",
        "old-backups/empty.mp4",
    ]

    @Test("Real records follow docs/extract.schema.json, which knows every one of their fields")
    func schema() throws {
        try Folder.with { folder in
            let schema = Project.root.appendingPathComponent("docs/extract.schema.json").path
            for (number, clip) in Self.clips.enumerated() {
                let path = "\(folder)/\(number).json"
                let answer = try Programs.moire(
                    "extract", "--format", "json", "--fingerprint", "--chromaprint-folder", folder,
                    try Project.clip(clip))
                try answer.output.write(toFile: path, atomically: true, encoding: .utf8)
                let check = try Programs.run(
                    "/usr/bin/python3", ["-W", "ignore", "-m", "jsonschema", "-i", path, schema])
                #expect(check.status == 0, "\(clip): \(check.errors)")
            }
            // A field that the schema does not know is refused, or the check above would say nothing.
            try #"{"schema": "moire.extract/1", "input": {"path": "a", "bytes": 1, "colour": 2}}"#
                .write(toFile: "\(folder)/wrong.json", atomically: true, encoding: .utf8)
            let wrong = try Programs.run(
                "/usr/bin/python3", ["-W", "ignore", "-m", "jsonschema", "-i", "\(folder)/wrong.json", schema])
            #expect(wrong.status != 0)
        }
    }

    @Test("Real triage records follow docs/triage.schema.json, and are no records of docs/extract.schema.json")
    func triageSchema() throws {
        try Folder.with { folder in
            for (number, clip) in Self.clips.enumerated() {
                let path = "\(folder)/\(number).json"
                let answer = try Programs.moire("extract", "--fast", "--format", "json", try Project.clip(clip))
                try answer.output.write(toFile: path, atomically: true, encoding: .utf8)
                func check(_ schema: String) throws -> Programs.Answer {
                    try Programs.run(
                        "/usr/bin/python3",
                        [
                            "-W", "ignore", "-m", "jsonschema", "-i", path,
                            Project.root.appendingPathComponent("docs/\(schema)").path,
                        ])
                }
                let own = try check("triage.schema.json")
                #expect(own.status == 0, "\(clip): \(own.errors)")
                #expect(try check("extract.schema.json").status != 0)
            }
        }
    }

    @Test("extract --fast says in words that it is a triage, and ends with the codes of a full extraction")
    func triage() throws {
        let film = try Programs.moire("extract", "--fast", try Project.clip("tide-pool/reef-walk.mp4"))
        #expect(film.status == 0)
        #expect(film.lines.contains("  mode        triage by key frames (--fast); this is not a full extraction"))
        #expect(film.lines.contains("  static      not judged: fast_mode"))
        #expect(film.lines.contains { $0.hasPrefix("  quality     ") && $0.hasSuffix(" on key frames") })
        let empty = try Programs.moire("extract", "--fast", try Project.clip("old-backups/empty.mp4"))
        #expect(empty.status == 1)
        #expect(empty.lines.contains("  advice      no full extraction: it would end in the same way"))
    }

    @Test(
        "extract --fast makes no fingerprints and no pictures: 2",
        arguments: [
            ["--fingerprint", "--format", "json"], ["--picture", "out.png"], ["--vpdq-folder", "out"],
            ["--chromaprint-folder", "out"],
        ])
    func triageUsage(options: [String]) throws {
        let clip = try Project.clip("tide-pool/reef-walk.mp4")
        let answer = try Programs.run(Project.program("moire"), ["extract", "--fast"] + options + [clip])
        #expect(answer.status == 2)
        #expect(answer.errors.contains("--fast makes no fingerprints and no pictures"))
    }

    @Test("extract --stage-times writes beside the records what the stages cost, and changes no record")
    func stageTimes() throws {
        try Folder.with { folder in
            let clips = try Self.clips.map { try Project.clip($0) }
            for mode in [[], ["--fast"]] {
                let file = "\(folder)/stages\(mode.count).json"
                let plain = try Programs.run(
                    Project.program("moire"), ["extract", "--format", "jsonl"] + mode + clips)
                let timed = try Programs.run(
                    Project.program("moire"),
                    ["extract", "--format", "jsonl", "--stage-times", file] + mode + clips)
                #expect(plain.status == 1 && timed.status == 1)  // for the file with nothing in it
                #expect(plain.output == timed.output)
                let json = try JSONSerialization.jsonObject(with: try Data(contentsOf: URL(fileURLWithPath: file)))
                let times = try #require(json as? [String: Any])
                #expect(times["schema"] as? String == "moire.stage_times/1")
                #expect(times["files"] as? Int == 4)
                let stages = try #require(times["stages"] as? [String: Double])
                #expect((stages["decode"] ?? 0) > 0 && (stages["pictures"] ?? 0) > 0)
                #expect((stages["places"] ?? 0) > 0 || !mode.isEmpty)
                #expect(stages.values.reduce(0, +) <= times["decoder_seconds"] as? Double ?? 0)
            }
        }
    }

    @Test("extract --picture draws one file to a PNG, and several into a folder")
    func picture() throws {
        try Folder.with { folder in
            let slides = try Project.clip("quiet-frames/lighthouse-story.mp4")
            let film = try Project.clip("tide-pool/reef-walk.mp4")
            #expect(try Programs.moire("extract", "--picture", "\(folder)/one.png", slides).status == 0)
            #expect(try Self.width(ofPNG: "\(folder)/one.png") == 1_120)
            #expect(try Programs.moire("extract", "--picture", "\(folder)/all", slides, film).status == 0)
            #expect(try Self.width(ofPNG: "\(folder)/all/lighthouse-story.mp4.png") == 1_120)
            #expect(try Self.width(ofPNG: "\(folder)/all/reef-walk.mp4.png") == 1_120)
        }
    }

    @Test("A picture that cannot be written is the environment's fault: 3")
    func noPlace() throws {
        let answer = try Programs.moire(
            "extract", "--picture", "/no/such/folder/one.png", try Project.clip("tide-pool/reef-walk.mp4"))
        #expect(answer.status == 3)
        #expect(answer.errors.contains("/no/such/folder/one.png"))
    }

    /// From the header, which names it behind the signature and the chunk's length and type.
    private static func width(ofPNG path: String) throws -> Int {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        try #require(bytes.count > 24 && Array(bytes[1...3]) == Array("PNG".utf8))
        return bytes[16...19].reduce(0) { $0 << 8 | Int($1) }
    }
}
