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
        let queue: any SubmitQueue = try self.queue ?? home.openQueue()
        self.queue = queue
        try queue.submit(messages)
    }

    /// Asks the ledger. What keeps it from answering is mostly over in a moment (its writer starts, or a disk is slow), so
    /// it is opened and asked again for a while.
    ///
    /// - Returns: nil while the coordinator has not begun to make the store.
    /// - Throws: what still stood in the way after `patienceSeconds`.
    func ask<Value>(_ body: (StoreReader) throws -> Value) throws -> Value? {
        let end = ContinuousClock.now + .seconds(Self.patienceSeconds)
        while true {
            do {
                guard let reader = try reader() else { return nil }
                return try body(reader)
            } catch {
                opened = nil
                guard ContinuousClock.now < end else { throw error }
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
    }

    static let patienceSeconds = 10.0

    private func reader() throws -> StoreReader? {
        if let opened { return opened }
        guard home.hasStore else { return nil }
        do { opened = try StoreReader(home: home) } catch {
            guard error.code == .missing else { throw error }
        }
        return opened
    }

    /// Where these jobs stand, by id; those that are not in the ledger yet are left out.
    func standings(of jobs: some Sequence<JobNumber>) throws -> [JobNumber: JobStanding] {
        let ids = jobs.map(\.text)
        return try ask { try $0.standings(of: ids) }?.reduce(into: [:]) { known, standing in
            if let job = JobNumber(standing.id) { known[job] = standing }
        } ?? [:]
    }
}
