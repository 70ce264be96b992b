internal import Foundation
internal import Store

/// The jobs of a backfill that have not ended as far as is known, looked at in turns: a job that waits for its next
/// attempt does not hide those behind it.
struct OpenJobs {
    private struct Job {
        var number: JobNumber
        /// Attempts before it was given back to the fleet; -1 for a new one. Until a retry has arrived in the ledger
        /// the job stands there as it ended before, and its attempts tell that.
        var attempts: Int32
    }

    private var jobs: [Job] = []
    private var place = 0

    /// Pages of `StoreReader.standingsMax` in one look.
    static let pagesALook = 4

    var count: Int { jobs.count }

    mutating func add(_ number: JobNumber, attempts: Int = -1) {
        jobs.append(Job(number: number, attempts: Int32(clamping: attempts)))
    }

    /// Asks for the next few pages, and takes out what has ended.
    ///
    /// - Returns: where the ended ones stand.
    mutating func look(_ ledger: BackfillHome) throws -> [JobStanding] {
        var ended: [JobStanding] = []
        for _ in 0..<Self.pagesALook where !jobs.isEmpty {
            if place >= jobs.count { place = 0 }
            let end = min(jobs.count, place + StoreReader.standingsMax)
            let known = try ledger.standings(of: jobs[place..<end].lazy.map(\.number))
            if known.isEmpty {
                place = end
                continue
            }
            var kept: [Job] = []
            for job in jobs[place..<end] {
                if let standing = known[job.number], Self.hasEnded(standing, since: job.attempts) {
                    ended.append(standing)
                } else {
                    kept.append(job)
                }
            }
            jobs.replaceSubrange(place..<end, with: kept)
            place += kept.count
        }
        return ended
    }

    private static func hasEnded(_ standing: JobStanding, since attempts: Int32) -> Bool {
        guard !standing.state.isOpen else { return false }
        return standing.state == .cancelled || standing.attempts > Int(attempts)
    }
}
