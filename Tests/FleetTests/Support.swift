import Fleet
import Foundation
import Glibc

/// The programs that were built with the tests lie in one folder with them.
enum Programs {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }

    static let decoder = path("moire-decoder")
}

/// A folder that goes with the test.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("moire-fleet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: url.appendingPathComponent(name))
        return path(name)
    }

    /// Another name for a program, by which its processes can be told from those of other tests.
    func program(_ name: String, for target: String) throws -> String {
        try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: Programs.path(target))
        return path(name)
    }
}

/// Processes by the name they were started under.
enum Processes {
    /// The pids whose command line is `path`, parents before children.
    static func named(_ path: String) -> [pid_t] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap(pid_t.init).filter { pid in
            let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return String(decoding: line.prefix { $0 != 0 }, as: UTF8.self) == path && !isZombie(pid)
        }.sorted()
    }

    /// Waits until `count` processes are called `path`; empty when half a minute did not do.
    static func wait(for path: String, count: Int) -> [pid_t] {
        for _ in 0..<3000 {
            let found = named(path)
            if found.count == count { return found }
            usleep(10_000)
        }
        return []
    }

    /// Waits until at most `count` processes are called `path`; those that are left when half a minute did not do.
    static func wait(for path: String, atMost count: Int) -> [pid_t] {
        for _ in 0..<3000 where named(path).count > count { usleep(10_000) }
        return named(path)
    }

    private static func isZombie(_ pid: pid_t) -> Bool {
        let status = String(
            decoding: FileManager.default.contents(atPath: "/proc/\(pid)/stat") ?? Data(), as: UTF8.self)
        return status.split(separator: ")").last?.hasPrefix(" Z") ?? true
    }
}

/// A call that blocks, on a thread of its own, with its result to be waited for.
///
/// Unchecked, because `result` is written once, before the semaphore is raised.
final class Background<Value: Sendable>: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private var result: Result<Value, any Error>?

    init(_ body: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread {
            self.result = Result { try body() }
            self.done.signal()
        }
    }

    func value() throws -> Value {
        done.wait()
        done.signal()
        guard let result else { throw CancellationError() }
        return try result.get()
    }
}
