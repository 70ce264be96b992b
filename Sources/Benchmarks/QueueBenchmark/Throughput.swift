import ArgumentParser
import BenchmarkSupport
import Fleet
import Foundation
import JobQueue
import Store
import Synchronization

/// Times enqueue, and claim with commit, through the real coordinator.
struct Throughput: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Durable enqueues a second, and claims with commit a second; one line of JSON.")

    @OptionGroup var place: Place
    @Option(help: "Jobs.") var jobs = 2000
    @Option(help: "Jobs handed in, claimed and finished at once.") var batch = 1
    @Option(help: "Threads that submit, and then threads that claim.") var clients = 1

    struct Line: Encodable {
        var enqueue_per_second: Double
        var claim_commit_per_second: Double
    }

    mutating func run() throws {
        let home = place.open()
        try home.prepare()
        let (jobs, batch, clients) = (self.jobs, self.batch, self.clients)
        // The coordinator's tables are made before the clock runs.
        let coordinator = Mutex<Coordinator?>(nil)
        coordinator.withLock { $0 = try? Chores.coordinator(home) }
        let began = Meter.wallSeconds
        try Self.threads(clients) { client in
            let queue = try home.openQueue()
            for start in stride(from: client * batch, to: jobs, by: clients * batch) {
                try queue.submit((start..<min(jobs, start + batch)).map(Chores.job))
            }
        }
        let enqueued = Meter.wallSeconds

        let stop = StopRequest()
        let runs = Thread {
            coordinator.withLock { coordinator in
                do { try coordinator?.run(until: stop) } catch { print("coordinator: \(error)") }
            }
        }
        runs.start()
        let finished = Mutex(0)
        try Self.threads(clients) { client in
            let worker = try home.openWorker(named: "bench-\(client)")
            while finished.withLock({ $0 }) < jobs {
                let claims = try worker.claim(upTo: batch)
                if claims.isEmpty {
                    usleep(200)
                    continue
                }
                try worker.finish(
                    claims.map { FinishedClaim(claim: $0, result: Chores.result(of: $0, worker: worker.worker)) })
                finished.withLock { $0 += claims.count }
            }
        }
        let reader = try StoreReader(home: home)
        while try reader.counter(Store.committedResults) < jobs { usleep(1000) }
        let committed = Meter.wallSeconds
        stop.request()
        let line = Line(
            enqueue_per_second: (Double(jobs) / (enqueued - began)).rounded(),
            claim_commit_per_second: (Double(jobs) / (committed - enqueued)).rounded())
        print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    }

    private static func threads(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: count) { number in
            do { try body(number) } catch { failure.withLock { $0 = error } }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
