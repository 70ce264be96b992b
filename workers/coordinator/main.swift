import ArgumentParser
import Fleet
import JobQueue
import Records
import Store
import TelemetryOptions

/// The one writer of a home, until SIGTERM; the same as `moire coordinator`.
struct CoordinatorProgram: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moire-coordinator", abstract: "Accept, commit, match and judge leases of a home.",
        discussion: "EXAMPLE\n  moire-coordinator --home /var/lib/moire")

    @Option(help: "Folder that holds the fleet's queue and store; or postgres://USER@HOST/DATABASE.") var home: String
    @Option(help: "With a database: folder for what this machine keeps beside it.") var stateFolder: String?
    @Flag(help: "Wait for the running coordinator's end instead of being refused.") var standby = false

    @Option(help: "Threads that look for copies; the default is one a processor.") var matchThreads: Int?

    @OptionGroup var telemetry: TelemetryOptions

    mutating func validate() throws {
        guard (1...256).contains(matchThreads ?? 1) else { throw ValidationError("--match-threads takes 1 to 256") }
    }

    mutating func run() throws {
        let stop = try StopRequest.onSignals()
        let telemetry = try telemetry.start(process: "coordinator", version: Producer.version)
        try FleetProcesses.coordinator(
            home: Home.named(home, state: stateFolder), standby: standby, matchThreads: matchThreads,
            stop: stop, telemetry: telemetry)
    }
}

CoordinatorProgram.main()
