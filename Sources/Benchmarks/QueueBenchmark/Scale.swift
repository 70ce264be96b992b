import ArgumentParser
import BenchmarkSupport
import Fleet
import Foundation
import Glibc
import JobQueue
import Store
import Synchronization

/// Many workers whose jobs take a fixed time and no processor, on one coordinator.
struct Scale: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Jobs a second, claim latency and leases lost of N workers that only wait; one line of JSON.")

    @OptionGroup var place: Place
    @Option(help: "Workers, each a thread with a place of its own in the queue.") var workers = 2
    @Option(help: "Milliseconds that a job takes on average, half to one and a half times as long.")
    var milliseconds = 1000
    @Option(help: "Seconds that are measured.") var seconds = 30.0

    struct Line: Encodable {
        var workers: Int
        var jobs_per_second: Double
        /// Against as many workers that never wait for a job.
        var share_of_ideal: Double
        /// Of claims that got a job, milliseconds.
        var claim_p50_ms: Double
        var claim_p99_ms: Double
        var leases_lost: Int
    }

    private struct Tally {
        var latencies: [Double] = []
        var finished = 0
        var failure: String?
    }

    mutating func run() throws {
        let home = place.open()
        try home.prepare()
        let (milliseconds, count) = (self.milliseconds, self.workers)
        let wanted = Int(Double(count) * (seconds + 5) * 1000 / Double(milliseconds)) + 2 * count
        let coordinator = Mutex<Coordinator?>(nil)
        try coordinator.withLock { $0 = try Chores.coordinator(home) }
        let stop = StopRequest()
        let coordinates = Thread {
            coordinator.withLock { do { try $0?.run(until: stop) } catch { print("coordinator: \(error)") } }
        }
        coordinates.start()
        let queue = try home.openQueue()
        for start in stride(from: 0, to: wanted, by: 1000) {
            try queue.submit((start..<min(wanted, start + 1000)).map(Chores.job))
        }

        let tally = Mutex(Tally())
        let isMeasured = Mutex(false)
        for number in 0..<count {
            let thread = Thread {
                do {
                    try Self.work(
                        try home.openWorker(named: "s\(number)"), milliseconds, stop, tally, isMeasured)
                } catch { tally.withLock { $0.failure = "\(error)" } }
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        // All have begun, and the first claims, made at once, are over.
        Thread.sleep(forTimeInterval: max(3, Double(milliseconds) / 1000 + Double(count) / 200))
        isMeasured.withLock { $0 = true }
        let began = Meter.wallSeconds
        Thread.sleep(forTimeInterval: seconds)
        isMeasured.withLock { $0 = false }
        let took = Meter.wallSeconds - began
        let end = tally.withLock { $0 }
        stop.request()
        if let failure = end.failure { throw BenchError(failure) }
        let sorted = end.latencies.sorted()
        func quantile(_ share: Double) -> Double {
            sorted.isEmpty
                ? 0 : (sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))] * 10_000).rounded() / 10
        }
        let rate = Double(end.finished) / took
        let line = Line(
            workers: count, jobs_per_second: (rate * 10).rounded() / 10,
            share_of_ideal: (rate * Double(milliseconds) / 1000 / Double(count) * 1000).rounded() / 1000,
            claim_p50_ms: quantile(0.5), claim_p99_ms: quantile(0.99),
            leases_lost: try StoreReader(home: home).jobs([.done], limit: wanted).reduce(0) { $0 + $1.attempts - 1 })
        print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    }

    private static func work(
        _ worker: any WorkerQueue, _ milliseconds: Int, _ stop: StopRequest, _ tally: borrowing Mutex<Tally>,
        _ isMeasured: borrowing Mutex<Bool>
    ) throws {
        let news = DispatchSemaphore(value: 0)
        worker.watch { news.signal() }
        while !stop.isRequested {
            let began = Meter.wallSeconds
            guard let claim = try worker.claim() else {
                _ = news.wait(timeout: .now() + worker.idleSeconds)
                continue
            }
            let latency = Meter.wallSeconds - began
            // Uploads differ in length; workers that all ended at once would be a test of something else.
            let end = Meter.wallSeconds + Double(milliseconds) / 1000 * Double.random(in: 0.5...1.5)
            while case let left = end - Meter.wallSeconds, left > 0 {
                usleep(UInt32(min(left, 1) * 1_000_000))
                try worker.renew()
            }
            try worker.finish(claim, with: Chores.result(of: claim, worker: worker.worker))
            if isMeasured.withLock({ $0 }) {
                tally.withLock {
                    $0.latencies.append(latency)
                    $0.finished += 1
                }
            }
        }
    }
}
