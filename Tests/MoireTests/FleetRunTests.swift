import Foundation
import TestSupport
import Testing

@Suite("moire run, over the project's clips")
struct FleetRunTests {
    /// One run for all tests: the home and what was printed.
    private static let whole: Result<(home: String, answer: Programs.Answer), any Error> = Result {
        let home = NSTemporaryDirectory() + "moire-whole-\(UUID().uuidString)"
        let answer = try Programs.moire(
            "run", "--home", home, "--manifest", Project.root.path + "/fixtures/manifest.jsonl", "--format", "jsonl")
        return (home, answer)
    }

    private struct Truth: Decodable {
        struct File: Decodable {
            struct Static: Decodable { var share: Double? }

            var path: String
            var outcome: [String]
            var `static`: Static?
        }

        struct Copy: Decodable {
            var query: String
            var reference: String
            var query_start: Double
            var query_end: Double
            var difficulty: [String: String]
        }

        var files: [File]
        var copies: [Copy]
        var groups: [[String]]

        static func read() throws -> Truth {
            try JSONDecoder().decode(
                Truth.self, from: Data(contentsOf: Project.root.appendingPathComponent("fixtures/truth.json")))
        }
    }

    private func jobs() throws -> [String: [String: Any]] {
        let answer = try Programs.moire("jobs", "list", "--home", try Self.whole.get().home, "--format", "jsonl")
        return try answer.objects().reduce(into: [:]) { $0[Self.clip($1["path"] as? String ?? "")] = $1 }
    }

    /// The path inside the folder of clips, as the truth has it.
    private static func clip(_ path: String) -> String { path.split(separator: "/").suffix(2).joined(separator: "/") }

    private func profiles() throws -> [[String: Any]] { try Self.whole.get().answer.objects() }

    private func copies() throws -> [[String: Any]] {
        try profiles().flatMap { profile in
            ["copies", "repeats"].flatMap { profile[$0] as? [[String: Any]] ?? [] }
        }
    }

    @Test("Every file ends as it should, the broken ones with a reason")
    func outcomes() throws {
        // Broken files are among them, so the exit code is 1.
        #expect(try Self.whole.get().answer.status == 1)
        let jobs = try jobs()
        for file in try Truth.read().files {
            let outcome = try #require(jobs[file.path]?["outcome"] as? [String: Any], "\(file.path)")
            #expect(file.outcome.contains(outcome["kind"] as? String ?? ""), "\(file.path): \(outcome)")
        }
    }

