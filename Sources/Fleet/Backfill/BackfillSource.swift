internal import Foundation
internal import JobQueue
internal import Records
internal import Store

/// What goes to the fleet together.
struct BackfillBatch {
    var messages: [InboxMessage] = []
    var jobs: [(number: JobNumber, attempts: Int)] = []
    /// The line that could not be used, behind what is in here; nothing behind it is.
    var trouble: IntakeError?
}

protocol BackfillSource: AnyObject {
    /// At most `limit` jobs; nil when there are no more.
    func next(limit: Int) throws -> BackfillBatch?
    /// The last batch was accepted, durably.
    func accepted() throws
}

/// The manifest's lines from the cursor on.
///
/// For each batch: its ids are written down, it is submitted, the cursor is moved. Ended anywhere in between, the next run
/// cuts the ids back to the cursor and submits the batch again, which gives the same jobs.
final class ManifestSource: BackfillSource {
    private(set) var cursor: BackfillCursor
    private let files: BackfillFiles
    private let list: BackfillJobs
    private let reader: ManifestReader
    private let skipBadLines: Bool
    private var following: BackfillCursor

    /// - Throws: `BackfillRefusal` when the lines that were submitted are no longer what they were.
    init(_ cursor: BackfillCursor, files: BackfillFiles, list: BackfillJobs, skipBadLines: Bool) throws {
        self.cursor = cursor
        self.files = files
        self.list = list
        self.skipBadLines = skipBadLines
        following = cursor
        reader = try ManifestReader(at: cursor.manifest)
        // A CSV's header was read already; a cursor that stands before it has submitted nothing.
        guard cursor.bytes > 0 else { return }
        guard try reader.skip(to: cursor.bytes), reader.digest == cursor.digest else {
            throw BackfillRefusal(
                "\(cursor.manifest) has changed among its first \(cursor.line) lines, which are submitted already; bring "
                    + "the old file back, give the new one another --name, or go through it from its start with --restart "
                    + "(a line that is the same is the same job)")
        }
    }

    func next(limit: Int) throws -> BackfillBatch? {
        var batch = BackfillBatch()
        var entries: [BackfillJobs.Entry] = []
        following = cursor
        var end: (bytes: Int64, line: Int) = (cursor.bytes, cursor.line)
        while batch.messages.count < limit {
            do {
                guard let line = try reader.next() else { break }
                let spec = Submission.job(of: line, lane: .backfill, tenant: cursor.tenant)
                guard let number = JobNumber(spec.id) else { throw FleetError("\(spec.id) is no job id") }
                batch.messages.append(.job(spec))
                batch.jobs.append((number, -1))
                entries.append(.init(job: number, line: line.number))
            } catch let error as IntakeError {
                // A file that cannot be read on is not a line that cannot be used.
                guard reader.offset > end.bytes else { throw error }
                guard skipBadLines else {
                    batch.trouble = error
                    break
                }
                following.badLines += 1
            }
            end = (reader.offset, reader.lineNumber)
        }
        guard end.bytes > cursor.bytes || batch.trouble != nil else { return nil }
        following.bytes = end.bytes
        following.line = end.line
        following.jobs += entries.count
        if batch.trouble == nil {
            following.digest = reader.digest
        } else {
            let again = try ManifestReader(at: cursor.manifest)
            _ = try again.skip(to: end.bytes)
            following.digest = again.digest
        }
        try list.append(entries)
        return batch
    }

    func accepted() throws {
        try files.write(following)
        cursor = following
    }
}

/// The jobs of this manifest that ended as dead letters, for whatever reason or one of those that were named.
final class RetrySource: BackfillSource {
    private let ledger: BackfillHome
    private let list: BackfillJobs
    private let reasons: Set<String>
    private var place = 0

    init(_ list: BackfillJobs, ledger: BackfillHome, reasons: Set<String>) {
        self.list = list
        self.ledger = ledger
        self.reasons = reasons
    }

    func next(limit: Int) throws -> BackfillBatch? {
        var batch = BackfillBatch()
        while batch.messages.isEmpty {
            let page = try list.page(from: place, limit: min(limit, StoreReader.standingsMax))
            if page.isEmpty { return nil }
            place += page.count
            let known = try ledger.standings(of: page.lazy.map(\.job))
            for entry in page {
                guard let standing = known[entry.job], Self.isWanted(standing, reasons) else { continue }
                batch.messages.append(.retry(jobID: standing.id))
                batch.jobs.append((entry.job, standing.attempts))
            }
        }
        return batch
    }

    func accepted() {}

    static func isWanted(_ standing: JobStanding, _ reasons: Set<String>) -> Bool {
        standing.state == .dead && (reasons.isEmpty || reasons.contains(standing.reason ?? ""))
    }
}

/// Why a backfill does not begin: something was asked for that does not fit what was done already.
public struct BackfillRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}
