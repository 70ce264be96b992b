import ArgumentParser
import Fetching
import Foundation

/// Where media may be fetched from by URL: shared by every command that opens media.
struct URLOptions: ParsableArguments {
    @Flag(name: .customLong("allow-private-urls"), help: "Fetch URLs at private and loopback addresses, too.")
    var allowPrivateURLs = false

    @Option(
        name: .customLong("allow-urls-from"),
        help: """
            Fetch URLs of this host at private addresses, or from this network (10.1.0.0/16, fd00::/8) or address; may be \
            repeated.
            """)
    var allowURLsFrom: [String] = []

    @Option(help: "Seconds that fetching one URL may take.")
    var fetchDeadline: Double = FetchLimits.standard.totalSeconds

    @Option(
        help: "Folder for fetched media while they are decoded; the default lies on the home's disk.",
        completion: .directory)
    var fetchFolder: String?

    func validate() throws {
        _ = try policy()
        guard fetchDeadline > 0, fetchDeadline <= 604_800 else {
            throw ValidationError("--fetch-deadline takes seconds above 0, at most a week")
        }
    }

    private func policy() throws -> FetchPolicy {
        var policy = FetchPolicy(allowsPrivate: allowPrivateURLs)
        for text in allowURLsFrom where !policy.allow(text) {
            throw ValidationError("--allow-urls-from takes a host, an address or a network, not \(text)")
        }
        return policy
    }

    /// - Parameter folder: on the home's disk; nil for commands without a home.
    func fetcher(beside folder: String?) throws -> Fetcher {
        var limits = FetchLimits.standard
        limits.totalSeconds = fetchDeadline
        let temporary = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
        return Fetcher(policy: try policy(), limits: limits, folder: fetchFolder ?? folder ?? temporary)
    }

    /// The same for a worker that this process starts.
    var arguments: [String] {
        (allowPrivateURLs ? ["--allow-private-urls"] : [])
            + allowURLsFrom.flatMap { ["--allow-urls-from", $0] }
            + ["--fetch-deadline", "\(fetchDeadline)"]
            + (fetchFolder.map { ["--fetch-folder", $0] } ?? [])
    }
}
