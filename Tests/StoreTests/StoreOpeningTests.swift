import Foundation
import GRDB
import Records
import SQL
@testable import Store
import Testing

@Suite("Opening a store")
struct StoreOpeningTests {
    @Test("A second writer is refused at once and told who the first one is; it may open when that one is gone")
    func secondWriter() throws {
        let test = try TestHome()
        var first: Store? = try Store(home: test.home)
        let error = #expect(throws: StoreError.self) { _ = try Store(home: test.home) }
        #expect(error?.code == .alreadyRunning)
        #expect(error?.advice.contains("process \(ProcessInfo.processInfo.processIdentifier) ") == true)
        withExtendedLifetime(first) {}
        first = nil
        _ = try Store(home: test.home)
    }

    @Test("The coordinator's and the scorer's locks do not hinder each other")
    func twoWriters() throws {
        let test = try TestHome()
        let store = try Store(home: test.home)
        let profiles = try ProfileStore(writing: test.home)
        #expect(throws: StoreError.self) { _ = try ProfileStore(writing: test.home) }
        withExtendedLifetime((store, profiles)) {}
    }

    @Test("Commits are synced: WAL and synchronous=FULL, and foreign keys are enforced")
    func pragmas() throws {
        let test = try TestHome()
        let store = try Store(home: test.home)
        let found = try sqlite(store).read { db in
            (
                try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"),
                try Int.fetchOne(db, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(found.0 == "wal")
        #expect(found.1 == 2)  // FULL
        #expect(found.2 == 1)
    }

    @Test("Reading a home that nothing has run in says so")
    func missing() throws {
        let test = try TestHome()
        let error = #expect(throws: StoreError.self) { _ = try StoreReader(home: test.home) }
        #expect(error?.code == .missing)
    }

    @Test("A file that is not a database is a corrupt store, for writer and reader, and is left as it is")
    func notADatabase() throws {
        let test = try TestHome()
        let bytes = Data("\u{FF}\u{D8}\u{FF}\u{E0} a picture, by mistake ".utf8) + Data(repeating: 7, count: 8192)
        try bytes.write(to: URL(fileURLWithPath: test.home.store))
        #expect(#expect(throws: StoreError.self) { _ = try Store(home: test.home) }?.code == .corrupt)
        #expect(#expect(throws: StoreError.self) { _ = try StoreReader(home: test.home) }?.code == .corrupt)
        #expect(try Data(contentsOf: URL(fileURLWithPath: test.home.store)) == bytes)
    }

    @Test("Overwritten pages are a typed error when they are read, never a wrong answer")
    func corruptPages() throws {
        let test = try TestHome()
        do {
            let store = try Store(home: test.home)
            for number in 0..<200 { try accept(job("\(number)"), in: store) }
            try sqlite(store).writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        }
        let url = URL(fileURLWithPath: test.home.store)
        var bytes = try Data(contentsOf: url)
        // All but the first two pages, which hold the header and the schema.
        for index in 8192..<bytes.count { bytes[index] = 0xA5 }
        try bytes.write(to: url)
        let error = #expect(throws: StoreError.self) { _ = try StoreReader(home: test.home).jobs() }
        #expect(error?.code == .corrupt)
    }

    @Test("A store written by a newer build is refused, not guessed at")
    func newer() throws {
        let test = try TestHome()
        do {
            let store = try Store(home: test.home)
            try sqlite(store).write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99 from the future')")
            }
        }
        #expect(#expect(throws: StoreError.self) { _ = try Store(home: test.home) }?.code == .newerFormat)
        #expect(#expect(throws: StoreError.self) { _ = try StoreReader(home: test.home) }?.code == .newerFormat)
    }

    @Test("A reader works while a writer writes, after it has gone, and sees what was committed")
    func reading() throws {
        let test = try TestHome()
        var store: Store? = try Store(home: test.home)
        let reader = try StoreReader(home: test.home)
        #expect(try reader.jobs().isEmpty)
        try accept(job("a"), in: try #require(store))
        #expect(try reader.jobs().map(\.spec.key) == ["a"])
        #expect(throws: CancellationError.self) {
            try store?.database.write { db in
                try db.execute("DELETE FROM jobs")
                // Not committed, so not seen, and not waited for.
                #expect(try reader.jobs().map(\.spec.key) == ["a"])
                throw CancellationError()
            }
        }
        store = nil
        #expect(try StoreReader(home: test.home).jobs().map(\.spec.key) == ["a"])
        #expect(try reader.jobs().map(\.spec.key) == ["a"])
    }

    /// What lies under a store in a folder.
    private func sqlite(_ store: Store) throws -> DatabaseQueue {
        try #require(store.database.base as? SQLiteDatabase).queue
    }
}
