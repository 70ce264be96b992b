import ArgumentParser
import BenchmarkSupport
import Fleet
import Foundation
import JobQueue
import Records
import Store

/// Lets a coordinator work alone: all jobs are accepted and all results are there before the clock runs.
/// `ops/bench matching` runs it.
struct MatchingBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "matching-bench",
        abstract: "Times one coordinator over results of `moire extract --fingerprint --format jsonl`; a line of JSON.")

    @Option(help: "Threads that match.") var threads = 1
    @Option(help: "Which of the shuffled orders the results come in.") var order = 0
    @Option(help: "A folder for the home, which must not be there or be empty.") var home: String
    @Argument(help: "Records with fingerprints, one a line.") var results: String

    /// A record with its fingerprint, as `extract` writes them.
    private struct Extracted: Decodable {
        var record: ExtractRecord
        var fingerprint: Data

        private enum CodingKeys: String, CodingKey { case fingerprint }

        init(from decoder: any Decoder) throws {
            record = try ExtractRecord(from: decoder)
            fingerprint =
                try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(Data.self, forKey: .fingerprint)
                ?? Data()
        }
    }

    private struct Line: Encodable {
        var threads: Int
        var videos: Int
        var seconds: Double
        var cpu_seconds: Double
        var peak_megabytes: Double
        var edges: Int
        /// Digest of the ids of all events but the records of searches.
        var facts: String
    }

    mutating func run() throws {
        let extracted = try String(contentsOfFile: results, encoding: .utf8).split(separator: "\n")
            .map { try JSONDecoder().decode(Extracted.self, from: Data($0.utf8)) }.filter { !$0.fingerprint.isEmpty }
        let home = Home(home)
        try home.prepare()
        var options = CoordinatorOptions()
        options.releasedPerLane = extracted.count
        options.matchThreads = threads
        let coordinator = try Coordinator(home: home, options: options)
        try home.openQueue().submit(
            extracted.map { one in
                JobSpec(
                    key: one.record.input.path, path: one.record.input.path,
                    video: VideoFacts(videoID: one.record.input.path))
            })
        while try coordinator.step() {}
        try handIn(extracted, home)

        Meter.forgetPeak()
        let (wall, cpu) = (Meter.wallSeconds, Meter.cpuSeconds)
        while try coordinator.step() {}
        let seconds = Meter.wallSeconds - wall
        let reader = try StoreReader(home: home)
        guard try reader.counter(Store.committedResults) == extracted.count else {
            throw ValidationError("not every result was committed")
        }
        let events = try Self.events(reader)
        print(
            String(
                decoding: try Self.json(
                    Line(
                        threads: threads, videos: extracted.count, seconds: seconds,
                        cpu_seconds: Meter.cpuSeconds - cpu,
                        peak_megabytes: Double(Meter.peak >> 20), edges: events.count { $0.type == .matchEdge },
                        facts: Digest.hex(of: events.map(\.eventID).sorted().joined()))), as: UTF8.self))
    }

    private func handIn(_ extracted: [Extracted], _ home: Home) throws {
        let worker = try home.openWorker(named: "bench")
        let byPath = Dictionary(uniqueKeysWithValues: extracted.map { ($0.record.input.path, $0) })
        var claims: [Claim] = []
        while case let more = try worker.claim(upTo: 100), !more.isEmpty { claims += more }
        // By a digest, so that an order can be had again.
        claims.sort { Digest.hex(of: "\(order) \($0.job.key)") < Digest.hex(of: "\(order) \($1.job.key)") }
        for claim in claims {
            guard let one = byPath[claim.job.path] else { continue }
            try worker.finish(
                claim,
                with: JobResult(
                    jobID: claim.job.id, attempt: claim.attempt, worker: worker.worker, record: one.record,
                    fingerprint: one.fingerprint, cpuSeconds: 0))
        }
    }

    private static func events(_ reader: StoreReader) throws -> [Event] {
        var events: [Event] = []
        var last: Int64 = 0
        while case let page = try reader.events(after: last), let end = page.last {
            events += page.map(\.event).filter { $0.type != .matchSearched }
            last = end.sequence
        }
        return events
    }

    private static func json(_ line: Line) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try encoder.encode(line)
    }
}

MatchingBench.main()
