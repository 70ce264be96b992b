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
