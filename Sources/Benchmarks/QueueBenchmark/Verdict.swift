import BenchmarkSupport
import Fleet
import Foundation
import JobQueue
import Records
import Store

/// What became of every job, against a run in which nothing went wrong.
struct Verdict {
    var done = 0
    var lost = 0
    /// Results that were committed beyond one a job.
    var twice = 0
    var stuck = 0
    var dead = 0
    var missingEvents = 0
    var foreignEvents = 0
    var staleRefused = 0
    var lostAttempts = 0

    init(home: Home, jobs: Int) throws {
        let reader = try StoreReader(home: home)
        for number in 0..<jobs {
            guard let job = try reader.job(Chores.job(number).id) else {
                lost += 1
                continue
            }
            if job.state == .done { done += 1 } else if job.state.isOpen { stuck += 1 } else { dead += 1 }
            lostAttempts += max(0, job.attempts - 1)
        }
        twice = try reader.counter(Store.committedResults) - done
        staleRefused = try reader.counter(Store.staleResults)
        let (found, expected) = (try Self.events(reader), try Self.undisturbed(jobs))
        missingEvents = expected.subtracting(found).count
        foreignEvents = found.subtracting(expected).count
    }

    var isGood: Bool { lost + stuck + dead + missingEvents + foreignEvents == 0 && twice == 0 }

    var text: String {
        """
        \(done) done, \(lost) lost, \(twice) counted twice, \(stuck) stuck, \(dead) dead letters
        events: \(missingEvents) missing, \(foreignEvents) that an undisturbed run does not have
        \(lostAttempts) attempts were lost and done again, \(staleRefused) late results refused
        """
    }

    private static func events(_ reader: StoreReader) throws -> Set<String> {
        var ids: Set<String> = []
        var last: Int64 = 0
        while case let page = try reader.events(after: last, limit: 5000), let end = page.last {
            ids.formUnion(page.map(\.event.eventID))
            last = end.sequence
        }
        return ids
    }

    /// The same jobs through a coordinator that nothing happens to.
    private static func undisturbed(_ jobs: Int) throws -> Set<String> {
        // In memory: nothing of it need survive.
        let home = Home("/dev/shm/moire-undisturbed-\(UUID().uuidString)")
        try home.prepare()
        defer { try? FileManager.default.removeItem(atPath: home.root) }
        let queue = MemoryQueue()
        let coordinator = Coordinator(store: try Store(home: home), queue: queue, matching: NoMatches())
        let worker = queue.worker(named: "calm")
        for start in stride(from: 0, to: jobs, by: 1000) {
            try queue.submit((start..<min(jobs, start + 1000)).map(Chores.job))
            while try coordinator.step() {
                for claim in worker.claim(upTo: 1000) {
                    try worker.finish(claim, with: Chores.result(of: claim, worker: worker.worker))
                }
            }
        }
        return try events(try StoreReader(home: home))
    }
}
