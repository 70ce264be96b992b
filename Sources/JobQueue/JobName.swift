internal import Records

/// A ticket's file name: `SEQUENCE.JOBID.ATTEMPT`, numbers padded so that sorting names sorts jobs.
///
///     0000000000000042.0123456789abcdef0123456789abcdef.0001
///
/// The attempt is in the name because a rename is atomic: claiming a job and counting the attempt
/// are then one step.
struct JobName: Equatable {
    static let sequenceDigits = 16
    static let attemptDigits = 4

    var attempt: Attempt

    init(_ attempt: Attempt) { self.attempt = attempt }

    init(_ ticket: Ticket) {
        attempt = Attempt(jobID: ticket.job.id, sequence: ticket.sequence, attempt: ticket.attempts)
    }

    /// Nil for any name that this type would not have written.
    init?(parsing name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let sequence = Int64(parts[0]), let number = Int(parts[2]) else { return nil }
        attempt = Attempt(jobID: String(parts[1]), sequence: sequence, attempt: number)
        guard text == name, Self.isSafe(attempt.jobID) else { return nil }
    }

    var text: String {
        "\(Self.padded(attempt.sequence, Self.sequenceDigits)).\(attempt.jobID).\(Self.padded(Int64(attempt.attempt), Self.attemptDigits))"
    }

    /// The name under which this ticket is claimed.
    var next: JobName {
        JobName(Attempt(jobID: attempt.jobID, sequence: attempt.sequence, attempt: attempt.attempt + 1))
    }

    /// A job id becomes part of a file name, so it may hold nothing that a path could be built from.
    static func isSafe(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= 64
            && id.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 45 }
    }

    static func padded(_ number: Int64, _ digits: Int) -> String {
        let text = String(max(0, number))
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

/// A claimable ticket's file name: `RANK.` and its `JobName`, so that sorting names sorts by rank.
struct ReadyName: Equatable {
    static let rankDigits = 16

    var rank: Int64
    var name: JobName

    init(_ ticket: Ticket) {
        rank = max(0, ticket.rank)
        name = JobName(ticket)
    }

    /// Nil for any name that this type would not have written.
    init?(parsing text: String) {
        guard let dot = text.firstIndex(of: "."), let rank = Int64(text[..<dot]),
            let name = JobName(parsing: String(text[text.index(after: dot)...]))
        else { return nil }
        self.rank = rank
        self.name = name
        guard self.text == text else { return nil }
    }

    var text: String { "\(JobName.padded(rank, Self.rankDigits)).\(name.text)" }

    /// The `JobName` in a ready name, not checked.
    static func withoutRank(_ text: String) -> Substring { text.dropFirst(rankDigits + 1) }
}
