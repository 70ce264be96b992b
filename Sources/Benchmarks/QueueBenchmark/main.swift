import ArgumentParser

/// The queue without decoding: what it survives, and how fast it is. `ops/torture queue` and `ops/bench queue`
/// run it.
struct QueueBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue-bench", abstract: "Kills the fleet's processes, or times its queue, without decoding.",
        subcommands: [Torture.self, Throughput.self, Scale.self, Coordinate.self, Work.self, Submit.self])
}

QueueBench.main()
