internal import Synchronization

/// Lets so many in at once, lets so many wait in order, and sends the rest away.
final class WaitingRoom: Sendable {
    private struct State {
        var running = 0
        var nextTicket: UInt64 = 0
        var waiting: [(ticket: UInt64, go: CheckedContinuation<Bool, Never>)] = []
    }

    private let state = Mutex(State())
    let slots: Int
    let waitingMax: Int

    init(slots: Int, waitingMax: Int) {
        self.slots = slots
        self.waitingMax = waitingMax
    }

    /// - Throws: `Problem` with 429 when the room is full; `CancellationError` when the caller left.
    func run<Value: Sendable>(_ what: String, _ body: () async throws -> Value) async throws -> Value {
        try await enter(what)
        defer { leave() }
        return try await body()
    }

    private func enter(_ what: String) async throws {
        let ticket = state.withLock { state -> UInt64 in
            state.nextTicket += 1
            return state.nextTicket
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { (go: CheckedContinuation<Bool, Never>) in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.running < slots {
                        state.running += 1
                        return true
                    }
                    guard state.waiting.count < waitingMax else { return false }
                    state.waiting.append((ticket, go))
                    return nil
                }
                if let answer { go.resume(returning: answer) }
            }
        } onCancel: {
            let left = state.withLock { state in
                state.waiting.firstIndex { $0.ticket == ticket }.map { state.waiting.remove(at: $0) }
            }
            left?.go.resume(returning: false)
        }
        guard entered else {
            try Task.checkCancellation()
            throw Problem.overloaded("\(slots) \(what) run and \(waitingMax) wait; nothing was taken, try again.")
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst().go
        }
        next?.resume(returning: true)
    }
}
