import ArgumentParser
import Fleet
import JobQueue
import Records
import Scoring
import Store
import TelemetryOptions

/// Folds events of a home into profiles until SIGTERM; the same as `moire scorer`.
struct ScorerProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moire-scorer", abstract: "Fold the events of a home into creator profiles.",
        discussion: "EXAMPLE\n  moire-scorer --home /var/lib/moire")

    @Option(help: "Folder that holds the fleet's queue and store; or postgres://USER@HOST/DATABASE.") var home: String
    @Option(help: "With a database: folder for what this machine keeps beside it.") var stateFolder: String?
    @Option(help: "A rules file (JSON); the built-in rules otherwise.") var rules: String?

    @OptionGroup var telemetry: TelemetryOptions

    mutating func run() throws {
        let stop = try StopRequest.onSignals()
        let telemetry = try telemetry.start(process: "scorer", version: Producer.version)
        let rules = try self.rules.map { try ScoringRules(contentsOf: $0) } ?? .standard
        try FleetProcesses.scorer(
            home: Home.named(home, state: stateFolder), rules: rules, stop: stop, telemetry: telemetry)
    }
}

ScorerProgram.main()
