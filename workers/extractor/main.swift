import ArgumentParser
import Fetching
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

    @Flag(name: .customLong("allow-private-urls"), help: "Fetch URLs at private and loopback addresses, too.")
    var allowPrivateURLs = false
    @Option(
        name: .customLong("allow-urls-from"),
        help: "Fetch URLs of this host at private addresses, or from this network or address; may be repeated.")
    var allowURLsFrom: [String] = []
    @Option(help: "Folder for fetched media while they are decoded; the default lies on the home's disk.")
    var fetchFolder: String?

    @OptionGroup var telemetry: TelemetryOptions

    mutating func run() throws {
        let stop = try StopRequest.onSignals()
        let telemetry = try telemetry.start(process: "worker", version: Producer.version)
        var policy = FetchPolicy(allowsPrivate: allowPrivateURLs)
        for text in allowURLsFrom where !policy.allow(text) {
            throw ValidationError("--allow-urls-from takes a host, an address or a network, not \(text)")
        }
        let home = Home.named(home, state: stateFolder)
        let fetcher = Fetcher(policy: policy, folder: fetchFolder ?? home.root)
        try FleetProcesses.worker(
            home: home, decoder: try DecodeService(fetcher: fetcher), slots: slots, grace: grace, stop: stop,
            telemetry: telemetry)
    }
}

Extractor.main()
