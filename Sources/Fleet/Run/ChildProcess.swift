internal import Foundation

/// One process of the fleet that `moire run` keeps alive: started again, with growing pauses, when it
/// dies; told to end by closing its standard input.
final class ChildProcess {
    let name: String
    private let executable: String
    private let arguments: [String]
    private let logPath: String
    /// Runs only while nothing else wants the processors.
    private let isBackground: Bool
    private var process: Process?
    private var lifeline: Pipe?
    private(set) var restarts = 0
    private var startAgainAt = ContinuousClock.now
    private var startedAt = ContinuousClock.now
    /// Deaths in a row that came soon after the start: it is not bad luck, it cannot run.
    private(set) var earlyDeaths = 0

    /// The pause doubles with every death, from this many seconds ...
    static let firstPauseSeconds = 0.1
    /// ... to at most this many.
    static let longestPauseSeconds = 5.0
    /// A process that lived longer than this was able to run.
    static let earlyDeathSeconds = 3.0

    /// `SCHED_IDLE` of linux/sched.h, which the C library shows to GNU programs alone.
    private static let idleClass: Int32 = 5

    init(name: String, executable: String, arguments: [String], logPath: String, isBackground: Bool = false) {
        self.name = name
        self.executable = executable
        self.arguments = arguments
        self.logPath = logPath
        self.isBackground = isBackground
    }

    var processID: Int32? { process.flatMap { $0.isRunning ? $0.processIdentifier : nil } }

    /// Starts the process when it is not running and its pause is over.
    func keepAlive() throws {
        if let process {
            if process.isRunning { return }
            self.process = nil
            restarts += 1
            earlyDeaths = ContinuousClock.now - startedAt < .seconds(Self.earlyDeathSeconds) ? earlyDeaths + 1 : 1
            let pause = min(Self.longestPauseSeconds, Self.firstPauseSeconds * Double(1 << min(earlyDeaths, 10)))
            startAgainAt = .now + .seconds(pause)
        }
        guard ContinuousClock.now >= startAgainAt else { return }
        let process = Process()
        let lifeline = Pipe()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try Self.appending(to: logPath)
        try process.run()
        if isBackground {
            // Best effort: a system without such a class is no reason not to run. Beside busy processors it still gets three
            // thousandths of them (sched(7)), enough to keep its leases.
            var parameters = sched_param()
            _ = unsafe sched_setscheduler(process.processIdentifier, Self.idleClass, &parameters)
        }
        startedAt = .now
        self.process = process
        self.lifeline = lifeline
    }

    /// Lets the process end by itself; kills it after `grace` seconds.
    func stop(grace: Double) {
        guard let process else { return }
        try? lifeline?.fileHandleForWriting.close()
        let end = ContinuousClock.now + .seconds(grace)
        while process.isRunning, ContinuousClock.now < end { Thread.sleep(forTimeInterval: 0.02) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        self.process = nil
    }

    /// What it said last before it died.
    var lastWords: String {
        let text = (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
        return line.hasPrefix("moire: ") ? String(line.dropFirst(7)) : line
    }

    private static func appending(to path: String) throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        return handle
    }
}
