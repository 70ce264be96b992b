import EngineSupport
import Foundation
import JobQueue
import Store
import TestSupport
import Testing

@Suite("moire history")
struct HistoryCommandTests {
    /// Sizes are the server's own affair, and differ between its versions.
    private func withoutSizes(_ line: String) -> String {
        line.replacing(/[0-9.]+ kB/, with: "N kB").replacing(/"bytes":[0-9]+/, with: #""bytes":N"#)
    }

    @Test("A PostgreSQL home's partitions are listed with their spans, rows, sizes and times")
    func partitions() throws {
        try Folder.with { folder in
            let server = try TestPostgres.shared()
            let url = try server.database()
            let home = Home(url, state: "\(folder)/state")
            try home.prepare()
            withExtendedLifetime(try Store(home: home)) {}
            try server.sql(
                """
                SET search_path = moire, pg_catalog;
                INSERT INTO jobs (id, sequence, lane, tenant, state, path, video_id, spec, accepted_at)
                SELECT 'j' || n, n, 'live', 'default', 'done', '/m/' || n, 'v' || n, '{}',
                    '2026-01-0' || n || 'T12:00:00Z'
                FROM generate_series(1, 3) n;
                INSERT INTO attempts SELECT sequence, id, 1, 'committed', 'w', '', accepted_at FROM jobs;
                INSERT INTO events (sequence, event_id, type, tenant, event)
                SELECT n, 'e' || n, 'reversal', 'default', '{"observed_at":"2026-01-0' || n || 'T13:00:00Z"}'
                FROM generate_series(1, 3) n;
                ALTER TABLE events DETACH PARTITION events_0;
                ALTER TABLE events ATTACH PARTITION events_0 FOR VALUES FROM (0) TO (4);
                """, in: url)
            try server.sql("ANALYZE moire.events_0, moire.attempts_0", in: url)

            let text = try Programs.moire("history", "--home", url)
            #expect(text.errors == "" && text.status == 0)
            #expect(
                text.lines.map(withoutSizes) == [
                    "events_0    0 to 3       about 3 rows, N kB, 2026-01-01T13:00:00Z to 2026-01-03T13:00:00Z",
                    "results_0   0 to 999999  empty, N kB",
                    "attempts_0  0 to 999999  about 3 rows, N kB, 2026-01-01T12:00:00Z to 2026-01-03T12:00:00Z",
                ])
            let lines = try Programs.moire("history", "--home", url, "--format", "jsonl")
            #expect(
                lines.lines.first.map(withoutSizes)
                    == #"{"bytes":N,"first_at":"2026-01-01T13:00:00Z","first_sequence":0,"last_at":"2026-01-03T13:00:00Z","#
                    + #""last_sequence":3,"partition":"events_0","rows":3,"table":"events","tablespace":"pg_default"}"#)
            #expect(try lines.objects().allSatisfy { ($0["bytes"] as? Int ?? 0) > 0 })
            #expect(try lines.objects().map { $0["rows"] as? Int } == [3, nil, 3])
        }
    }

    @Test("A folder's history is one file, whose size is told")
    func file() throws {
        try Folder.with { folder in
            let home = Home("\(folder)/home")
            try home.prepare()
            withExtendedLifetime(try Store(home: home)) {}
            let text = try Programs.moire("history", "--home", home.root)
            #expect(
                text.lines.map(withoutSizes)
                    == ["\(home.store)  N kB  a folder's history is this one file"])
            let line = try Programs.moire("history", "--home", home.root, "--format", "jsonl")
            #expect(line.lines.map(withoutSizes) == [#"{"bytes":N,"file":"\#(home.store)"}"#])
            #expect(try #require(try line.objects().first?["bytes"] as? Int) > 4096)
        }
    }

    @Test("Where nothing has run yet, it says so")
    func nothing() throws {
        try Folder.with { folder in
            let answer = try Programs.moire("history", "--home", "\(folder)/none")
            #expect(answer.status == 3)
            #expect(
                answer.errors
                    == "moire: \(folder)/none has no store yet; `moire run` or `moire coordinator` makes it\n")
        }
    }
}
