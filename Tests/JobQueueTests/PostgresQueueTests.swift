import EngineSupport
import Foundation
@testable import JobQueue
import Records
import Store
import Testing

@Suite("The PostgreSQL queue")
struct PostgresQueueTests {
    /// Ends the connection of this process's workers, as a restart of the server would.
    private func cut(_ test: TestEngine) throws {
        try TestPostgres.shared().sql(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'moire worker \(getpid())'
            """, in: test.home.address)
    }

    @Test("A claim whose answer was lost goes back to the coordinator; what the worker knows of stays with it")
    func lostAnswer() throws {
        let test = try TestEngine(.postgres)
        try test.queue.release([ticket("known", sequence: 1), ticket("lost", sequence: 2)])
        let (worker, _) = try test.worker()
        let known = try #require(try worker.claim())
        // As the server has it when the connection breaks between commit and answer.
        try TestPostgres.shared().sql(
            "UPDATE moire.tickets SET state = 1, worker = '\(worker.worker)' WHERE sequence = 2", in: test.home.address)
        try cut(test)
        let error = #expect(throws: QueueError.self) { try worker.claim() }
        #expect(error?.code == .unreachable)
        #expect(try worker.claim() == nil)
        #expect(try test.queue.returned().map(\.sequence) == [2])
        #expect(try test.queue.workers().flatMap(\.held).map(\.jobID) == [known.job.id])
    }

    @Test("A worker whose connection was cut claims, renews and hands in over the next one")
    func reconnect() throws {
        let test = try TestEngine(.postgres)
        try test.queue.release([ticket("a", sequence: 1), ticket("b", sequence: 2)])
        let (worker, _) = try test.worker()
        let claim = try #require(try worker.claim())
        try cut(test)
        _ = try? worker.renew()
        try worker.finish(claim, with: result(of: claim, worker: worker.worker))
        #expect(try worker.claim()?.job.key == "b")
        #expect(try test.queue.results(limit: 9).map(\.attempt.sequence) == [1])
    }

    @Test("A worker that was taken for dead and forgotten enters again with its next claim")
    func forgotten() throws {
        let test = try TestEngine(.postgres)
        let (worker, _) = try test.worker()
        try TestPostgres.shared().sql("DELETE FROM moire.workers", in: test.home.address)
        try test.queue.release([ticket("a", sequence: 1)])
        #expect(try worker.claim()?.job.key == "a")
        #expect(try test.queue.workers().map(\.worker) == [worker.worker])
    }

    @Test("A release wakes a worker that watches, and a result a coordinator")
    func watching() throws {
        let test = try TestEngine(.postgres)
        let (worker, _) = try test.worker()
        let (work, news) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        worker.watch { work.signal() }
        test.queue.watch { news.signal() }
        try test.queue.release([ticket("a", sequence: 1)])
        #expect(work.wait(timeout: .now() + 10) == .success)
        let claim = try #require(try worker.claim())
        try worker.finish(claim, with: result(of: claim, worker: worker.worker))
        #expect(news.wait(timeout: .now() + 10) == .success)
    }

    @Test("A password is in no sentence")
    func password() throws {
        let home = Home("postgres://ann:s3cret@127.0.0.1:1/none?connect_timeout=1", state: "/tmp/none")
        #expect(home.name == "postgres://ann@127.0.0.1:1/none?connect_timeout=1")
        let error = #expect(throws: StoreError.self) { _ = try StoreReader(home: home) }
        #expect(error?.code == .unreachable)
        #expect("\(error as Any)".contains("s3cret") == false)
    }
}
