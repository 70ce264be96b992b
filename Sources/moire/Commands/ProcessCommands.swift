import ArgumentParser
import Fleet
import Foundation
import Records
import Scoring
import Store
import Telemetry
import TelemetryOptions

struct HomeOption: ParsableArguments {
    @Option(help: "Folder that holds the fleet's queue, store, index and report; or postgres://USER@HOST/DATABASE.")
    var home: String

    @Option(
        help: "With a database: folder for what this machine keeps beside it (index, logs, report).",
        completion: .directory)
    var stateFolder: String?

    func open() -> Home { Home.named(home, state: stateFolder) }
}

struct ParentOption: ParsableArguments {
    @Flag(help: "End when standard input is closed; for a process that another one keeps.")
    var withParent = false

    func stopRequest() throws -> StopRequest {
        try Failure.environmental {
            let stop = try StopRequest.onSignals()
            if withParent { try stop.watchParent() }
            return stop
        }
    }
}

extension TelemetryOptions {
    func begin(as process: String) throws -> Telemetry {
        try Failure.environmental { try start(process: process, version: Producer.version) }
    }
}

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Decode jobs of a home until told to stop.",
        discussion: "SIGTERM drains: running jobs are finished within the grace period, leases renewed meanwhile.")

    @OptionGroup var home: HomeOption
    @OptionGroup var decoding: DecodingOptions
    @OptionGroup var parent: ParentOption
    @OptionGroup var telemetry: TelemetryOptions

    @Option(help: "Seconds that running jobs are given at SIGTERM.")
    var grace: Double = 30

    mutating func validate() throws {
        guard (0...86_400).contains(grace) else { throw ValidationError("--grace takes 0 seconds to a day") }
    }

    mutating func run() throws {
        let stop = try parent.stopRequest()
        let telemetry = try telemetry.begin(as: "worker")
        try Failure.environmental {
            try FleetProcesses.worker(
                home: home.open(), decoder: try decoding.service(beside: home.open().root), slots: decoding.slots,
                grace: grace, stop: stop,
                telemetry: telemetry)
        }
    }
}

struct CoordinatorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator", abstract: "The one writer of a home: accepts, commits, matches, judges leases.",
        discussion: """
            A second coordinator for the same home is refused at once (exit code 3), or with --standby waits and takes
            over when the first one ends, however it ends.
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var parent: ParentOption
    @OptionGroup var telemetry: TelemetryOptions

    @Flag(help: "Wait for the running coordinator's end instead of being refused.")
    var standby = false

    @Option(help: "Threads that look for copies; the default is one a processor.")
    var matchThreads = CoordinatorOptions().matchThreads

    mutating func validate() throws {
        guard (1...256).contains(matchThreads) else { throw ValidationError("--match-threads takes 1 to 256") }
    }

    mutating func run() throws {
        let stop = try parent.stopRequest()
        let telemetry = try telemetry.begin(as: "coordinator")
        try Failure.environmental {
            try FleetProcesses.coordinator(
                home: home.open(), standby: standby, matchThreads: matchThreads, stop: stop, telemetry: telemetry)
        }
    }
}

struct ScorerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scorer", abstract: "Fold events into creator profiles until told to stop.")

    @OptionGroup var home: HomeOption
    @OptionGroup var parent: ParentOption
    @OptionGroup var telemetry: TelemetryOptions

    @OptionGroup var rules: RulesOption

    mutating func run() throws {
        let stop = try parent.stopRequest()
        let telemetry = try telemetry.begin(as: "scorer")
        let loaded = try rules.load()
        try Failure.environmental {
            try FleetProcesses.scorer(home: home.open(), rules: loaded, stop: stop, telemetry: telemetry)
        }
    }
}

struct RulesOption: ParsableArguments {
    @Option(help: "A rules file (JSON) for the scorer; the built-in rules otherwise.")
    var rules: String?

    func load() throws -> ScoringRules {
        guard let rules else { return .standard }
        do {
            return try ScoringRules(contentsOf: rules)
        } catch {
            throw Failure(.usage, "\(rules): \(error)")
        }
    }
}
