import Foundation
import TestSupport
import Testing

@Suite("moire index and lookup, on the project's clips")
struct LookupTests {
    /// One index of four originals for all tests.
    private static let index: Result<String, any Error> = Result {
        let path = NSTemporaryDirectory() + "moire-lookup-\(UUID().uuidString)"
        let added = try Programs.moire(
            "index", "add", "--index", path, try Project.clip("kitchen-lab/ramen-in-ten.mp4"),
            try Project.clip("trail-notes/ridge-at-dawn.mp4"), try Project.clip("tide-pool/reef-walk.mp4"),
            try Project.clip("night-tram/last-tram.mp4"))
        try #require(added.status == 0, "\(added.errors)")
        return path
    }

    private func best(_ clip: String, _ more: String...) throws -> [String: Any]? {
        let answer = try Programs.run(
            Programs.folder.appendingPathComponent("moire").path,
            ["lookup", "--index", try Self.index.get(), "--format", "jsonl"] + more + [try Project.clip(clip)])
        #expect(answer.status == 0, "\(answer.errors)")
        return try answer.objects().first
    }

    private func number(_ match: [String: Any], _ key: String) throws -> Double { try #require(match[key] as? Double) }

    @Test("Five seconds inside other footage are found with both time ranges")
    func partialCopy() throws {
        let match = try #require(try best("clip-harbor/trail-mix.mp4"))
        #expect(match["reference"] as? String == "ridge-at-dawn.mp4")
        // Seconds 4 to 9 of the query are seconds 3 to 8 of the reference; frames are sampled four times a second.
        #expect(abs(try number(match, "query_start") - 4) <= 0.3)
        #expect(abs(try number(match, "query_end") - 9) <= 0.3)
        #expect(abs(try number(match, "reference_start") - 3) <= 0.3)
        #expect(abs(try number(match, "reference_end") - 8) <= 0.3)
    }

    @Test("A mirrored copy is found and called mirrored")
    func mirrored() throws {
        let match = try #require(try best("clip-harbor/reef-flip.mp4"))
        #expect(match["reference"] as? String == "reef-walk.mp4")
        #expect(match["mirrored"] as? Bool == true)
    }

    @Test("A copy played a tenth faster is found with its speed")
    func faster() throws {
        let match = try #require(try best("daily-finds/ridge-fast.mp4"))
        #expect(match["reference"] as? String == "ridge-at-dawn.mp4")
        #expect(abs(try number(match, "speed") - 1.1) < 0.02)
    }

    @Test("A copy with other sound is found by its picture")
    func otherSound() throws {
        let match = try #require(try best("clip-harbor/tram-new-tune.mp4"))
        #expect(match["reference"] as? String == "last-tram.mp4")
        #expect(match["modality"] as? String == "video")
    }

    @Test("Beside each match stands whether the query looks filmed off a screen, in words where it does")
    func recapture() throws {
        try Folder.with { folder in
            func moire(_ arguments: String...) throws -> Programs.Answer {
                let answer = try Programs.run(Project.program("moire"), arguments)
                #expect(answer.status == 0, "\(answer.errors)")
                return answer
            }
            let originals = try [Project.clip("desk-tour/small-desk.mp4"), Project.clip("tide-pool/reef-walk.mp4")]
            _ = try moire("index", "add", "--index", "\(folder)/index", originals[0], originals[1])
            let clips = try [
                "filmed": Project.clip("screen-room/desk-on-screen.mp4"),
                "mirrored": Project.clip("clip-harbor/reef-flip.mp4"),
            ]
            for (name, clip) in clips {
                let lines = try moire("lookup", "--index", "\(folder)/index", "--format", "jsonl", clip).objects()
                #expect(lines.count == 1)
                #expect(lines.first?["reference"] as? String == (name == "filmed" ? "small-desk.mp4" : "reef-walk.mp4"))
                let suspicion = try #require(lines.first?["query_recapture"] as? [String: Any])
                // What an extraction of the file says, and nothing that the match says.
                let record = try #require(try moire("extract", "--format", "jsonl", clip).objects().first)
                #expect(suspicion as NSDictionary == record["recapture"] as? NSDictionary)
                let probability = try #require(suspicion["probability"] as? Double)
                #expect(name == "filmed" ? probability > 0.9 : probability < 0.1)
                let words = try moire("lookup", "--index", "\(folder)/index", clip).lines.filter {
                    $0.contains("filmed off a screen")
                }
                let expected = "  the query looks filmed off a screen (\(Int(probability * 100)) % sure)"
                #expect(words == (name == "filmed" ? [expected] : []))
            }
            // Hashes alone have no picture that could be measured.
            _ = try moire("extract", "--vpdq-folder", folder, originals[1])
            let hashes = try moire(
                "lookup", "--index", "\(folder)/index", "--format", "jsonl", "\(folder)/reef-walk.mp4.vpdq.txt")
            #expect(try hashes.objects().first?["reference"] as? String == "reef-walk.mp4")
            #expect(!hashes.output.contains("query_recapture"))
        }
    }

    @Test("A bank and a reference are switched off and on again, a reference removed, by commands")
    func switches() throws {
        try Folder.with { folder in
            let path = "\(folder)/index"
            func moire(_ arguments: String...) throws -> String {
                let answer = try Programs.run(Project.program("moire"), arguments)
                #expect(answer.status == 0, "\(answer.errors)")
                return answer.output
            }
            func finds() throws -> Bool {
                try !moire("lookup", "--index", path, "--format", "jsonl", Project.clip("clip-harbor/reef-flip.mp4"))
                    .isEmpty
            }
            _ = try moire("index", "add", "--index", path, "--bank", "films", Project.clip("tide-pool/reef-walk.mp4"))
            #expect(try finds())
            #expect(
                try moire("index", "bank", "--index", path, "films", "--off", "--note", "in dispute")
                    == "films  1 references  off  in dispute\n")
            #expect(try !finds())
            #expect(try moire("index", "bank", "--index", path, "films", "--on", "--note", "").hasSuffix("on\n"))
            #expect(
                try moire("index", "reference", "--index", path, "--off", "reef-walk.mp4") == "off  reef-walk.mp4\n")
            #expect(try !finds())
            _ = try moire("index", "reference", "--index", path, "--on", "reef-walk.mp4")
            #expect(try finds())
            let unknown = try Programs.moire("index", "remove", "--index", path, "reef-walk.mp4", "nobody")
            #expect(unknown.status == 1 && unknown.errors.contains("no reference nobody"))
            #expect(try finds())
            _ = try moire("index", "remove", "--index", path, "reef-walk.mp4")
            #expect(try !finds())
        }
    }

    @Test("Footage of somebody else's matches nothing")
    func unrelated() throws {
        #expect(try best("fractal-lab/zoom-of-the-day.mp4") == nil)
    }

    @Test("By sound alone a whole copy is found, too")
    func bySound() throws {
        let match = try #require(try best("clip-harbor/noodles-again.mp4", "--modality", "audio"))
        #expect(match["reference"] as? String == "ramen-in-ten.mp4")
        #expect(match["modality"] as? String == "audio")
    }

    @Test("explain says why a pair matched, and draws it as a PNG picture")
    func explained() throws {
        try Folder.with { folder in
            let answer = try Programs.moire(
                "explain", "--index", try Self.index.get(), "--picture", "\(folder)/why.png", "--format", "jsonl",
                try Project.clip("clip-harbor/noodles-again.mp4"), try Project.clip("kitchen-lab/ramen-in-ten.mp4"))
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(try answer.objects().first?["gate"] as? String == "matched")
            let picture = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/why.png"))
            #expect(Array(picture.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
        }
    }

    @Test("explain says what stopped a pair that did not match")
    func explainedMiss() throws {
        try Folder.with { folder in
            let answer = try Programs.moire(
                "explain", "--index", try Self.index.get(), "--picture", "\(folder)/why.png", "--format", "jsonl",
                try Project.clip("fractal-lab/zoom-of-the-day.mp4"), "reef-walk.mp4")
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(try answer.objects().first?["gate"] as? String != "matched")
        }
    }

    @Test("A reference added by one process is seen by another's lookup within a second")
    func visible() throws {
        try Folder.with { folder in
            let clip = try Project.clip("kitchen-lab/ramen-in-ten.mp4")
            #expect(try Programs.moire("index", "add", "--index", "\(folder)/index", clip).status == 0)
            let found = try Programs.moire("lookup", "--index", "\(folder)/index", "--format", "jsonl", clip)
            #expect(try found.objects().first?["reference"] as? String == "ramen-in-ten.mp4")
        }
    }

    @Test("Two files that would be one reference are refused, and nothing is added")
    func sameReference() throws {
        try Folder.with { folder in
            for name in ["a", "b"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    atPath: try Project.clip("old-backups/flipped-bits.mp4"), toPath: "\(folder)/\(name)/clip.mp4")
            }
            let answer = try Programs.moire("index", "add", "--index", "\(folder)/index", "\(folder)/a", "\(folder)/b")
            #expect(answer.status == 2)
            #expect(answer.errors.contains("would both be the reference clip.mp4"), "\(answer.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/index"))
        }
    }

    @Test("Frame hashes written as a vPDQ text find their video again")
    func hashes() throws {
        try Folder.with { folder in
            let clip = try Project.clip("tide-pool/reef-walk.mp4")
            #expect(try Programs.moire("extract", "--vpdq-folder", folder, clip).status == 0)
            let found = try Programs.moire(
                "lookup", "--index", try Self.index.get(), "--format", "jsonl",
                "\(folder)/reef-walk.mp4.vpdq.txt")
            #expect(found.status == 0, "\(found.errors)")
            #expect(try found.objects().first?["reference"] as? String == "reef-walk.mp4")
        }
    }
}
