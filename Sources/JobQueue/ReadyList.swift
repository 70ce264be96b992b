internal import Records

/// What one worker knows of the claimable tickets, in the order of the schedule, so that it need not list a folder for
/// each claim.
///
/// The coordinator changes `ready/edition` after it has added a ticket. As long as that stands, nothing was added, and what
/// was listed is all there is, less what others took meanwhile.
struct ReadyList {
    private var edition: [UInt8]?
    private var listed = ContinuousClock.now
    /// By lane, last first; nil before the lane is listed.
    private var names: [Lane: [String]] = [:]

    /// Should a coordinator have ended between adding a ticket and changing the edition.
    private static let longest = Duration.seconds(1)

    /// Forgets what was listed when there may be more.
    mutating func refresh(_ folders: Folders, _ disk: Disk) throws(QueueError) {
        // Read before the folders are listed: what is added after that changes it again.
        let now = try disk.bytes(of: folders.readyEdition)
        if now != nil, now == edition, ContinuousClock.now - listed < Self.longest { return }
        edition = now
        listed = .now
        names = [:]
    }

    /// The next ticket of a lane; each comes once.
    mutating func next(in lane: Lane, _ folders: Folders, _ disk: Disk) throws(QueueError) -> ReadyName? {
        var left: [String]
        if let known = names[lane] { left = known } else { left = try disk.names(in: folders.ready(lane)).reversed() }
        names[lane] = nil
        defer { names[lane] = left }
        while let text = left.popLast() {
            if let name = ReadyName(parsing: text) { return name }
        }
        return nil
    }

    /// Lists again, after a claim that failed: what was taken from the list may still be there.
    mutating func forget() { edition = nil }
}
