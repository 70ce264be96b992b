import EngineSupport
import Foundation
import Frames
import JobQueue
import Records
@testable import SQL
@testable import Store
import Synchronization
import Testing

@Suite("Partitioned history")
struct HistoryTests {
    /// Jobs 0 and 1, 2 and 3, ... and events 0 to 3, 4 to 7, ... lie together.
    private static let small = HistoryWidths(events: 4, jobs: 2)

    /// A home in PostgreSQL and the server's own view of it.
    private struct Place {
        let test: TestEngine
        var url: String { test.home.address }

        init() throws { test = try TestEngine(.postgres) }

        func open(_ widths: HistoryWidths = small) throws -> Store { try Store(home: test.home, widths: widths) }

        @discardableResult
        func sql(_ statements: String) throws -> String {
            try TestPostgres.shared().sql("SET search_path = moire, pg_catalog; \(statements)", in: url)
        }

        func lines(_ statement: String) throws -> [String] {
            try sql(statement).split(separator: "\n").map(String.init)
        }

        func partitions(_ table: String) throws -> [String] {
            try StoreReader(home: test.home).historyPartitions().filter { $0.table == table }
                .map { "\($0.partition): \($0.firstSequence) to \($0.lastSequence)" }
        }
    }

    private let jobs = (1...5).map { job("clip-\($0)", creator: "ann") }

    /// Jobs 1 to 5, each with two events: places 1 to 10.
    private func fill(_ store: Store) throws {
        for spec in jobs {
            try accept(spec, in: store)
            #expect(try store.settle(try ending(spec)) == true)
        }
    }

    private func ending(_ spec: JobSpec, attempt: Int = 1) throws -> Settlement {
        var good = try success(spec, attempt: attempt)
        good.events.append(try edge(spec.video.videoID, "original", creators: ("ann", "bob")))
        return good
    }

