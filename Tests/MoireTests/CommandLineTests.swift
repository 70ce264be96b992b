import Foundation
import TestSupport
import Testing

@Suite("The command line's contract")
struct CommandLineTests {
    @Test(
        "Every command has help with examples or a sentence, and ends with 0",
        arguments: [
            "run", "extract", "index", "lookup", "explain", "submit", "backfill", "worker", "coordinator", "scorer",
            "status",
            "jobs", "profile", "chromaprint", "doctor",
        ])
    func help(command: String) throws {
        let answer = try Programs.moire(command, "--help")
        #expect(answer.status == 0)
        #expect(answer.output.contains("USAGE: moire \(command)"))
    }

    @Test("Wrong usage ends with 2 and says what was wrong")
    func usage() throws {
        let answer = try Programs.moire("lookup", "clip.mp4")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("--index"))
    }

    @Test("A file that is not there is wrong usage, and is named")
    func noFile() throws {
        let answer = try Programs.moire("extract", "/no/such/file.mp4")
        #expect(answer.status == 2)
        #expect(answer.errors.contains("/no/such/file.mp4"))
    }

    @Test("An index that is not there is the environment's fault: 3")
    func noIndex() throws {
        let answer = try Programs.moire(
            "lookup", "--index", "/no/such/index", try Project.clip("tide-pool/reef-walk.mp4"))
        #expect(answer.status == 3)
        #expect(answer.errors.contains("/no/such/index"))
    }

    @Test("extract gives one record per file in order, and 1 when a file gives no result")
    func extract() throws {
        let answer = try Programs.moire(
            "extract", "--format", "jsonl", try Project.clip("old-backups/empty.mp4"),
            try Project.clip("quiet-frames/lighthouse-story.mp4"))
        #expect(answer.status == 1)
        let records = try answer.objects()
        #expect(records.map { ($0["outcome"] as? [String: Any])?["kind"] as? String } == ["undecodable", "complete"])
        let still = try #require(records.last?["static"] as? [String: Any])
        #expect(try #require(still["share"] as? Double) >= 0.95)
        #expect(records.allSatisfy { $0["schema"] as? String == "moire.extract/1" })
    }

    @Test("extract --format json of one file is one JSON object, not a list of one")
    func oneRecord() throws {
        let answer = try Programs.moire(
            "extract", "--format", "json", try Project.clip("quiet-frames/lighthouse-story.mp4"))
        let record = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
        #expect((record?["outcome"] as? [String: Any])?["kind"] as? String == "complete")
    }

    @Test("The same file gives the same bytes")
    func sameBytes() throws {
        let clip = try Project.clip("kitchen-lab/citrus-soda.webm")
        let first = try Programs.moire("extract", "--format", "jsonl", clip)
        #expect(first.status == 0)
        #expect(try Programs.moire("extract", "--format", "jsonl", clip).output == first.output)
    }

    @Test("doctor finds the decoder and the sandbox")
    func doctor() throws {
        let answer = try Programs.moire("doctor", "--format", "jsonl")
        #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
        #expect(
            try answer.objects().map { $0["name"] as? String }
                == ["decoder", "libraries", "sandbox", "memory cap", "onnx runtime"])
    }
}
