import ArgumentParser
import BenchmarkSupport
import Fleet
import Foundation
import Glibc
import JobQueue
import Store

/// Kills processes of a fleet that only pretends to decode, and then counts.
struct Torture: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "SIGKILLs random processes at random moments; every job must end once, with its events.")

    @OptionGroup var place: Place
    @Option(help: "Jobs.") var jobs = 20_000
    @Option(help: "Processes killed.") var kills = 2000
    @Option(help: "Workers at once.") var workers = 4
    @Option(help: "Milliseconds between kills, on average.") var every = 30
    @Option(help: "Of the choice of moments and victims.") var seed: UInt64 = 1
    @Option(help: "Seconds that the rest may take after the last kill.") var patience = 120.0
    @Flag(help: "SIGSTOP workers past their lease and SIGCONT them, instead of killing.") var pauses = false

    mutating func validate() throws {
        guard jobs > 0, kills >= 0, workers > 0, every > 0 else { throw ValidationError("numbers from 1 on") }
    }

    mutating func run() throws {
        let home = place.open()
        try home.prepare()
        var random = Dice(seed)
        // A worker that is to be stopped with its hands full is slow.
        let spread = pauses ? Double(kills) * Victims.pauseSeconds : Double(kills * every) / 1000
        let fleet = try Victims(
            place: place, jobs: jobs, workers: workers, milliseconds: pauses ? 400 : 10, over: spread)
        var killed: [String: Int] = [:]
        for _ in 0..<kills {
            usleep(UInt32(random.below(2 * every) * 1000))
            let role = try fleet.strike(pausing: pauses, &random)
            killed[role, default: 0] += 1
        }
        let deadline = Meter.wallSeconds + patience
        while Meter.wallSeconds < deadline, try !fleet.isDone(home, awaitsRefusal: pauses && kills > 0) {
            usleep(100_000)
            try fleet.keepUp()
        }
        fleet.end()
        let verdict = try Verdict(home: home, jobs: jobs)
        let told = killed.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        print("\(pauses ? "stopped" : "killed") \(told.isEmpty ? "nobody" : told) (seed \(seed))")
        print(verdict.text)
        // Who was stopped came too late with what it held, or nothing was tried.
        if !verdict.isGood || (pauses && kills > 0 && verdict.staleRefused == 0) { throw ExitCode(1) }
    }
}

/// The processes, each started again when it has ended.
private final class Victims {
    private struct Member {
        var role: String
        var arguments: [String]
        var process: Process
        var input: Pipe
        /// Where its standard output goes, which outlives it.
        var outputPath: String
    }

    private var members: [Member] = []
    private let place: Place
    private let jobs: Int
    private let over: Double
    private let progressPath: String
    private var started = 0

    /// Longer than a lease lasts.
    static let pauseSeconds = 4.5

    init(place: Place, jobs: Int, workers: Int, milliseconds: Int, over: Double) throws {
        self.place = place
        self.jobs = jobs
        self.over = over
        progressPath = place.open().root + "/submitted"
        try start("coordinator", ["coordinate"] + common)
        for _ in 0..<workers {
            try start("worker", ["work"] + common + ["--milliseconds", "\(milliseconds)"])
        }
        try startSubmitter()
    }

    private var common: [String] {
        ["--home", place.home] + (place.stateFolder.map { ["--state-folder", $0] } ?? [])
    }

    private func startSubmitter() throws {
        // From the last number that it lived to print: some are submitted twice, and count once.
        let from = accepted
        guard from < jobs else { return }
        let rest = over * Double(jobs - from) / Double(jobs)
        try start("submitter", ["submit"] + common + ["--from", "\(from)", "--to", "\(jobs)", "--over", "\(rest)"])
    }

    /// Read from the submitter's own output, which outlives it.
    private var accepted: Int {
        guard let text = try? String(contentsOfFile: progressPath, encoding: .utf8) else { return 0 }
        return text.split(separator: "\n").compactMap { Int($0) }.max() ?? 0
    }

    private func start(_ role: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        let input = Pipe()
        process.standardInput = input
        started += 1
        let outputPath = role == "submitter" ? progressPath : "\(progressPath)-\(role)-\(started)"
        if !FileManager.default.fileExists(atPath: outputPath) {
            try Data().write(to: URL(fileURLWithPath: outputPath))
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        try file.seekToEnd()
        process.standardOutput = file
        try process.run()
        members.append(
            Member(role: role, arguments: arguments, process: process, input: input, outputPath: outputPath))
    }

    /// Workers that hold jobs, as far as they have said.
    private var loadedWorkers: [Int] {
        members.indices.filter {
            members[$0].role == "worker"
                && (try? Data(contentsOf: URL(fileURLWithPath: members[$0].outputPath)))?.last == Work.holding
        }
    }

    /// Kills one of them, or stops a worker with its hands full for longer than its lease lasts; says which.
    func strike(pausing: Bool, _ random: inout Dice) throws -> String {
        try keepUp()
        var candidates = Array(members.indices)
        if pausing {
            let deadline = Meter.wallSeconds + 30
            repeat {
                usleep(5000)
                candidates = loadedWorkers
            } while candidates.isEmpty && Meter.wallSeconds < deadline
            guard !candidates.isEmpty else { return "nobody, for want of work" }
        }
        let member = members[candidates[random.below(candidates.count)]]
        guard !pausing else {
            kill(member.process.processIdentifier, SIGSTOP)
            usleep(UInt32(Self.pauseSeconds * 1_000_000))
            kill(member.process.processIdentifier, SIGCONT)
            return member.role
        }
        kill(member.process.processIdentifier, SIGKILL)
        member.process.waitUntilExit()
        try keepUp()
        return member.role
    }

    /// Starts again what has ended.
    func keepUp() throws {
        let ended = members.filter { !$0.process.isRunning }
        members.removeAll { !$0.process.isRunning }
        for member in ended {
            if member.role == "submitter" { try startSubmitter() } else { try start(member.role, member.arguments) }
        }
    }

    /// - Parameter awaitsRefusal: not before a late result was handed in and refused.
    func isDone(_ home: Home, awaitsRefusal: Bool) throws -> Bool {
        guard accepted >= jobs, home.hasStore, let reader = try? StoreReader(home: home) else { return false }
        let status = try reader.status()
        guard !awaitsRefusal || status.staleResultsRefused > 0 else { return false }
        return status.open == 0 && status.depths.reduce(0) { $0 + $1.jobs } >= jobs
    }

    func end() {
        for member in members { member.process.terminate() }
        for member in members { member.process.waitUntilExit() }
        members = []
    }
}
