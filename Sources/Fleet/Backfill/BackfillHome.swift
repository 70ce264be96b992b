internal import Foundation
internal import JobQueue
internal import Records
internal import Store

/// The only place where a backfill opens its home's queue and ledger: what else there is to open them by is decided
/// here.
final class BackfillHome {
    let home: Home
    private var queue: (any SubmitQueue)?
    private var opened: StoreReader?

    init(_ home: Home) { self.home = home }

    func submit(_ messages: [InboxMessage]) throws {
        let queue: any SubmitQueue = try self.queue ?? FileQueue(root: home.queue)
        self.queue = queue
        try queue.submit(messages)
    }

    /// Nil while the coordinator is still making the store.
    func reader() throws -> StoreReader? {
        if let opened { return opened }
        guard FileManager.default.fileExists(atPath: home.store) else { return nil }
        do { opened = try StoreReader(home: home) } catch {
            guard error.code == .missing || error.code == .busy else { throw error }
        }
        return opened
    }

    /// Where these jobs stand, by id; those that are not in the ledger yet are left out.
    func standings(of jobs: some Sequence<JobNumber>) throws -> [JobNumber: JobStanding] {
        guard let reader = try reader() else { return [:] }
        do {
            return try reader.standings(of: jobs.map(\.text)).reduce(into: [:]) { known, standing in
                if let job = JobNumber(standing.id) { known[job] = standing }
            }
        } catch {
            // A busy ledger is asked again at the next look.
            guard error.code == .busy else { throw error }
            return [:]
        }
    }
}
