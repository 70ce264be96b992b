import Foundation
import TestSupport
import Testing

@Suite("moire hash")
struct HashTests {
    @Test("A video's frame hashes are looked up in each of the forms they are written in, without the video")
    func lookedUp() throws {
        try Folder.with { folder in
            let film = try Project.clip("tide-pool/reef-walk.mp4")
            for (form, name) in [("vpdq", "reef.vpdq"), ("vpdq-json", "reef.vpdq.json")] {
                let hashes = try Programs.moire("hash", "--as", form, film)
                #expect(hashes.status == 0, "\(hashes.errors)")
                try hashes.output.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
            let added = try Programs.moire(
                "index", "add", "--index", "\(folder)/index", "--id", "reef", "\(folder)/reef.vpdq.json")
            #expect(added.status == 0, "\(added.errors)")
            for query in ["\(folder)/reef.vpdq", "\(folder)/reef.vpdq.json", film] {
                let found = try Programs.moire("lookup", "--index", "\(folder)/index", "--format", "jsonl", query)
                let match = try #require(try found.objects().first, "\(query): \(found.errors)")
                #expect(match["reference"] as? String == "reef" && match["modality"] as? String == "video")
                #expect(try #require(match["query_coverage"] as? Double) > 0.9)
            }
        }
    }

    @Test("Each form is printed as it is exchanged, and as objects that say what it is")
    func forms() throws {
        let film = try Project.clip("tide-pool/reef-walk.mp4")
        let lines = try Programs.moire("hash", "--as", "vpdq", "--seconds-per-hash", "1", film).lines
        #expect(lines.count == 10 && lines[0].firstMatch(of: /^0,[0-9]+,[0-9a-f]{64},0\.[0-9]{3}$/) != nil)
        let signals = try Programs.moire("hash", "--as", "signals", film).lines
        #expect(signals.count == 2 && signals[0].firstMatch(of: /^video_md5 [0-9a-f]{32}$/) != nil)
        #expect(signals[1].hasPrefix("vpdq [\""))
        let still = try #require(try Programs.moire("hash", "--as", "pdq", "--format", "jsonl", film).objects().first)
        #expect(still["type"] as? String == "pdq" && (still["value"] as? String)?.count == 64)
        #expect(still["timestamp"] is Double && still["quality"] is Int && still["path"] as? String == film)
        let code = try Programs.moire("hash", "--as", "iscc", "--format", "jsonl", film).objects()
        #expect(code.first?["type"] as? String == "iscc_audio")
        #expect((code.first?["value"] as? String)?.hasPrefix("ISCC:EIA") == true)
    }

    @Test("A photo has one hash and no time; of a broken or flat one there is none, and it says why")
    func photo() throws {
        let card = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=1", "-frames:v", "1", "-update", "1"]
        let photo = try Clip.make("hash-photo.png", card)
        let line = try #require(try Programs.moire("hash", "--as", "pdq", photo).lines.first)
        let hash = String(line.prefix(64))
        #expect(line == "\(hash),100,\(photo)" && hash.allSatisfy(\.isHexDigit))
        #expect(try Programs.moire("hash", "--as", "signals", photo).lines == ["pdq \(hash)"])
        let object = try #require(try Programs.moire("hash", "--as", "pdq", "--format", "jsonl", photo).objects().first)
        #expect(object["value"] as? String == hash && object["quality"] as? Int == 100 && object["timestamp"] == nil)
        // A photo is no video.
        #expect(try Programs.moire("hash", "--as", "vpdq", photo).status == 1)

        let flat = try Clip.make(
            "hash-flat.png", ["-f", "lavfi", "-i", "color=gray:size=320x240:rate=1", "-frames:v", "1", "-update", "1"])
        #expect(try Programs.moire("hash", "--as", "pdq", flat).errors.contains("too flat to be told from others"))
        try Folder.with { folder in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: photo))
            try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: "\(folder)/half.png"))
            let half = try Programs.moire("hash", "--as", "pdq", "\(folder)/half.png")
            #expect(half.status == 1 && half.output.isEmpty && half.errors.contains("damaged, cut off"))
        }
    }

    @Test("What has no such hash ends with 1 and says why; a wrong call is one")
    func trouble() throws {
        let silent = try Project.clip("old-backups/notes.mp4")
        let broken = try Programs.moire("hash", "--as", "vpdq", silent)
        #expect(broken.status == 1 && broken.output.isEmpty && broken.errors.contains("no media format"))
        #expect(try Programs.moire("hash", "--as", "video-md5", silent).status == 0)
        try Folder.with { folder in
            try "<Mpeg7/>".write(toFile: "\(folder)/a.xml", atomically: true, encoding: .utf8)
            let empty = try Programs.moire("hash", "--as", "iscc", "\(folder)/a.xml")
            #expect(empty.status == 1 && empty.errors.contains("There is no frame signature in it."))
        }
        #expect(try Programs.moire("hash", "--as", "tmk", silent).status == 2)
        #expect(try Programs.moire("hash", "--as", "iscc", "--bits", "65", silent).status == 2)
        let two = try Programs.moire("hash", "--as", "vpdq", silent, try Project.clip("tide-pool/reef-walk.mp4"))
        #expect(two.status == 2 && two.errors.contains("a vPDQ text is of one video"))
    }
}
