internal import Foundation
internal import HTTPTypes
internal import JobQueue
internal import Logging
internal import Records
internal import Synchronization

/// Accepts jobs for many callers with few writes: whatever arrives while the disk is busy goes into the next write
/// together.
///
/// An answer is given when the jobs are in the queue, which is durable, and known here, in this order: first the row
/// that says whose they are and under which idempotency key, then the queue. A process that dies between the two has
/// answered nobody; the caller's retry finds the key, and hands the same jobs to the queue, where the same id is the
/// same job.
final class SubmissionDesk: Sendable {
    struct Answer: Sendable, Equatable {
        var ids: [String]
        var isReplay: Bool
    }

    private struct Pending {
        var request: ServiceStore.Acceptance
        var go: CheckedContinuation<Answer, any Error>
    }

    private struct State {
        var pending: [Pending] = []
        var jobs = 0
        var isWriting = false
        var isStopped = false
    }

    private let store: ServiceStore
    private let queue: any SubmitQueue
    private let waitingMax: Int
    private let pool = BlockingPool(threads: 1)
    private let state = Mutex(State())

    /// Jobs of one write; one file of the folder's queue.
    static let batchMax = 1000

    init(store: ServiceStore, queue: any SubmitQueue, waitingMax: Int) {
        self.store = store
        self.queue = queue
        self.waitingMax = waitingMax
    }

    /// - Throws: `Problem`: 429 when too many wait, 422 when the idempotency key was used otherwise, 507 and 503
    ///   when the disk or the database refuse.
    func accept(_ request: ServiceStore.Acceptance) async throws -> Answer {
        try await withCheckedThrowingContinuation { go in
            let refusal: Problem? = state.withLock { state in
                if state.isStopped {
                    return Problem(.serviceUnavailable, "stopping", "The service is stopping.", retryAfter: 5)
                }
                guard state.jobs + request.jobs.count <= waitingMax else {
                    return .overloaded("\(state.jobs) jobs wait to be written down; nothing was taken, try again.")
                }
                state.pending.append(Pending(request: request, go: go))
                state.jobs += request.jobs.count
                return nil
            }
            if let refusal { return go.resume(throwing: refusal) }
            writeSoon()
        }
    }

    /// Everything that waits is written; what comes later is refused.
    func stop() async {
        state.withLock { $0.isStopped = true }
        while state.withLock({ $0.isWriting || !$0.pending.isEmpty }) { try? await Task.sleep(for: .milliseconds(5)) }
        await pool.stop()
    }

    private func writeSoon() {
        let isMine = state.withLock { state in
            if state.isWriting { return false }
            state.isWriting = true
            return true
        }
        guard isMine else { return }
        Task {
            while let batch = next() {
                let answers = await answers(to: batch.map(\.request))
                for (pending, answer) in zip(batch, answers) { pending.go.resume(with: answer) }
            }
        }
    }

    /// What is written next; nil when nothing waits.
    private func next() -> [Pending]? {
        state.withLock { state in
            var count = 0
            var jobs = 0
            for pending in state.pending {
                guard count == 0 || jobs + pending.request.jobs.count <= Self.batchMax else { break }
                jobs += pending.request.jobs.count
                count += 1
            }
            guard count > 0 else {
                state.isWriting = false
                return nil
            }
            defer { state.pending.removeFirst(count) }
            state.jobs -= jobs
            return Array(state.pending.prefix(count))
        }
    }

    private func answers(to requests: [ServiceStore.Acceptance]) async -> [Result<Answer, any Error>] {
        do {
            return try await pool.run { [store, queue] in
                let accepted = try store.accept(requests)
                var messages: [InboxMessage] = []
                let answers = zip(requests, accepted).map { request, accepted -> Result<Answer, any Error> in
                    switch accepted {
                    case .otherRequest:
                        return .failure(
                            Problem(
                                .unprocessableContent, "idempotency_key_reused",
                                "This Idempotency-Key was used for a request with another content.",
                                errors: [.init(pointer: "header/Idempotency-Key", detail: "was used otherwise")]))
                    case .jobs(let ids, let isReplay):
                        messages += request.jobs.map { InboxMessage.job($0) }
                        return .success(Answer(ids: ids, isReplay: isReplay))
                    }
                }
                try queue.submit(messages)
                return answers
            }
        } catch {
            return requests.map { _ in .failure(error) }
        }
    }
}
