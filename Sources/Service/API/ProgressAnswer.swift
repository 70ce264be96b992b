internal import JobQueue
internal import Records
internal import Store

/// What a running job is at.
struct ProgressAnswer: Encodable, Sendable {
    enum Stage: String, Encodable, Sendable, CaseIterable {
        case fetch, decode, handIn = "hand_in"
        /// Decoded; the coordinator compares it with what is known.
        case match

        init(_ stage: AttemptProgress.Stage) {
            self =
                switch stage {
                case .fetch: .fetch
                case .decode: .decode
                case .handIn: .handIn
                }
        }
    }

    var stage: Stage
    /// Seconds of the media's timeline that are decoded.
    var pts: Double?
    /// Seconds that the container claims to have.
    var duration: Double?
}

extension ServiceDesk {
    /// Nil when nothing runs of it. A decode of less than a second tells no pts.
    func progress(of job: LedgerJob) throws -> ProgressAnswer? {
        guard job.state == .released else { return nil }
        let attempt = Attempt(jobID: job.spec.id, sequence: job.sequence, attempt: job.attempts + 1)
        for worker in try queue.workers() where worker.held.contains(attempt) {
            let told = worker.progress.first { $0.jobID == attempt.jobID && $0.attempt == attempt.attempt }
            return ProgressAnswer(
                stage: told.map { .init($0.stage) } ?? .decode, pts: told?.pts, duration: told?.duration)
        }
        return try queue.hasResult(of: attempt) ? ProgressAnswer(stage: .match) : nil
    }
}
