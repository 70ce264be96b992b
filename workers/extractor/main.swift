import ArgumentParser
import Fleet
import JobQueue
import Records
import Store
import TelemetryOptions

/// Decodes jobs of a home until SIGTERM; the same as `moire worker`.
struct Extractor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moire-extractor", abstract: "Decode jobs of a home until told to stop.",
        discussion: "EXAMPLE\n  moire-extractor --home /var/lib/moire --slots 8")

    @Option(help: "Folder that holds the fleet's queue and store; or postgres://USER@HOST/DATABASE.") var home: String
    @Option(help: "With a database: folder for what this machine keeps beside it.") var stateFolder: String?
    @Option(help: "Files decoded at once.") var slots = 1
    @Option(help: "Seconds that running jobs are given at SIGTERM.") var grace = 30.0

    @OptionGroup var telemetry: TelemetryOptions

    mutating func run() throws {
        let stop = try StopRequest.onSignals()
        let telemetry = try telemetry.start(process: "worker", version: Producer.version)
        try FleetProcesses.worker(
            home: Home.named(home, state: stateFolder), decoder: try DecodeService(), slots: slots, grace: grace,
            stop: stop, telemetry: telemetry)
    }
}

Extractor.main()
