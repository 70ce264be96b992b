import EngineSupport
import Foundation
@testable import SQL
import Synchronization
import Testing

@Suite("PostgreSQL as a database")
struct PostgresTests {
    private let things = Migration(
        "1 things", sqlite: "CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER, weight REAL, body BLOB);")

    private func open(_ url: String) throws -> PostgresDatabase {
        try PostgresDatabase(writing: url, name: "test", migrations: [things])
    }

    @Test("Question marks become numbered parameters")
    func placeholders() {
        #expect(PostgresConnection.numbered("SELECT ?, a FROM b WHERE c = ?") == "SELECT $1, a FROM b WHERE c = $2")
    }

    @Test("SQLite's types become PostgreSQL's of the same range and order")
    func types() {
        #expect(
            Migration.translated("CREATE TABLE a (b TEXT, c INTEGER, d REAL, e BLOB) WITHOUT ROWID;")
                == "CREATE TABLE a (b TEXT COLLATE \"C\", c BIGINT, d DOUBLE PRECISION, e BYTEA);")
    }

    @Test("Numbers at their ends, text of every kind, bytes and nothing come back as they went in")
    func values() throws {
        let database = try open(try TestPostgres.shared().database())
        let body = Data((0...255).map { UInt8($0) } + [0, 0, 39, 92])
        let name = "it's \"quoted\" \\ \n ünïcode 🎬"
        try database.execute(
            "INSERT INTO things (name, size, weight, body) VALUES (?, ?, ?, ?)", [name, Int64.min, 1e-300, body])
        try database.execute(
            "INSERT INTO things (name, size, weight, body) VALUES (?, ?, ?, ?)",
            ["", nil as Int?, nil as Double?, Data()])
        let rows = try database.rows("SELECT name, size, weight, body FROM things ORDER BY name")
        #expect(rows.count == 2)
        #expect(try rows[0]["name"] as String == "")
        #expect(try rows[0]["size"] as Int? == nil)
        #expect(try rows[0]["weight"] as Double? == nil)
        #expect(try rows[0]["body"] as Data == Data())
        #expect(try rows[1]["name"] as String == name)
        #expect(try rows[1]["size"] as Int64 == .min)
        #expect(try rows[1]["weight"] as Double == 1e-300)
        #expect(try rows[1]["body"] as Data == body)
        #expect(throws: SQLError.self) { try rows[1]["name"] as Int }
        #expect(throws: SQLError.self) { try rows[1]["nothing"] as Int }
    }

    @Test("Text sorts by its bytes, as in SQLite")
    func order() throws {
        let database = try open(try TestPostgres.shared().database())
        for name in ["b", "B", "a", "é", "A", "_"] {
            try database.execute("INSERT INTO things (name) VALUES (?)", [name])
        }
        let names = try database.rows("SELECT name FROM things ORDER BY name").map { try $0["name"] as String }
        #expect(names == ["A", "B", "_", "a", "b", "é"])
    }

    @Test("A transaction that throws leaves nothing, and the next one works")
    func rollback() throws {
        let database = try open(try TestPostgres.shared().database())
        #expect(throws: CancellationError.self) {
            try database.write { db in
                try db.execute("INSERT INTO things (name) VALUES ('a')")
                throw CancellationError()
            }
        }
        #expect(throws: SQLError.self) {
            try database.write { db in
                try db.execute("INSERT INTO things (name) VALUES ('a')")
                try db.execute("INSERT INTO things (name) VALUES ('a')")
            }
        }
        try database.execute("INSERT INTO things (name) VALUES ('b')")
        #expect(try database.rows("SELECT name FROM things").map { try $0["name"] as String } == ["b"])
    }

    @Test("A connection that the server ended is opened anew; what it was asked fails with `unreachable`")
    func reconnect() throws {
        let server = try TestPostgres.shared()
        let url = try server.database()
        let database = try open(url)
        try server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'", in: url)
        let error = #expect(throws: SQLError.self) { try database.execute("INSERT INTO things (name) VALUES ('a')") }
        #expect(error?.code == .unreachable)
        try database.execute("INSERT INTO things (name) VALUES ('b')")
        #expect(try database.rows("SELECT name FROM things").map { try $0["name"] as String } == ["b"])
    }

    @Test("A lock has one holder, whose name the next one is told, and ends with its connection")
    func lock() throws {
        let server = try TestPostgres.shared()
        let url = try server.database()
        func take(_ name: String) throws -> PostgresDatabase {
            try PostgresDatabase(writing: url, name: name, migrations: [things], exclusive: .coordinator)
        }
        var first: PostgresDatabase? = try take("the first one")
        let error = #expect(throws: SQLError.self) { try take("the second one") }
        #expect(error?.code == .alreadyRunning)
        #expect(error?.advice.hasPrefix("the first one on ") == true)
        withExtendedLifetime(first) {}
        first = nil
        _ = try take("the third one")
    }

    @Test("Who lost its lock to another one is told so at its next transaction")
    func lostLock() throws {
        let server = try TestPostgres.shared()
        let url = try server.database()
        let first = try PostgresDatabase(writing: url, name: "first", migrations: [things], exclusive: .coordinator)
        try server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'first'", in: url)
        let second = try PostgresDatabase(writing: url, name: "second", migrations: [things], exclusive: .coordinator)
        #expect(throws: SQLError.self) { try first.execute("DELETE FROM things") }
        #expect(#expect(throws: SQLError.self) { try first.execute("DELETE FROM things") }?.code == .alreadyRunning)
        try second.execute("DELETE FROM things")
    }

    @Test("A reader of a database without tables says so; ten writers at once make them once")
    func migrations() async throws {
        let url = try TestPostgres.shared().database()
        let error = #expect(throws: SQLError.self) {
            try PostgresDatabase(reading: url, name: "test", migrations: [things])
        }
        #expect(error?.code == .missing)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<10 {
                group.addTask { _ = try PostgresDatabase(writing: url, name: "test", migrations: [things]) }
            }
            try await group.waitForAll()
        }
        _ = try PostgresDatabase(reading: url, name: "test", migrations: [things])
    }

    @Test("A server that is not there is `unreachable`, within the time that its address allows")
    func unreachable() {
        let error = #expect(throws: SQLError.self) {
            try open("postgres://moire@127.0.0.1:1/none?connect_timeout=2")
        }
        #expect(error?.code == .unreachable)
    }

    @Test("A listener hears what is told after it was made, and again after its connection was ended")
    func listener() throws {
        let server = try TestPostgres.shared()
        let url = try server.database()
        _ = try open(url)
        let heard = Mutex(0)
        let listener = try PostgresListener(url, name: "ears", channels: ["news"])
        listener.watch { heard.withLock { $0 += 1 } }
        func waitFor(_ count: Int) -> Bool {
            for _ in 0..<200 where heard.withLock({ $0 }) < count { Thread.sleep(forTimeInterval: 0.05) }
            return heard.withLock { $0 } >= count
        }
        try server.sql("NOTIFY news", in: url)
        #expect(waitFor(1))
        try server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ears'", in: url)
        // The lost connection itself is news: something may have been missed.
        #expect(waitFor(2))
        var told = 2
        for _ in 0..<100 where heard.withLock({ $0 }) < 3 {
            try server.sql("NOTIFY news", in: url)
            told += 1
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(heard.withLock { $0 } >= 3)
        listener.end()
        #expect(
            try server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ears'", in: url) == "0")
    }
}
