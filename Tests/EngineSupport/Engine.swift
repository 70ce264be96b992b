import Foundation
public import JobQueue
public import Store

/// What keeps a fleet's queue and tables. A new engine joins by a case here, and meets every
/// conformance test.
public enum Engine: String, CaseIterable, Sendable, CustomStringConvertible {
    /// The queue in memory, the tables in SQLite.
    case memory
    /// The queue in a folder, the tables in SQLite.
    case file
    /// Both in PostgreSQL.
    case postgres

    public var description: String { rawValue }

    /// Those whose tables differ.
    public static let stores: [Engine] = [.file, .postgres]
    /// Those whose queue outlives the process.
    public static let durable: [Engine] = [.file, .postgres]
}

/// A home of one engine for one test, removed at the end, with its queue.
public final class TestEngine {
    public let engine: Engine
    public let home: Home
    public let queue: any SubmitQueue & CoordinatorQueue

    public init(_ engine: Engine) throws {
        self.engine = engine
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-home-\(UUID().uuidString)").path
        home = try engine == .postgres ? Home(TestPostgres.shared().database(), state: folder) : Home(folder)
        try home.prepare()
        queue =
            switch engine {
            case .memory: MemoryQueue()
            case .file: try FileQueue(root: home.queue)
            case .postgres: try PostgresQueue(home.address, graceSeconds: 0)
            }
    }

    deinit { try? FileManager.default.removeItem(atPath: home.root) }

    /// Another view of the same queue, as another process has it; the same object where the engine has no other.
    public func reopened() throws -> any SubmitQueue & CoordinatorQueue {
        switch engine {
        case .memory: queue
        case .file: try FileQueue(root: home.queue)
        case .postgres: try PostgresQueue(home.address, graceSeconds: 0)
        }
    }

    /// A worker, and what the kernel and the network do when its process dies.
    public func worker(_ name: String = "w") throws -> (queue: any WorkerQueue, die: () -> Void) {
        switch queue {
        case let queue as MemoryQueue:
            let worker = queue.worker(named: name)
            return (worker, worker.die)
        case let queue as FileQueue:
            let worker = try queue.worker(named: name)
            // The kernel drops the lock.
            let path = "\(home.queue)/claimed/\(worker.worker)/alive"
            return (worker, { try? FileManager.default.removeItem(atPath: path) })
        case let queue as PostgresQueue:
            let worker = try queue.worker(named: name)
            return (
                worker,
                {
                    worker.vanish()
                    // A busy server takes a moment to notice.
                    for _ in 0..<1000 {
                        let state = try? queue.workers().first { $0.worker == worker.worker }
                        if state?.life != .living { break }
                        usleep(10_000)
                    }
                }
            )
        default: preconditionFailure("\(type(of: queue)) is no engine of these tests")
        }
    }
}