    @Test("Rows lie where their numbers belong, across borders, and the log is read in order")
    func borders() throws {
        let place = try Place()
        let store = try place.open()
        try fill(store)
        #expect(
            try place.lines("SELECT tableoid::regclass, min(sequence), max(sequence) FROM events GROUP BY 1 ORDER BY 2")
                == ["events_0|1|3", "events_4|4|7", "events_8|8|10"])
        for table in ["results", "attempts"] {
            #expect(
                try place.lines("SELECT tableoid::regclass, sequence FROM \(table) ORDER BY sequence")
                    == ["\(table)_0|1", "\(table)_2|2", "\(table)_2|3", "\(table)_4|4", "\(table)_4|5"])
        }
        let reader = try StoreReader(home: place.test.home)
        #expect(try reader.events().map(\.sequence) == Array(1...10))
        #expect(try reader.events(after: 3, limit: 5).map(\.sequence) == [4, 5, 6, 7, 8])
        #expect(try reader.events(ofCreator: "bob").map(\.sequence) == [2, 4, 6, 8, 10])
        #expect(try reader.events(ofVideo: "clip-3").map(\.sequence) == [5, 6])
        #expect(try reader.lastEventSequence() == 10)
        for spec in jobs {
            #expect(try reader.record(ofJob: spec.id)?.input.path == spec.path)
            #expect(try reader.story(ofJob: spec.id).map(\.kind) == [.committed])
        }
    }

    @Test("One settlement with more events than a partition takes finds a place for each")
    func manyAtOnce() throws {
        let place = try Place()
        let store = try place.open()
        let spec = jobs[0]
        try accept(spec, in: store)
        var good = try success(spec, attempt: 1)
        good.events = try (1...20).map { try edge(spec.video.videoID, "original-\($0)", creators: ("ann", "bob")) }
        #expect(try store.settle(good) == true)
        #expect(try store.reader.events().map(\.sequence) == Array(1...20))
    }

    @Test("Partitions are made half a width before they are needed, and for jobs as soon as these are accepted")
    func ahead() throws {
        let place = try Place()
        var store: Store? = try place.open()
        #expect(try place.partitions("events") == ["events_0: 0 to 3"])
        #expect(try place.partitions("results") == ["results_0: 0 to 1"])
        let specs = jobs.map { InboxMessage.job($0) }
        _ = try store?.ingest(specs, at: noon, producer: producer)
        try store?.markReleased(jobs.map(\.id))
        let ready = ["attempts_0: 0 to 1", "attempts_2: 2 to 3", "attempts_4: 4 to 5", "attempts_6: 6 to 7"]
        #expect(try place.partitions("attempts") == ready)
        #expect(try store?.settle(try ending(jobs[0])) == true)
        #expect(try place.partitions("events") == ["events_0: 0 to 3"])
        // As after a crash between making and using them.
        store = nil
        store = try place.open()
        #expect(try place.partitions("events") == ["events_0: 0 to 3", "events_4: 4 to 7"])
        #expect(try place.partitions("attempts") == ready)
        #expect(try store?.settle(try ending(jobs[1])) == true)
    }

    @Test("A partition is made beside a reader whose transaction is open, and neither waits")
    func besideReaders() throws {
        let place = try Place()
        let store = try place.open()
        try accept(jobs[0], in: store)
        #expect(try store.settle(try ending(jobs[0])) == true)
        let reader = try PostgresDatabase(reading: place.url, name: "long reader", migrations: StoreSchema.migrations)
        try reader.read { db in
            #expect(try db.rows("SELECT event FROM events").count == 2)
            #expect(try db.rows("SELECT record FROM results JOIN jobs ON id = job_id").count == 1)
            let begun = ContinuousClock.now
            for spec in jobs.dropFirst() {
                try accept(spec, in: store)
                #expect(try store.settle(try ending(spec)) == true)
            }
            // Where it had to wait for this transaction, it would give up after twenty.
            #expect(ContinuousClock.now - begun < .seconds(15))
            #expect(try place.partitions("events").suffix(2) == ["events_4: 4 to 7", "events_8: 8 to 11"])
            #expect(try db.rows("SELECT event FROM events").count == 2)
        }
    }

    @Test("What a transaction made is made again when that transaction was rolled back")
    func rolledBack() throws {
        let place = try Place()
        let store = try place.open()
        try fill(store)
        try accept(job("clip-6"), in: store)
        let before = try place.partitions("events")
        #expect(throws: CancellationError.self) {
            try store.together {
                var good = try success(job("clip-6"), attempt: 1)
                good.events = try (1...9).map { try edge("clip-6", "other-\($0)", creators: ("ann", "bob")) }
                #expect(try store.settle(good) == true)
                throw CancellationError()
            }
        }
        #expect(try place.partitions("events") == before)
        #expect(try store.settle(try ending(job("clip-6"))) == true)
        // The places that the failed one counted stay empty.
        #expect(try store.reader.events().map(\.sequence) == Array(1...10) + [20, 21])
    }

    @Test("The same event is one event however far apart it comes, and is found by its id")
    func sameEvent() throws {
        let place = try Place()
        let store = try place.open()
        try fill(store)
        let first = try #require(try store.reader.events(limit: 1).first)
        try accept(job("clip-6"), in: store)
        var again = try success(job("clip-6"), attempt: 1)
        again.events = [first.event, try observed(job("clip-6")), first.event]
        #expect(try store.settle(again) == true)
        #expect(try store.reader.events().map(\.sequence) == Array(1...10) + [12])
        #expect(try store.reader.event(first.event.eventID)?.sequence == 1)
        #expect(try store.reader.event(again.events[1].eventID)?.sequence == 12)
        #expect(try store.reader.event("none") == nil)
    }

    @Test("The planner prunes to one partition for a job and for an event's id, and to the later ones for the log")
    func pruning() throws {
        let place = try Place()
        let store = try place.open()
        try fill(store)
        // As after a few calls on one connection: a plan that does not know the values.
        func touched(_ statement: String, _ value: String) throws -> [String] {
            try place.lines(
                """
                SET plan_cache_mode = force_generic_plan; PREPARE asked AS \(PostgresConnection.numbered(statement));
                EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) EXECUTE asked (\(value))
                """
            )
            .filter { !$0.contains("never executed") && !$0.contains("Bitmap Index Scan") }
            .compactMap { line in line.range(of: " on ").map { String(line[$0.upperBound...].prefix { $0 != " " }) } }
            .filter { $0 != "event_ids" && $0 != "jobs" }
        }
        let third = jobs[2].id
        #expect(
            try touched("SELECT record FROM results WHERE \(HistorySQL.ofJob)", "'\(third)'") == [
                "results_2"
            ])
        #expect(
            try touched("SELECT kind FROM attempts WHERE \(HistorySQL.ofJob) ORDER BY attempt", "'\(third)'")
                == ["attempts_2"])
        let id = try #require(try store.reader.events(ofVideo: "clip-3").first).event.eventID
        #expect(try touched("SELECT event FROM events WHERE \(HistorySQL.event(.postgres))", "'\(id)'") == ["events_4"])
        #expect(
            try touched("SELECT event FROM events WHERE sequence > ? ORDER BY sequence", "5")
                == ["events_4", "events_8"])
    }

    @Test("Connections that need the same partitions at once make each of them once")
    func race() throws {
        let place = try Place()
        _ = try place.open()
        let url = place.url
        let racers = try (0..<4).map {
            try PostgresDatabase(writing: url, name: "racer \($0)", migrations: StoreSchema.migrations)
        }
        let jobs = stride(from: Int64(100), to: 160, by: 2)
        let failures = Mutex<[String]>([])
        let ended = DispatchSemaphore(value: 0)
        for racer in racers {
            // Not tasks: they would run one after the other where other tests keep their threads busy.
            Thread {
                let history = HistoryPartitions(widths: Self.small)
                do {
                    for job in jobs { try racer.write { db in try history.cover(job: job, db) } }
                } catch { failures.withLock { $0.append("\(error)") } }
                ended.signal()
            }.start()
        }
        for _ in racers { ended.wait() }
        #expect(failures.withLock { $0 } == [])
        for table in ["results", "attempts"] {
            #expect(
                try place.partitions(table)
                    == ["\(table)_0: 0 to 1"] + jobs.map { "\(table)_\($0): \($0) to \($0 + 1)" })
        }
    }

    @Test("Another width fills the gaps between what is there")
    func otherWidth() throws {
        let place = try Place()
        try fill(try place.open())
        try place.sql("ALTER TABLE results DETACH PARTITION results_2")
        let wide = try place.open(HistoryWidths(events: 100, jobs: 100))
        try accept(job("clip-6"), in: wide)
        #expect(
            try place.partitions("results")
                == ["results_0: 0 to 1", "results_4: 4 to 5", "results_6: 6 to 7", "results_8: 8 to 99"])
        let history = HistoryPartitions(widths: HistoryWidths(events: 100, jobs: 100))
        try wide.database.write { db in try history.cover(job: 3, db) }
        // Its name belongs to the detached one.
        #expect(try place.partitions("results")[1] == "results_2_2: 2 to 3")
    }

    @Test("A DEFAULT partition of the operator's own takes the rest, and no other is made")
    func defaultPartition() throws {
        let place = try Place()
        let store = try place.open()
        for table in ["events", "results", "attempts"] {
            try place.sql("CREATE TABLE \(table)_rest PARTITION OF \(table) DEFAULT")
        }
        store.history?.forget()
        try fill(store)
        #expect(
            try place.lines("SELECT tableoid::regclass, min(sequence), max(sequence) FROM events GROUP BY 1 ORDER BY 2")
                == ["events_0|1|3", "events_rest|4|10"])
        #expect(try place.partitions("results").count == 2)
        let rest = try store.reader.historyPartitions().first { $0.partition == "attempts_rest" }
        #expect(rest?.firstAt == noon)
        #expect(try StoreReader(home: place.test.home).events().map(\.sequence) == Array(1...10))
    }

    @Test("With old partitions detached commits and reads go on, and known events stay known")
    func detached() throws {
        let place = try Place()
        let store = try place.open()
        let dead = Outcome(.undecodable, reason: "no_streams", sentence: "No stream in it.")
        try accept(job("old"), in: store)
        var first = settlement(job("old"), attempt: 1, next: .dead(dead))
        first.events = [try observed(job("old"))]
        #expect(try store.settle(first) == true)
        try fill(store)
        try place.sql(
            """
            ALTER TABLE events DETACH PARTITION events_0; ALTER TABLE attempts DETACH PARTITION attempts_0;
            ALTER TABLE results DETACH PARTITION results_0
            """)
        let reader = try StoreReader(home: place.test.home)
        #expect(try reader.events().map(\.sequence) == Array(4...11))
        #expect(try reader.event(first.events[0].eventID) == nil)
        #expect(try reader.story(ofJob: job("old").id).isEmpty)
        #expect(try reader.job(job("old").id)?.outcome == dead)
        #expect(try reader.status().events == 8)

        // Its rows' partition is gone: told once, made anew by the next try.
        #expect(try store.ingest([.retry(jobID: job("old").id)], at: noon, producer: producer).retried == 1)
        var second = try success(job("old"), attempt: 2)
        second.events = first.events
        #expect(#expect(throws: StoreError.self) { try store.settle(second) }?.code == .busy)
        #expect(try store.settle(second) == true)
        #expect(try reader.story(ofJob: job("old").id).map(\.attempt) == [2])
        #expect(try reader.record(ofJob: job("old").id)?.input.bytes == 9)
        #expect(try place.partitions("results").first == "results_0_2: 0 to 1")
        // The event that lies in the detached partition is not entered again.
        #expect(try reader.events().map(\.sequence) == Array(4...11))
        #expect(try place.lines("SELECT sequence FROM events_0") == ["1", "2", "3"])

        // All of them, even the one in use.
        for name in try place.partitions("events").map({ $0.prefix { $0 != ":" } }) {
            try place.sql("ALTER TABLE events DETACH PARTITION \(name)")
        }
        #expect(try reader.lastEventSequence() == 0)
        try accept(job("new"), in: store)
        #expect(
            #expect(throws: StoreError.self) { try store.settle(try success(job("new"), attempt: 1)) }?.code == .busy)
        #expect(try store.settle(try success(job("new"), attempt: 1)) == true)
        #expect(try reader.events().count == 1)
    }

    @Test("A job whose ledger row is gone gets no result: what history names is in the ledger")
    func references() throws {
        let place = try Place()
        try fill(try place.open())
        for table in ["results", "attempts"] {
            #expect(
                try place.sql(
                    "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = '\(table)_4'::regclass")
                    == "1")
        }
        #expect(throws: TestPostgres.Trouble.self) { try place.sql("DELETE FROM jobs WHERE sequence = 5") }
    }
}
