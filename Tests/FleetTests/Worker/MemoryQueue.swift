import JobQueue
import Records
import Synchronization

/// A queue in memory that remembers, in order, what its worker did.
final class MemoryQueue: WorkerQueue {
    enum Act: Equatable {
        case claimed(String)
        case renewed
        case finished(String)
        case abandoned(String)
    }

    let worker = "worker-1"

    private struct State {
        var waiting: [Claim] = []
        var acts: [Act] = []
        var results: [JobResult] = []
        var progress: [AttemptProgress] = []
        var claimFailures = 0
        var finishFailures = 0
    }

    private let state = Mutex(State())

    /// Jobs with these keys and paths, in this order; `crashes` by key.
    init(
        _ jobs: KeyValuePairs<String, String>, crashes: [String: Int] = [:], claimFailures: Int = 0,
        finishFailures: Int = 0
    ) {
        state.withLock { state in
            state.claimFailures = claimFailures
            state.finishFailures = finishFailures
            for (index, (key, path)) in jobs.enumerated() {
                let job = JobSpec(key: key, path: path, video: VideoFacts(videoID: key))
                let crashes = crashes[key] ?? 0
                state.waiting.append(
                    Claim(job: job, attempt: crashes + 1, sequence: Int64(index), crashes: crashes, token: key))
            }
        }
    }

    var acts: [Act] { state.withLock { $0.acts } }
    var results: [JobResult] { state.withLock { $0.results } }
    /// All that was told, in order.
    var progress: [AttemptProgress] { state.withLock { $0.progress } }

    func claim(upTo limit: Int) throws(QueueError) -> [Claim] {
        let claims = state.withLock { state -> [Claim]? in
            if state.claimFailures > 0 {
                state.claimFailures -= 1
                return nil
            }
            let claims = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(claims.count)
            state.acts += claims.map { .claimed($0.token) }
            return claims
        }
        guard let claims else {
            throw QueueError(.inputOutput, errno: 5, operation: "rename", subject: "a claim")
        }
        return claims
    }

    func renew(_ progress: [AttemptProgress]) throws(QueueError) {
        state.withLock { state in
            state.acts.append(.renewed)
            state.progress += progress
        }
    }

    func finish(_ results: [FinishedClaim]) throws(QueueError) {
        let fails = state.withLock { state in
            if state.finishFailures > 0 {
                state.finishFailures -= 1
                return true
            }
            for finished in results {
                state.acts.append(.finished(finished.claim.token))
                state.results.append(finished.result)
            }
            return false
        }
        if fails { throw QueueError(.diskFull, errno: 28, operation: "fsync", subject: "a result") }
    }

    func abandon(_ claim: Claim) throws(QueueError) { state.withLock { $0.acts.append(.abandoned(claim.token)) } }

    func leave() {}

    var idleSeconds: Double { 0.01 }
}
