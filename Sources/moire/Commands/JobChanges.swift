import ArgumentParser
import Frames
import JobQueue
import Records
import Store

/// A change to the ledger goes through the inbox; the coordinator applies it.
enum InboxCommand {
    static func send(_ messages: [InboxMessage], home: HomeOption, said: String) throws {
        let place = home.open()
        try Failure.environmental {
            try place.prepare()
            try place.openQueue().submit(messages)
        }
        Output.line("\(said); the coordinator applies it as soon as it runs")
    }
}

/// Which jobs a change is for: some by id, or the dead letters.
struct JobChoice: ParsableArguments {
    @Flag(help: "All dead letters.")
    var dead = false

    @Option(help: "With --dead: only those that ended for this reason; repeatable.")
    var reason: [String] = []

    @Argument(help: "Jobs' ids.")
    var ids: [String] = []

    mutating func validate() throws {
        guard dead != !ids.isEmpty else { throw ValidationError("name jobs by their ids, or say --dead") }
        guard dead || reason.isEmpty else { throw ValidationError("--reason goes with --dead") }
    }

    /// Sends a message for each chosen job.
    func send(_ message: (String) -> InboxMessage, home: HomeOption, verb: String) throws {
        if !dead {
            return try InboxCommand.send(
                ids.map(message), home: home, said: "\(verb) of \(ids.joined(separator: ", ")) accepted")
        }
        let reader = try home.reader()
        var chosen: [String] = []
        var last: Int64 = 0
        while true {
            let page = try Failure.environmental { try reader.deadLetters(after: last, limit: 1000) }
            guard let end = page.last else { break }
            last = end.sequence
            chosen += page.filter { reason.isEmpty || reason.contains($0.outcome?.reason ?? "") }.map(\.spec.id)
        }
        guard !chosen.isEmpty else { return Output.line("no dead letter to choose from") }
        try InboxCommand.send(
            chosen.map(message), home: home,
            said: "\(verb) of \(chosen.count) dead letter\(chosen.count == 1 ? "" : "s") accepted")
    }
}

struct JobsRetry: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Try dead letters, cancelled or purged jobs again.")

    @OptionGroup var home: HomeOption
    @OptionGroup var choice: JobChoice

    mutating func run() throws { try choice.send({ .retry(jobID: $0) }, home: home, verb: "retry") }
}

struct JobsPurge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge", abstract: "Put dead letters away: kept with their story, no longer listed or counted.")

    @OptionGroup var home: HomeOption
    @OptionGroup var choice: JobChoice

    mutating func run() throws { try choice.send({ .purge(jobID: $0) }, home: home, verb: "purge") }
}

struct JobsCancel: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Stop jobs that have not ended.")

    @OptionGroup var home: HomeOption
    @Argument(help: "The jobs' ids.") var ids: [String]

    mutating func run() throws {
        try InboxCommand.send(
            ids.map { .cancel(jobID: $0) }, home: home, said: "cancelling \(ids.joined(separator: ", ")) accepted")
    }
}
