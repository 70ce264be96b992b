import Foundation
import TestSupport
import Testing

@Suite("A fleet that says what it does")
struct FleetTelemetryTests {
    /// Starts a program of the fleet with standard error in a file; its standard input is the lifeline.
    private func start(_ arguments: [String], log: String) throws -> (process: Process, lifeline: Pipe) {
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let (process, lifeline) = (Process(), Pipe())
        process.executableURL = Programs.folder.appendingPathComponent("moire")
        process.arguments = arguments + ["--with-parent"]
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try process.run()
        return (process, lifeline)
    }

    /// A request by curl's own words, so that what answers is judged by a stranger.
    private func get(_ port: Int, _ path: String, _ more: String...) throws -> Programs.Answer {
        try Programs.run(
            "/usr/bin/env",
            ["python3", "-c", Self.client, "\(port)", path] + more)
    }

    private static let client = """
        import sys, http.client
        connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=10)
        connection.request(sys.argv[3] if len(sys.argv) > 3 else "GET", sys.argv[2])
        answer = connection.getresponse()
        print(answer.status, answer.getheader("Content-Type"))
        sys.stdout.write(answer.read().decode())
        """

    /// Two ports that nobody listens at, at this moment.
    private func freePorts() throws -> [Int] {
        let program = """
            import socket
            ends = [socket.socket() for _ in range(2)]
            for end in ends: end.bind(("127.0.0.1", 0))
            print(*[end.getsockname()[1] for end in ends])
            """
        return try Programs.run("/usr/bin/env", ["python3", "-c", program]).output
            .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    }

    private func wait(seconds: Double = 60, until isTrue: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while Date() < end, try !isTrue() { Thread.sleep(forTimeInterval: 0.2) }
        #expect(try isTrue())
    }

