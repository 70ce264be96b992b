import EngineSupport
import Foundation
import Frames
import JobQueue
import Records
@testable import SQL
@testable import Store
import Testing

@Suite("A home from before history was keyed by numbers, and had partitions")
struct HistoryMigrationTests {
    /// As its last build left it: jobs on both sides of a million, events on both sides of four.
    private func oldHome(
        _ engine: Engine, _ jobs: [(spec: JobSpec, sequence: Int64)], _ events: [(Event, Int64)]
    ) throws -> TestEngine {
        let test = try TestEngine(engine)
        let steps = Array(StoreSchema.migrations.prefix(3))
        let database: any SQLDatabase =
            switch engine {
            case .postgres: try PostgresDatabase(writing: test.home.address, name: "old", migrations: steps)
            default: try SQLiteDatabase(writing: test.home.store, migrations: steps)
            }
        try database.write { db in
            for (spec, sequence) in jobs {
                try db.execute(
                    """
                    INSERT INTO jobs (id, sequence, lane, tenant, state, path, video_id, creator, spec, attempts,
                        accepted_at, ended_at)
                    VALUES (?, ?, 'live', 'default', 'done', ?, ?, ?, ?, 1, ?, ?)
                    """,
                    [
                        spec.id, sequence, spec.path, spec.video.videoID, spec.video.creator,
                        try CanonicalJSON.string(spec), noon, noon,
                    ])
                let good = result(of: spec, attempt: 1)
                try db.execute(
                    "INSERT INTO results (job_id, attempt, worker, record, cpu_seconds) VALUES (?, 1, 'w', ?, 0.5)",
                    [spec.id, try CanonicalJSON.string(good.record)])
                try db.execute(
                    """
                    INSERT INTO attempts (job_id, attempt, kind, worker, detail, at)
                    VALUES (?, 1, 'committed', 'w', 'Its result was taken.', ?)
                    """, [spec.id, noon])
            }
            for (event, sequence) in events {
                try db.execute(
                    """
                    INSERT INTO events (sequence, event_id, type, tenant, video_id, creator, event)
                    VALUES (?, ?, ?, 'default', 'v', 'ann', ?)
                    """, [sequence, event.eventID, event.type.rawValue, try CanonicalJSON.string(event)])
            }
            // As counting up to there would have left it.
            if engine == .postgres { try db.execute("ALTER TABLE events ALTER COLUMN sequence RESTART WITH 4000007") }
        }
        return test
    }

    @Test(
        "Opened by this build it has the same rows under the same numbers, and counts on; in PostgreSQL in partitions",
        arguments: Engine.stores)
    func carriedOver(engine: Engine) throws {
        let jobs = [(job("a", creator: "ann"), Int64(1)), (job("b"), 999_999), (job("c"), 1_000_000)]
        let events = try zip(jobs, [Int64(2), 3_999_999, 4_000_000]).map { (try observed($0.0), $1) }
        let test = try oldHome(engine, jobs, events)
        let store = try Store(home: test.home)
        let reader = try StoreReader(home: test.home)
        #expect(try reader.events().map(\.sequence) == events.map(\.1))
        #expect(try reader.events().map(\.event) == events.map(\.0))
        for (event, sequence) in events { #expect(try reader.event(event.eventID)?.sequence == sequence) }
        for (spec, _) in jobs {
            #expect(try reader.record(ofJob: spec.id) == result(of: spec, attempt: 1).record)
            #expect(
                try reader.story(ofJob: spec.id) == [
                    AttemptEnding(
                        attempt: 1, kind: .committed, worker: "w", detail: "Its result was taken.", at: noon)
                ])
        }
        // Half a width ahead of the newest job and event, these are enough.
        #expect(
            try engine == .file
                || reader.historyPartitions().map { "\($0.partition): \($0.firstSequence) to \($0.lastSequence)" } == [
                    "events_0: 0 to 3999999", "events_4000000: 4000000 to 7999999", "results_0: 0 to 999999",
                    "results_1000000: 1000000 to 1999999", "attempts_0: 0 to 999999",
                    "attempts_1000000: 1000000 to 1999999",
                ])

        // A known event stays one event, and new ones come after the old.
        try accept(job("d"), in: store)
        var good = try success(job("d"), attempt: 1)
        good.events = [events[0].0, try observed(job("d"), sequence: 1_000_001)]
        #expect(try store.settle(good) == true)
        #expect(try reader.job(job("d").id)?.sequence == 1_000_001)
        #expect(try reader.events(after: 4_000_000).map(\.sequence) == [engine == .file ? 4_000_002 : 4_000_008])
        #expect(try reader.status().events == 4)
    }

    @Test("A step that fails leaves the home as it was, for the old build as well")
    func allOrNothing() throws {
        let test = try oldHome(.postgres, [(job("a"), 1)], [(try observed(job("a")), 1)])
        // An id twice, as only a broken disk or a restored half could have it.
        let server = try TestPostgres.shared()
        let steps = try server.sql("SELECT name FROM moire.migrations ORDER BY name", in: test.home.address)
        try server.sql(
            """
            ALTER TABLE moire.events DROP CONSTRAINT events_event_id_key;
            INSERT INTO moire.events (event_id, type, tenant, event)
            SELECT event_id, type, tenant, event FROM moire.events
            """, in: test.home.address)
        #expect(throws: StoreError.self) { _ = try Store(home: test.home) }
        #expect(try server.sql("SELECT count(*) FROM moire.events", in: test.home.address) == "2")
        #expect(try server.sql("SELECT to_regclass('moire.event_ids') IS NULL", in: test.home.address) == "t")
        #expect(
            try server.sql("SELECT name FROM moire.migrations ORDER BY name", in: test.home.address) == steps)
    }
}
