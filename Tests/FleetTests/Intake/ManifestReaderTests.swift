@testable import Fleet
import Foundation
import Records
import Testing

@Suite("Reading a manifest record by record")
struct ManifestReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(_ name: String, _ text: String) throws -> [Manifest.Line] {
        let reader = try ManifestReader(at: try folder.file(name, Array(text.utf8)))
        var lines: [Manifest.Line] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    @Test("A quoted newline, comma and quote are part of a CSV record, and the next one's line number counts them")
    func quotedNewline() throws {
        let lines = try read(
            "m.csv", "path,creator,key\n/a/one.mp4,\"ann\nof \"\"the\"\" hill, upper\",k1\n\n/a/two.mp4,bob,\n")
        #expect(lines.map(\.path) == ["/a/one.mp4", "/a/two.mp4"])
        #expect(lines.map(\.facts.creator) == ["ann\nof \"the\" hill, upper", "bob"])
        #expect(lines.map(\.key) == ["k1", nil])
        #expect(lines.map(\.number) == [2, 5])
    }

    @Test("A byte order mark, carriage returns, empty lines and a missing last line feed do no harm")
    func exports() throws {
        let csv = try read("m.csv", "\u{FEFF}path,creator\r\n/a/one.mp4,ann\r\n\r\n/a/two.mp4,bob")
        #expect(csv.map(\.path) == ["/a/one.mp4", "/a/two.mp4"])
        #expect(csv.map(\.facts.creator) == ["ann", "bob"])
        let json = try read("m.jsonl", "\u{FEFF}{\"path\":\"/a/one.mp4\"}\r\n \t\n{\"path\":\"/a/two.mp4\"}")
        #expect(json.map(\.path) == ["/a/one.mp4", "/a/two.mp4"])
        #expect(json.map(\.number) == [1, 3])
    }

    @Test("After a record that cannot be used, whatever is wrong with it, reading goes on behind it")
    func goesOn() throws {
        var text = Array("{\"path\":\"/a/1.mp4\"}\nnot json\n{\"creator\":\"ann\"}\n".utf8)
        text += [0x7B, 0xFF, 0x0A] + Array(repeating: UInt8(ascii: "x"), count: 3 << 20) + [0x0A]
        text += Array("{\"path\":\"/a/6.mp4\"}\n".utf8)
        let path = try folder.file("m.jsonl", text)
        let reader = try ManifestReader(at: path)
        var told: [String] = []
        while true {
            do {
                guard let line = try reader.next() else { break }
                told.append(line.path)
            } catch {
                told.append("\(error)".replacingOccurrences(of: path, with: "m.jsonl"))
            }
        }
        #expect(
            told == [
                "/a/1.mp4", "m.jsonl:2: this line is not a JSON object", "m.jsonl:3: the field `path` is missing",
                "m.jsonl:4: the manifest cannot be read as UTF-8 text",
                "m.jsonl:5: this record is longer than 1048576 bytes", "/a/6.mp4",
            ])
    }

    @Test("A quote that is never closed is named with the line it opens on")
    func openQuote() throws {
        let path = try folder.file("m.csv", Array("path,creator\n/a/1.mp4,ann\n/a/2.mp4,\"bob\n/a/3.mp4,cy\n".utf8))
        let reader = try ManifestReader(at: path)
        #expect(try reader.next()?.path == "/a/1.mp4")
        #expect(throws: IntakeError.self) { try reader.next() }
        #expect(try reader.next() == nil)
    }

    @Test("Reading goes on where an earlier reading ended, with the same digest, and nowhere inside a line")
    func skipping() throws {
        let path = try folder.file("m.csv", Array("path,key\n/a/1.mp4,\"one\nkey\"\n/a/2.mp4,two\n".utf8))
        let first = try ManifestReader(at: path)
        _ = try first.next()
        #expect(first.offset == 28)
        let second = try ManifestReader(at: path)
        #expect(try second.skip(to: 28))
        #expect(second.digest == first.digest)
        #expect(try second.next()?.key == "two")
        #expect(second.digest == "487836c6d8249319786771467575903ba32ee13a1f49eb9c2b0c645873935a9d")
        #expect(try !ManifestReader(at: path).skip(to: 27))
    }

    @Test("A manifest that is not there, or is a folder, is said to be so")
    func noManifest() throws {
        #expect(
            throws: IntakeError(
                subject: "/no/m.csv", sentence: "the manifest cannot be read: No such file or directory")
        ) {
            try ManifestReader(at: "/no/m.csv")
        }
        let reader = try ManifestReader(at: folder.url.path)
        #expect(throws: IntakeError(subject: folder.url.path, sentence: "the manifest cannot be read: Is a directory"))
        {
            try reader.next()
        }
    }
}
