internal import Foundation
internal import JobQueue
internal import Frames
internal import Records
public import Store

/// How a backfill's lines stand in the ledger: counts here, every failure in a file of its own.
public struct BackfillReport: Sendable, Codable, Equatable {
    public static let schema = "moire.backfill-report/1"

    /// Why a run ended.
    public enum Ending: Sendable, Equatable {
        /// Every line is submitted, and every job has ended.
        case finished
        /// Every line is submitted; nobody waited for the jobs.
        case submitted
        /// The time that was named has come.
        case until
        case stopped
        /// This line cannot be used; those before it are submitted.
        case badLine(IntakeError)
    }

    public struct Count: Sendable, Codable, Equatable {
        public var state: JobState
        /// `Outcome.Kind`'s raw value; nil for a job without an outcome.
        public var kind: String?
        public var reason: String?
        public var lines: Int
    }

    /// One line of the failures' file.
    struct Failure: Codable {
        var line: Int
        var path: String?
        var key: String?
        var jobID: String?
        var state: JobState?
        var kind: String
        var reason: String
        var sentence: String

        enum CodingKeys: String, CodingKey { case line, path, key, jobID = "job_id", state, kind, reason, sentence }
    }

    public var schema = Self.schema
    public var name: String
    public var manifest: String
    /// Records that the manifest holds now.
    public var lines: Int
    public var submitted: Int
    /// Passed over.
    public var badLines: Int
    /// Submitted, and not ended as far as the ledger knows.
    public var open = 0
    /// By frequency. A job that two lines name counts twice.
    public var outcomes: [Count] = []
    /// JSON Lines: line, path, key, job_id, state, kind, reason, sentence.
    public var failuresPath: String

    enum CodingKeys: String, CodingKey {
        case schema, name, manifest, lines, submitted, badLines = "bad_lines", open, outcomes
        case failuresPath = "failures_path"
    }

    /// Lines that ended without a result, with those that could not be used.
    public var failed: Int { badLines + outcomes.filter { $0.state != .done }.reduce(0) { $0 + $1.lines } }
    public var done: Int { outcomes.filter { $0.state == .done }.reduce(0) { $0 + $1.lines } }
}

extension Backfill {
    /// Asks the ledger for every submitted job, and writes the failures' file, streaming both.
    ///
    /// - Parameter failuresPath: where to write it; nil for `HOME/backfills/NAME.failures.jsonl`.
    /// - Complexity: a look-up by primary key a job, another one for each failure.
    public func report(_ survey: ManifestSurvey, failuresPath: String?) throws -> BackfillReport {
        let path = failuresPath.map { MediaFiles.absolute($0) } ?? files.failures
        if list == nil { list = try BackfillJobs(reading: files.jobs, count: cursor.jobs) }
        var report = BackfillReport(
            name: options.name, manifest: cursor.manifest, lines: survey.records, submitted: cursor.jobs,
            badLines: cursor.badLines, failuresPath: path)
        var counts: [String: BackfillReport.Count] = [:]
        let failures = try LineWriter(to: path)
        try forEachStanding { entry, standing in
            guard let standing, !standing.state.isOpen else {
                report.open += 1
                return
            }
            let key = "\(standing.state.rawValue) \(standing.kind ?? "") \(standing.reason ?? "")"
            counts[key, default: .init(state: standing.state, kind: standing.kind, reason: standing.reason, lines: 0)]
                .lines += 1
            if standing.state != .done { try failures.write(failure(entry, standing)) }
        }
        if cursor.badLines > 0 { try forEachBadLine { try failures.write($0) } }
        try failures.finish()
        report.outcomes = counts.sorted { ($1.value.lines, $0.key) < ($0.value.lines, $1.key) }.map(\.value)
        return report
    }

    private func failure(_ entry: BackfillJobs.Entry, _ standing: JobStanding) throws -> BackfillReport.Failure {
        let job = try ledger.ask { try $0.job(standing.id) } ?? nil
        return BackfillReport.Failure(
            line: entry.line, path: job?.spec.path, key: job?.spec.key, jobID: standing.id, state: standing.state,
            kind: standing.kind ?? standing.state.rawValue, reason: standing.reason ?? standing.state.rawValue,
            sentence: job?.outcome?.sentence ?? "The job was \(standing.state.rawValue).")
    }

    /// They are not written down anywhere: their lines say again what is wrong with them.
    private func forEachBadLine(_ body: (BackfillReport.Failure) throws -> Void) throws {
        let reader = try ManifestReader(at: cursor.manifest)
        while reader.offset < cursor.bytes {
            let before = reader.offset
            do {
                guard try reader.next() != nil else { return }
            } catch {
                guard reader.offset > before else { throw error }
                let number = error.subject.split(separator: ":").last.flatMap { Int($0) } ?? reader.lineNumber
                try body(
                    .init(line: number, kind: "bad_line", reason: "bad_line", sentence: "\(error.sentence)"))
            }
        }
    }
}

/// A file of JSON Lines that is there as a whole or not at all: written beside its name, synced, renamed.
private final class LineWriter {
    private let folder: String
    private let path: String
    private let unfinished: String
    private let handle: FileHandle
    private var pending = Data()

    init(to path: String) throws {
        self.path = path
        let url = URL(fileURLWithPath: path)
        folder = url.deletingLastPathComponent().path
        unfinished = "\(folder)/.unfinished-\(url.lastPathComponent)-\(ProcessInfo.processInfo.processIdentifier)"
        guard FileManager.default.createFile(atPath: unfinished, contents: nil) else {
            throw FleetError("\(unfinished) cannot be written; is \(folder) there, with room in it?")
        }
        handle = try FileHandle(forWritingTo: URL(fileURLWithPath: unfinished))
    }

    func write(_ value: some Encodable) throws {
        pending += try CanonicalJSON.encode(value)
        pending.append(UInt8(ascii: "\n"))
        if pending.count > 64 << 10 { try flush() }
    }

    func finish() throws {
        try flush()
        try handle.synchronize()
        try handle.close()
        let disk = Disk()
        _ = try disk.rename(unfinished, to: path)
        try disk.syncFolder(folder)
    }

    private func flush() throws {
        try handle.write(contentsOf: pending)
        pending.removeAll(keepingCapacity: true)
    }
}
