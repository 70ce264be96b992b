import Foundation
import TestSupport
import Testing

@Suite("moire extract --stdin")
struct ExtractStreamTests {
    /// A running `moire extract --stdin` that is asked line by line.
    private final class Talk {
        private let process = Process()
        private let input = Pipe()
        private let output = Pipe()
        private var pending = Data()

        init(_ arguments: [String] = []) throws {
            process.executableURL = Programs.folder.appendingPathComponent("moire")
            process.arguments = ["extract", "--stdin", "--format", "jsonl", "--slots", "2"] + arguments
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        func say(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8)) }

        func record() throws -> [String: Any] {
            while true {
                if let end = pending.firstIndex(of: 0x0A) {
                    let line = pending[..<end]
                    pending = Data(pending[pending.index(after: end)...])
                    return try #require(try JSONSerialization.jsonObject(with: line) as? [String: Any])
                }
                let more = output.fileHandleForReading.availableData
                try #require(!more.isEmpty, "it ended without a record")
                pending += more
            }
        }

        /// Closes its input; its exit status.
        func end() throws -> Int32 {
            try input.fileHandleForWriting.close()
            process.waitUntilExit()
            return process.terminationStatus
        }
    }

    @Test("Who sends a line and waits gets its record before sending the next")
    func talk() throws {
        let talk = try Talk()
        let clip = try Project.clip("quiet-frames/lighthouse-story.mp4")
        for _ in 0..<2 {
            try talk.say(clip)
            #expect((try talk.record()["outcome"] as? [String: Any])?["kind"] as? String == "complete")
        }
        try talk.say("{\"path\":\"\(clip)\",\"creator\":\"ann\"}")
        #expect((try talk.record()["input"] as? [String: Any])?["path"] as? String == clip)
        #expect(try talk.end() == 0)
    }

    @Test("With --fast a line out is a triage record, whatever the line in")
    func fast() throws {
        let talk = try Talk(["--fast"])
        try talk.say(try Project.clip("quiet-frames/lighthouse-story.mp4"))
        try talk.say("{\"creator\":\"ann\"}")
        let records = try (0..<2).map { _ in try talk.record() }
        #expect(records.map { $0["schema"] as? String } == ["moire.triage/1", "moire.triage/1"])
        #expect(records.map { $0["mode"] as? String } == ["fast", "fast"])
        #expect((records[1]["outcome"] as? [String: Any])?["reason"] as? String == "bad_line")
        #expect(try talk.end() == 1)
    }

    @Test("A line without a path and a file that is not there are records like any other, in their places")
    func places() throws {
        let talk = try Talk()
        let clip = try Project.clip("kitchen-lab/citrus-soda.webm")
        let lines = [clip, "{\"creator\":\"ann\"}", "/no/such/file.mp4", "", "{not json", clip]
        for line in lines { try talk.say(line) }
        let reasons = try lines.map { _ in (try talk.record()["outcome"] as? [String: Any])?["reason"] as? String }
        #expect(reasons == ["ok", "bad_line", "no_such_file", "bad_line", "bad_line", "ok"])
        #expect(try talk.end() == 1)
    }

    @Test("--fingerprint adds the bytes that the record counts, and nothing where there are none")
    func fingerprint() throws {
        let talk = try Talk(["--fingerprint"])
        try talk.say(try Project.clip("kitchen-lab/citrus-soda.webm"))
        try talk.say(try Project.clip("old-backups/empty.mp4"))
        let record = try talk.record()
        let text = try #require(record["fingerprint"] as? String)
        let bytes = try #require(Data(base64Encoded: text))
        #expect((record["fingerprints"] as? [String: Any])?["bytes"] as? Int == bytes.count)
        #expect(bytes.count > 1000)
        #expect(try talk.record()["fingerprint"] == nil)
        #expect(try talk.end() == 1)
    }
}
