import Foundation
public import JobQueue
import Synchronization

/// A disk one of whose operations fails, once, in one of the ways that real ones do, and that keeps book of what a
/// power cut would leave.
public final class FaultyDisk: Sendable {
    public enum Manner: CaseIterable, Sendable {
        /// Nothing of it happened.
        case nothing
        /// An error came back although it happened; of a write, half.
        case something
    }

    public struct Fault: Sendable {
        /// Operations before it, looks among them.
        public var number: Int
        public var manner: Manner
        public var code: QueueError.Code

        public init(_ number: Int, _ manner: Manner, _ code: QueueError.Code) {
            (self.number, self.manner, self.code) = (number, manner, code)
        }
    }

    private struct State {
        var fault: Fault?
        var count = 0
        /// The operation that fails when it is done.
        var ripe: String?
        var failed: String?
        var model = PowerCutModel()
    }

    private let state = Mutex(State())
    private let root: String

    public init(root: String) { self.root = root }

    /// From now on the fault's number counts; what is there is durable.
    public func arm(_ fault: Fault) {
        let root = root
        state.withLock { $0 = State(fault: fault, model: PowerCutModel(of: TreeSnapshot(of: root))) }
    }

    /// What failed; nil when there were not so many operations.
    public var failed: String? { state.withLock(\.failed) }
    /// Operations since it was armed.
    public var count: Int { state.withLock(\.count) }
    public var model: PowerCutModel { state.withLock(\.model) }

    package var disk: Disk {
        var hooks = Disk.Hooks()
        hooks.before = { (step, path) throws(QueueError) in
            let mayBeHalf = step != .create && step != .lock
            try self.count("\(step.rawValue) \(path)", path, refusing: !mayBeHalf)
        }
        hooks.after = { (step, path) throws(QueueError) in try self.done(step, path) }
        hooks.looking = { (look, path) throws(QueueError) in
            try self.count("\(look.rawValue) \(path)", path, refusing: true)
        }
        return Disk(hooks: hooks)
    }

    private func count(_ what: String, _ path: String, refusing: Bool) throws(QueueError) {
        let code: QueueError.Code? = state.withLock { state in
            defer { state.count += 1 }
            guard let fault = state.fault, fault.number == state.count else { return nil }
            state.failed = what
            if fault.manner == .nothing || refusing { return fault.code }
            state.ripe = what
            return nil
        }
        if let code { throw QueueError(code, operation: what, subject: path) }
    }

    private func done(_ step: Disk.Step, _ path: String) throws(QueueError) {
        let what = "\(step.rawValue) \(path)"
        let code: QueueError.Code? = state.withLock { state in
            guard let fault = state.fault else { return nil }
            let fails = state.ripe == what
            if fails {
                state.ripe = nil
                if step == .write || step == .beat { Self.halve(path, keeping: state.model.size(of: below(path))) }
            }
            state.model.take(step, below(path), failed: fails, after: TreeSnapshot(of: root))
            return fails ? fault.code : nil
        }
        if let code { throw QueueError(code, operation: what, subject: path) }
    }

    private func below(_ path: String) -> String {
        path.hasPrefix(root) ? String(path.dropFirst(root.count).drop { $0 == "/" }) : path
    }

    /// - Parameter before: bytes that the file had before the write.
    private static func halve(_ path: String, keeping before: Int) {
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber else { return }
        _ = unsafe truncate(path, off_t(min(before, size.intValue) + max(0, size.intValue - before) / 2))
    }
}
