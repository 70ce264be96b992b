import ArgumentParser
import Fetching
import Fleet
import Foundation
import Records
import Scoring
import Service
import Store
import Telemetry
import TelemetryOptions

struct HomeOptions: ParsableArguments {
    @Option(help: "Folder that holds the fleet's queue, store and index; or postgres://USER@HOST/DATABASE.")
    var home: String

    @Option(help: "With a database: folder for what this machine keeps beside it.")
    var stateFolder: String?

    func open() -> Home { Home.named(home, state: stateFolder) }
}

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve until SIGTERM.",
        discussion: """
            Listens on loopback unless told otherwise. Without a certificate it speaks plain HTTP: keep it behind a
            proxy that ends TLS, or give --tls-certificate and --tls-key.
            """)

    @OptionGroup var home: HomeOptions

    @Option(help: "Address to listen at.") var host = "127.0.0.1"
    @Option(help: "Port to listen at; 0 takes a free one.") var port = 8080
    @Option(help: "Certificate chain (PEM).") var tlsCertificate: String?
    @Option(help: "Its private key (PEM).") var tlsKey: String?
    @Option(help: "A folder that jobs and lookups may name files in; repeatable. None by default.")
    var mediaRoot: [String] = []
    @Option(help: "Lookups decoded and searched at once; the default is one a processor.")
    var lookupSlots = max(1, ProcessInfo.processInfo.activeProcessorCount)
    @Option(help: "Bytes of an uploaded file.") var uploadMax: Int64 = 2 << 30
    @Option(help: "Days after which uploads of ended jobs are removed; they are kept by default.")
    var keepUploads: Double?
    @Option(help: "Bytes of evidence's pictures that are kept; older ones are made again when they are asked for.")
    var picturesMax: Int64 = 4 << 30
    @Option(help: "Open jobs over which no more are accepted (429); unlimited by default.") var openJobsMax: Int?
    @Option(help: "Seconds after which a lookup's decoder is ended.")
    var deadline = DecodeLimits.standard.deadlineSeconds
    @Flag(help: "Decode even where the kernel offers no sandbox at all.") var allowUnsandboxed = false
    @Flag(
        name: .customLong("allow-private-urls"),
        help: "Fetch media from private and loopback addresses, too, and send webhooks there.")
    var allowPrivateURLs = false
    @Option(
        name: .customLong("allow-urls-from"),
        help: "The same for this host alone, or from this network (10.1.0.0/16) or address; repeatable.")
    var allowURLsFrom: [String] = []
    @Flag(help: "Also run a coordinator, a worker and a scorer, and keep them running.") var withFleet = false
    @Option(help: "With --with-fleet: files decoded at once; the default is one a processor.")
    var slots = max(1, ProcessInfo.processInfo.activeProcessorCount)
    @Option(help: "The scorer's rules file (JSON); the built-in rules otherwise.") var rules: String?
    @Flag(help: "End when standard input is closed; for a process that another one keeps.") var withParent = false
    @OptionGroup var telemetry: TelemetryOptions

    mutating func validate() throws {
        guard (tlsCertificate == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-certificate and --tls-key go together")
        }
        guard (0...65535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        guard (1...256).contains(lookupSlots) else { throw ValidationError("--lookup-slots takes 1 to 256") }
        var policy = FetchPolicy.standard
        for text in allowURLsFrom where !policy.allow(text) {
            throw ValidationError("--allow-urls-from takes a host, an address or a network, not \(text)")
        }
        guard (1...256).contains(slots) else { throw ValidationError("--slots takes 1 to 256") }
        guard keepUploads.map({ $0 >= 0 && $0.isFinite }) ?? true else {
            throw ValidationError("--keep-uploads takes days, from 0 on")
        }
        guard picturesMax >= 0 else { throw ValidationError("--pictures-max takes bytes, from 0 on") }
        guard uploadMax > 0 else { throw ValidationError("--upload-max takes at least one byte") }
    }

    mutating func run() async throws {
        let telemetry = try telemetry.start(process: "api", version: Producer.version)
        defer { telemetry.finish() }
        var options = ServiceOptions()
        options.host = host
        options.port = port
        options.certificatePath = tlsCertificate
        options.privateKeyPath = tlsKey
        options.mediaRoots = mediaRoot.map { MediaFiles.absolute($0) }
        options.lookupSlots = lookupSlots
        options.uploadBytesMax = uploadMax
        options.uploadDays = keepUploads
        options.picturesBytesMax = picturesMax
        options.openJobsMax = openJobsMax
        options.decodeDeadlineSeconds = deadline
        options.allowUnsandboxed = allowUnsandboxed
        options.fetchPolicy.allowsPrivate = allowPrivateURLs
        for text in allowURLsFrom { _ = options.fetchPolicy.allow(text) }
        options.rules = try rules.map { try ScoringRules(contentsOf: $0) } ?? .standard
        if withParent {
            // The server ends by SIGTERM; a parent's death is one.
            let gone = StopRequest()
            try gone.watchParent()
            Thread.detachNewThread {
                _ = gone.wait()
                kill(getpid(), SIGTERM)
            }
        }
        let fleet = try withFleet ? self.fleet() : nil
        defer { fleet?.end() }
        let desk = try ServiceDesk(home: home.open(), options: options)
        let registry = telemetry.registry
        try await ServiceServer(desk: desk) { registry.exposition() }.run { address in
            try? FileHandle.standardOutput.write(contentsOf: Data("moire: serving at \(address)\n".utf8))
        }
    }

    private func fleet() throws -> FleetKeeper {
        var options = FleetKeeper.Options()
        options.slots = slots
        options.deadlineSeconds = deadline
        options.allowUnsandboxed = allowUnsandboxed
        options.rulesPath = rules.map { MediaFiles.absolute($0) }
        options.isBackground = true
        options.fetching =
            (allowPrivateURLs ? ["--allow-private-urls"] : []) + allowURLsFrom.flatMap { ["--allow-urls-from", $0] }
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("moire").path
        let keeper = try FleetKeeper(home: home.open(), options: options, executable: program)
        try keeper.start { error in
            try? FileHandle.standardError.write(contentsOf: Data("moire: \(error)\n".utf8))
            kill(getpid(), SIGTERM)
        }
        return keeper
    }
}