    @Test("Copies that are not hard are found, with their time range, and blamed on the later video")
    func copiesFound() throws {
        let found = try copies()
        for copy in try Truth.read().copies where ["easy", "medium"].contains(copy.difficulty["video"] ?? "") {
            let match = try #require(
                found.first {
                    Self.clip($0["video"] as? String ?? "") == copy.query
                        && Self.clip($0["source"] as? String ?? "") == copy.reference
                }, "\(copy.query) of \(copy.reference)")
            let query = try #require(match["query"] as? [String: Double])
            #expect(abs((query["start"] ?? -9) - copy.query_start) <= 0.5, "\(copy.query)")
            #expect(abs((query["end"] ?? -9) - copy.query_end) <= 0.5, "\(copy.query)")
        }
    }

    @Test("Nothing is called a copy across groups of content, and sound alone costs nobody a point")
    func noFalseCopies() throws {
        let groups = try Truth.read().groups
        for match in try copies() {
            let (video, source) = (
                Self.clip(match["video"] as? String ?? ""), Self.clip(match["source"] as? String ?? "")
            )
            #expect(groups.contains { $0.contains(video) && $0.contains(source) }, "\(video) of \(source)")
        }
        let tunes = try #require(try profiles().first { $0["creator"] as? String == "borrowed-tunes" })
        #expect((tunes["copies"] as? [Any])?.isEmpty == true)
    }

    @Test("Stills, freezes, slideshows and black are measured, moving pictures are not called still")
    func stills() throws {
        for file in try Truth.read().files {
            guard let share = file.static?.share else { continue }
            let answer = try Programs.moire("extract", "--format", "jsonl", try Project.clip(file.path))
            let signal = try #require(try answer.objects().first?["static"] as? [String: Any], "\(file.path)")
            #expect(abs((signal["share"] as? Double ?? -1) - share) <= 0.1, "\(file.path): \(signal)")
        }
    }

    @Test("Every point names events that are there, and the report is one file that needs no other")
    func evidence() throws {
        let home = try Self.whole.get().home
        for profile in try profiles() {
            let points = try #require(profile["points"] as? [[String: Any]])
            #expect(points.allSatisfy { !(($0["event_ids"] as? [String]) ?? []).isEmpty })
            let sum = points.compactMap { $0["points"] as? Int }.reduce(200, +)
            #expect(profile["score"] as? Int == sum)
        }
        let report = try String(contentsOfFile: "\(home)/report.html", encoding: .utf8)
        #expect(report.contains("data:image/png;base64,"))
        #expect(!report.contains("http://") || !report.contains("src=\"http"))
        #expect(report.contains("noodles-again.mp4"))
    }

    @Test("A reversed event's points come back, and the profile says who reversed it and why")
    func reversal() throws {
        let home = try Self.whole.get().home
        let before = try #require(
            try Programs.moire("profile", "--home", home, "--format", "jsonl", "night-tram").objects().first)
        let guilty = try #require(
            try Programs.moire("profile", "--home", home, "--format", "jsonl", "daily-finds").objects().first)
        let copied = try #require(
            (guilty["points"] as? [[String: Any]])?.first { $0["rule"] as? String == "copied_content" })
        let event = try #require((copied["event_ids"] as? [String])?.first)
        let answer = try Programs.moire(
            "profile", "--home", home, "--format", "jsonl", "--reverse", event, "--by", "review-1",
            "--why", "licensed", "daily-finds")
        #expect(answer.status == 0, "\(answer.errors)")
        let after = try #require(try answer.objects().first)
        #expect(try #require(after["score"] as? Int) > (try #require(guilty["score"] as? Int)))
        let reversed = try #require((after["reversed"] as? [[String: Any]])?.first)
        #expect(reversed["by"] as? String == "review-1")
        // Nobody else's profile moves.
        let other = try #require(
            try Programs.moire("profile", "--home", home, "--format", "jsonl", "night-tram").objects().first)
        #expect(other["score"] as? Int == before["score"] as? Int)
    }

    @Test("A decision changes the profile at once and is undone by its own event")
    func decision() throws {
        let home = try Self.whole.get().home
        func profile() throws -> [String: Any] {
            try #require(
                try Programs.moire("profile", "--home", home, "--format", "jsonl", "clip-harbor").objects().first)
        }
        let before = try profile()
        let copied = try #require(
            (before["points"] as? [[String: Any]])?.first { $0["rule"] as? String == "copied_content" })
        let event = try #require((copied["event_ids"] as? [String])?.first)
        let answer = try Programs.moire(
            "decide", "--home", home, "--format", "jsonl", "--verdict", "licensed", "--by", "review-2", "--why",
            "contract shown", event)
        #expect(answer.status == 0, "\(answer.errors)")
        let decision = try #require(try answer.objects().first?["event_id"] as? String)
        let after = try profile()
        #expect(try #require(after["score"] as? Int) > (try #require(before["score"] as? Int)))
        let copy = try #require((after["copies"] as? [[String: Any]])?.first { $0["event_id"] as? String == event })
        #expect(copy["not_counted"] as? String == "licensed")
        let undone = try Programs.moire(
            "profile", "--home", home, "--format", "jsonl", "--reverse", decision, "--by", "review-2", "--why",
            "forged", "clip-harbor")
        #expect(undone.status == 0, "\(undone.errors)")
        #expect(try profile()["score"] as? Int == before["score"] as? Int)
        let wrong = try Programs.moire(
            "decide", "--home", home, "--verdict", "licensed", "--by", "review-2", "--why", "x", decision)
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("decisions are about matches"))
    }
}
