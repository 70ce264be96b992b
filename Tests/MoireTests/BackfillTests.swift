import Foundation
import Glibc
import TestSupport
import Testing

@Suite("moire backfill")
struct BackfillTests {
    /// A manifest of files that are not there: what is tested is the submission.
    private static func manifest(_ folder: String, lines: ClosedRange<Int>) throws -> String {
        let path = "\(folder)/archive.jsonl"
        let text = lines.map { "{\"path\":\"/no/such/\($0).mp4\",\"key\":\"k\($0)\"}\n" }.joined()
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func start(_ arguments: String...) throws -> Process {
        let process = Process()
        process.executableURL = Programs.folder.appendingPathComponent("moire")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private static func cursor(_ home: String) -> [String: Any]? {
        FileManager.default.contents(atPath: "\(home)/backfills/archive.json").flatMap {
            try? JSONSerialization.jsonObject(with: $0) as? [String: Any]
        }
    }

    /// Lets a coordinator take in everything; every job of the ledger.
    private static func ledger(_ home: String, jobs count: Int) throws -> [[String: Any]] {
        let coordinator = try start("coordinator", "--home", home)
        defer {
            kill(coordinator.processIdentifier, SIGTERM)
            coordinator.waitUntilExit()
        }
        for _ in 0..<600 {
            let inbox = try FileManager.default.contentsOfDirectory(atPath: "\(home)/queue/inbox")
            if inbox.isEmpty { break }
            usleep(100_000)
        }
        return try Programs.moire("jobs", "list", "--home", home, "--limit", "\(2 * count)", "--format", "jsonl")
            .objects()
    }

    @Test("SIGKILL in mid-submission, four times, and the same command again submits every line exactly once")
    func killed() throws {
        try Folder.with { folder in
            let home = "\(folder)/home"
            let manifest = try Self.manifest(folder, lines: 1...4000)
            var reached = 0
            for _ in 0..<4 {
                let run = try Self.start(
                    "backfill", "--home", home, "--manifest", manifest, "--sample", "0", "--no-follow", "--rate", "1500"
                )
                // Killed at whatever it is doing once it has come further than the one before.
                for _ in 0..<3000 where run.isRunning && (Self.cursor(home)?["jobs"] as? Int ?? 0) <= reached {
                    usleep(10_000)
                }
                usleep(UInt32.random(in: 0..<100_000))
                kill(run.processIdentifier, SIGKILL)
                run.waitUntilExit()
                let jobs = try #require(Self.cursor(home)?["jobs"] as? Int)
                #expect(jobs > reached && jobs < 4000)
                reached = jobs
            }
            let last = try Programs.moire(
                "backfill", "--home", home, "--manifest", manifest, "--sample", "0", "--no-follow", "--format", "jsonl")
            #expect(last.status == 0, "\(last.errors)")
            #expect(try last.objects().first?["submitted"] as? Int == 4000)
            let jobs = try Self.ledger(home, jobs: 4000)
            #expect(jobs.count == 4000)
            #expect(Set(jobs.compactMap { $0["path"] as? String }) == Set((1...4000).map { "/no/such/\($0).mp4" }))
            #expect(jobs.allSatisfy { $0["lane"] as? String == "backfill" })
        }
    }

    @Test("A change among submitted lines is refused, unless --restart; lines may be appended")
    func changed() throws {
        try Folder.with { folder in
            let home = "\(folder)/home"
            func run(_ more: String...) throws -> Programs.Answer {
                try Programs.run(
                    Programs.folder.appendingPathComponent("moire").path,
                    [
                        "backfill", "--home", home, "--manifest", "\(folder)/archive.jsonl", "--sample", "0",
                        "--no-follow", "--format", "jsonl",
                    ] + more)
            }
            _ = try Self.manifest(folder, lines: 1...30)
            #expect(try run().objects().first?["submitted"] as? Int == 30)
            _ = try Self.manifest(folder, lines: 1...35)
            #expect(try run().objects().first?["submitted"] as? Int == 35)
            _ = try Self.manifest(folder, lines: 2...36)
            let refused = try run()
            #expect(refused.status == 2)
            #expect(refused.errors.contains("has changed among its first 35 lines"), "\(refused.errors)")
            #expect(Self.cursor(home)?["jobs"] as? Int == 35)
            #expect(try run("--restart").objects().first?["submitted"] as? Int == 35)
            #expect(try Self.ledger(home, jobs: 36).count == 36)
        }
    }

    @Test("A line that cannot be used ends it with 2 and is named; mended, the same command goes on with it")
    func badLine() throws {
        try Folder.with { folder in
            let (home, manifest) = ("\(folder)/home", "\(folder)/archive.jsonl")
            func write(_ third: String) throws {
                let text = "{\"path\":\"/no/1.mp4\"}\n{\"path\":\"/no/2.mp4\"}\n\(third)\n{\"path\":\"/no/4.mp4\"}\n"
                try Data(text.utf8).write(to: URL(fileURLWithPath: manifest))
            }
            try write("{\"path\":\"/no/3.mp4\",\"creator\":[]}")
            let base = [
                "backfill", "--home", home, "--manifest", manifest, "--sample", "0", "--no-follow", "--format", "jsonl",
            ]
            let moire = Programs.folder.appendingPathComponent("moire").path
            for _ in 0..<2 {
                let stopped = try Programs.run(moire, base)
                #expect(stopped.status == 2)
                #expect(stopped.errors.contains("archive.jsonl:3: the field `creator`"), "\(stopped.errors)")
                #expect(stopped.errors.contains("the 2 lines before it are submitted"), "\(stopped.errors)")
            }
            let skipped = try Programs.run(moire, base + ["--name", "other", "--skip-bad-lines"])
            #expect(skipped.status == 1)
            #expect(try skipped.objects().first?["bad_lines"] as? Int == 1)
            let failures = try String(contentsOfFile: "\(home)/backfills/other.failures.jsonl", encoding: .utf8)
            #expect(failures.contains("\"line\":3") && failures.contains("creator"), "\(failures)")
            try write("{\"path\":\"/no/3.mp4\",\"creator\":\"ann\"}")
            let mended = try Programs.run(moire, base)
            #expect(mended.status == 0, "\(mended.errors)")
            #expect(try mended.objects().first?["submitted"] as? Int == 4)
        }
    }

    @Test(
        "One command does an archive; --only-failed tries again what failed for the reason that was named, and nothing else"
    )
    func onlyFailed() throws {
        try Folder.with { folder in
            let (home, manifest) = ("\(folder)/home", "\(folder)/archive.csv")
            let clip = try Project.clip("old-backups/flipped-bits.mp4")
            let notes = try Project.clip("old-backups/notes.mp4")
            try Data("path,key,creator\n\(clip),a,ann\n\(notes),b,bob\n\(folder)/late.mp4,c,\"cy\nand co\"\n".utf8)
                .write(to: URL(fileURLWithPath: manifest))
            let first = try Programs.moire(
                "backfill", "--home", home, "--manifest", manifest, "--run-workers", "--slots", "2", "--format",
                "jsonl",
                "--failures", "\(folder)/failed.jsonl")
            #expect(first.status == 1, "\(first.errors)")
            let told = try #require(try first.objects().first)
            #expect(told["submitted"] as? Int == 3 && told["open"] as? Int == 0)
            let reasons = (told["outcomes"] as? [[String: Any]])?.compactMap { $0["reason"] as? String } ?? []
            #expect(reasons.contains("unknown_format") && reasons.contains("no_such_file"), "\(reasons)")
            let failed = try String(contentsOfFile: "\(folder)/failed.jsonl", encoding: .utf8).split(separator: "\n")
            #expect(failed.count == 2)
            #expect(failed.last?.contains("\"path\":\"\(folder)/late.mp4\"") == true)
            #expect(failed.last?.contains("\"key\":\"c\"") == true && failed.last?.contains("\"line\":4") == true)
            #expect(first.errors.contains("estimate from 3 of 3 lines"), "\(first.errors)")

            try FileManager.default.copyItem(atPath: clip, toPath: "\(folder)/late.mp4")
            let again = try Programs.moire(
                "backfill", "--home", home, "--manifest", manifest, "--run-workers", "--only-failed", "--reason",
                "no_such_file", "--format", "jsonl")
            #expect(again.status == 1, "\(again.errors)")
            let jobs = try Programs.moire("jobs", "list", "--home", home, "--format", "jsonl").objects()
            let states = jobs.map { "\($0["state"] as? String ?? "") \($0["attempts"] as? Int ?? 0)" }
            #expect(states == ["done 1", "dead 1", "done 2"])
        }
    }

    @Test("A cap of 40 a second keeps 100 lines for two seconds and more")
    func rate() throws {
        try Folder.with { folder in
            let manifest = try Self.manifest(folder, lines: 1...100)
            let started = ContinuousClock.now
            let answer = try Programs.moire(
                "backfill", "--home", "\(folder)/home", "--manifest", manifest, "--sample", "0", "--no-follow",
                "--rate",
                "40")
            #expect(answer.status == 0, "\(answer.errors)")
            // The bucket holds ten: 100 lines take (100 - 10) / 40 s at least.
            #expect(ContinuousClock.now - started >= .seconds(2.25))
            #expect(Self.cursor("\(folder)/home")?["jobs"] as? Int == 100)
        }
    }

    @Test("A report and a retry of what was never begun are refused, and make no home")
    func neverBegun() throws {
        try Folder.with { folder in
            let manifest = try Self.manifest(folder, lines: 1...3)
            for flag in ["--report-only", "--only-failed"] {
                let answer = try Programs.moire("backfill", "--home", "\(folder)/hme", "--manifest", manifest, flag)
                #expect(answer.status == 2)
                #expect(answer.errors.contains("knows no backfill called archive"), "\(answer.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/hme"))
        }
    }

    @Test("Outside its hours nothing is submitted, and SIGTERM ends it well")
    func window() throws {
        try Folder.with { folder in
            let manifest = try Self.manifest(folder, lines: 1...10)
            let hour = Calendar.current.component(.hour, from: Date())
            let run = try Self.start(
                "backfill", "--home", "\(folder)/home", "--manifest", manifest, "--sample", "0", "--window",
                "\((hour + 3) % 24):00-\((hour + 5) % 24):00")
            for _ in 0..<1000 where Self.cursor("\(folder)/home") == nil { usleep(10_000) }
            usleep(500_000)
            #expect(run.isRunning)
            kill(run.processIdentifier, SIGTERM)
            run.waitUntilExit()
            #expect(run.terminationStatus == 0)
            #expect(Self.cursor("\(folder)/home")?["jobs"] as? Int == 0)
        }
    }

    @Test("At most --in-flight jobs are with the fleet while nobody works on them")
    func inFlight() throws {
        try Folder.with { folder in
            let manifest = try Self.manifest(folder, lines: 1...500)
            let run = try Self.start(
                "backfill", "--home", "\(folder)/home", "--manifest", manifest, "--sample", "0", "--in-flight", "120")
            for _ in 0..<1000 where (Self.cursor("\(folder)/home")?["jobs"] as? Int ?? 0) < 120 { usleep(10_000) }
            usleep(500_000)
            #expect(Self.cursor("\(folder)/home")?["jobs"] as? Int == 120)
            let second = try Programs.moire(
                "backfill", "--home", "\(folder)/home", "--manifest", manifest, "--sample", "0")
            #expect(second.status == 3)
            #expect(second.errors.contains("another process runs the backfill archive"), "\(second.errors)")
            // A report disturbs nobody.
            let told = try Programs.moire(
                "backfill", "--home", "\(folder)/home", "--manifest", manifest, "--report-only", "--format", "jsonl")
            #expect(told.status == 0, "\(told.errors)")
            #expect(try told.objects().first?["open"] as? Int == 120)
            kill(run.processIdentifier, SIGTERM)
            run.waitUntilExit()
        }
    }
}
