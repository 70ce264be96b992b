@testable import Fleet
import Foundation
import JobQueue
import Records
import Store
import Testing

@Suite("A backfill's batches, cut short where a process can end")
struct ManifestSourceTests {
    private let folder: TemporaryFolder
    private let files: BackfillFiles
    private let manifest: String

    init() throws {
        folder = try TemporaryFolder()
        files = BackfillFiles(home: Home(folder.path("home")), name: "archive")
        try files.prepare()
        let lines = (1...5).map { "{\"path\":\"/no/\($0).mp4\",\"key\":\"k\($0)\"}\n" }
        manifest = try folder.file("archive.jsonl", Array(lines.joined().utf8))
    }

    /// What a new process makes of what is on disk.
    private func start() throws -> (source: ManifestSource, list: BackfillJobs) {
        let cursor =
            try files.read()
            ?? BackfillCursor(manifest: manifest, manifestDigest: "", digest: "", tenant: "t", startedAt: "")
        let list = try BackfillJobs(at: files.jobs, count: cursor.jobs)
        return (try ManifestSource(cursor, files: files, list: list, skipBadLines: false), list)
    }

    private func keys(_ batch: BackfillBatch?) -> [String]? {
        batch?.messages.map { message in
            guard case .job(let spec) = message else { return "no job" }
            return "\(spec.key) \(spec.tenant) \(spec.lane.rawValue)"
        }
    }

    @Test("A batch that was not accepted, or of which nobody knows, is given again; an accepted one never")
    func again() throws {
        let first = try start().source
        #expect(try keys(first.next(limit: 2)) == ["k1 t backfill", "k2 t backfill"])
        // It ended here: the ids are written down, the cursor is where it was.
        let second = try start()
        #expect(second.list.count == 0)
        #expect(try keys(second.source.next(limit: 2)) == ["k1 t backfill", "k2 t backfill"])
        try second.source.accepted()
        #expect(try keys(second.source.next(limit: 2)) == ["k3 t backfill", "k4 t backfill"])
        let third = try start()
        #expect(try third.list.page(from: 0, limit: 9).map(\.line) == [1, 2])
        #expect(try keys(third.source.next(limit: 9)) == ["k3 t backfill", "k4 t backfill", "k5 t backfill"])
        try third.source.accepted()
        #expect(try keys(third.source.next(limit: 9)) == nil)
        let fourth = try start()
        #expect(try keys(fourth.source.next(limit: 9)) == nil)
        #expect(try fourth.list.page(from: 0, limit: 9).map(\.line) == [1, 2, 3, 4, 5])
    }

    @Test("A cursor that another build or a person wrote is said to be none")
    func noCursor() throws {
        try Data("{}".utf8).write(to: URL(fileURLWithPath: files.cursor))
        #expect(throws: FleetError.self) { try files.read() }
    }
}