    @Test("A coordinator and a worker are asked over HTTP and leave their numbers in files, and every line is JSON")
    func scraped() throws {
        try Folder.with { folder in
            let home = "\(folder)/home"
            let submitted = try Programs.moire(
                "submit", "--home", home, try Project.clip("old-backups/flipped-bits.mp4"),
                try Project.clip("old-backups/notes.mp4"))
            #expect(submitted.status == 0, "\(submitted.errors)")
            let ports = try freePorts()
            try #require(ports.count == 2)
            let watched = { (name: String, port: Int) in
                [
                    name, "--home", home, "--metrics-listen", "127.0.0.1:\(port)", "--metrics-file",
                    "\(folder)/\(name).prom", "--log-format", "json",
                ]
            }
            let coordinator = try start(watched("coordinator", ports[0]), log: "\(folder)/coordinator.log")
            let worker = try start(watched("worker", ports[1]) + ["--slots", "2"], log: "\(folder)/worker.log")
            defer {
                for (process, _) in [coordinator, worker] where process.isRunning { process.terminate() }
            }
            // Both jobs: their end is counted one by one, and depths and ages are read a moment later.
            try wait {
                let lines = try get(ports[0], "/metrics").lines
                return lines.contains(#"moire_jobs_total{outcome="undecodable",reason="unknown_format"} 1"#)
                    && lines.contains(#"moire_queue_oldest_age_seconds{lane="live"} 0"#)
            }
            let answer = try get(ports[0], "/metrics")
            #expect(answer.lines.first == "200 text/plain; version=0.0.4; charset=utf-8")
            for line in [
                "# TYPE moire_queue_depth gauge", "# TYPE moire_stage_seconds histogram",
                #"moire_build_info{process="coordinator",version="0.1.0"} 1"#,
                #"moire_queue_depth{lane="live",state="queued"} 0"#, #"moire_queue_oldest_age_seconds{lane="live"} 0"#,
                "moire_leases_expired_total 0", "moire_stale_commits_refused_total 0", "moire_workers_lost_total 0",
                "moire_results_waiting 0", #"moire_stage_seconds_count{stage="commit"} 2"#,
            ] { #expect(answer.lines.contains(line), "\(line) is missing in \(answer.output)") }
            #expect(!answer.output.contains("notes"), "no video is a label")
            #expect(try get(ports[0], "/livez").output == "200 text/plain; charset=utf-8\nok\n")
            #expect(try get(ports[0], "/").lines.first?.hasPrefix("404") == true)
            #expect(try get(ports[0], "/metrics", "POST").lines.first?.hasPrefix("405") == true)

            let decoding = try get(ports[1], "/metrics").lines
            #expect(decoding.contains(#"moire_stage_seconds_count{stage="decode"} 2"#))
            #expect(decoding.contains(#"moire_worker_slots{state="idle"} 2"#))
            #expect(decoding.contains(#"moire_sandbox_level{level="full"} 1"#))
            #expect(decoding.contains { $0.hasPrefix("moire_fsync_seconds_count ") })

            for (process, lifeline) in [coordinator, worker] {
                try lifeline.fileHandleForWriting.close()
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
            }
            for name in ["coordinator", "worker"] {
                let file = try String(contentsOfFile: "\(folder)/\(name).prom", encoding: .utf8)
                #expect(file.contains(#"moire_build_info{process="\#(name)",version="0.1.0"} 1"#))
            }
            #expect(
                try String(contentsOfFile: "\(folder)/coordinator.prom", encoding: .utf8)
                    .contains(#"moire_jobs_total{outcome="undecodable",reason="unknown_format"} 1"#))
            let decoded = try String(contentsOfFile: "\(folder)/worker.log", encoding: .utf8).split(separator: "\n")
                .map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: String]) }
                .filter { $0["message"] == "decoded" }
            #expect(decoded.compactMap { $0["reason"] }.sorted().contains("unknown_format"))
            #expect(decoded.allSatisfy { $0["attempt"] == "1" && $0["job"] != nil && $0["worker"] != nil })
        }
    }

    @Test("An address that is none and a file that cannot be written are said at once")
    func refused() throws {
        try Folder.with { folder in
            let outside = try Programs.moire(
                "coordinator", "--home", "\(folder)/home", "--metrics-listen", "everybody:9464")
            #expect(outside.status == 3)
            #expect(outside.errors.contains("127.0.0.1:9464"), "\(outside.errors)")
            let nowhere = try Programs.moire(
                "coordinator", "--home", "\(folder)/home", "--metrics-file", "\(folder)/none/c.prom")
            #expect(nowhere.status == 3)
            #expect(nowhere.errors.contains("cannot be written"), "\(nowhere.errors)")
        }
    }

    @Test("A run leaves the metrics of its three processes in a folder, and its status can be watched")
    func run() throws {
        try Folder.with { folder in
            let answer = try Programs.moire(
                "run", "--home", "\(folder)/home", "--no-report", "--metrics-folder", "\(folder)/metrics",
                try Project.clip("old-backups/flipped-bits.mp4"))
            #expect(answer.status == 0, "\(answer.errors)")
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/metrics").sorted() == [
                    "coordinator.prom", "scorer.prom", "worker.prom",
                ])
            // Written last of all, so with the ending of the one job.
            #expect(
                try String(contentsOfFile: "\(folder)/metrics/coordinator.prom", encoding: .utf8)
                    .contains("moire_jobs_total{outcome="))
            let (process, said) = (Process(), Pipe())
            process.executableURL = Programs.folder.appendingPathComponent("moire")
            process.arguments = ["status", "--home", "\(folder)/home", "--watch", "--every", "0.2"]
            process.standardOutput = said
            try process.run()
            Thread.sleep(forTimeInterval: 1.5)
            process.interrupt()
            process.waitUntilExit()
            let text = String(decoding: said.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            #expect(process.terminationStatus == 0)
            #expect(text.contains("0 open, 0.0 a second, 0 a minute, all done"), "\(text)")
            #expect(text.contains("live               0         0         0         1         0   -"), "\(text)")
        }
    }
}
