import EngineSupport
import Foundation
import JobQueue
import Store
import Synchronization

/// Follows every file operation of a queue, and keeps what a stopped machine might have kept after each.
final class PowerCutRecorder: Sendable {
    struct Moment {
        var model: PowerCutModel
        /// The store's files; its commits are durable when they return.
        var store: [String: Data]
        var accepted: Set<String>
        var step: String
    }

    private struct State {
        var model = PowerCutModel()
        var last: (Disk.Step, String)?
        var moments: [Moment] = []
        var accepted: Set<String> = []
        var isOn = false
    }

    private let state = Mutex(State())
    private let home: Home

    init(_ home: Home) { self.home = home }

    var disk: Disk {
        Disk { (step, path) throws(QueueError) in self.before(step, path) }
    }

    func start() {
        state.withLock { state in
            state.isOn = true
            // What is there at the start is durable.
            state.model = PowerCutModel(of: TreeSnapshot(of: home.queue))
        }
    }

    /// From the next moment on these were accepted.
    func accept(_ ids: [String]) {
        before(.create, home.queue)
        state.withLock { $0.accepted.formUnion(ids) }
    }

    private func before(_ step: Disk.Step, _ path: String) {
        state.withLock { state in
            guard state.isOn else { return }
            if let (lastStep, lastPath) = state.last {
                state.model.take(lastStep, lastPath, after: TreeSnapshot(of: home.queue))
            }
            let relative = String(path.dropFirst(home.queue.count + 1))
            state.last = (step, relative)
            var store: [String: Data] = [:]
            for suffix in ["", "-wal"] {
                store[suffix] = try? Data(contentsOf: URL(fileURLWithPath: home.store + suffix))
            }
            state.moments.append(
                Moment(
                    model: state.model, store: store, accepted: state.accepted,
                    step: "\(state.moments.count): before \(step.rawValue) \(relative)"))
        }
    }

    var moments: [Moment] { state.withLock { $0.moments } }
}
