import ArgumentParser
import Fleet
import Foundation
import Interop
import Records
import Store

/// How the lines of `events --flat` are wrapped.
enum EventEnvelope: String, CaseIterable, ExpressibleByArgument {
    case none
    /// A message of Osprey's `osprey.actions_input`.
    case osprey
}

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "The log of events, or a flat event for each finished job.",
        discussion: """
            Prints what is there, oldest first, and with --follow what comes, until Ctrl-C. Each line has its place in \
            the log as `sequence`; --after takes the last one that was read, and goes on from there.

            EXAMPLES
              moire events --home ./moire-home --format jsonl
              moire events --home ./moire-home --types match.edge,appeal --after 1200 --format jsonl
              moire events --home ./moire-home --flat --follow --format jsonl >> jobs.jsonl
              moire events --home ./moire-home --flat --envelope osprey --follow --format jsonl | kcat -P -t osprey.actions_input
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    @Flag(help: "One flat object for each finished job, as rule engines take them.")
    var flat = false

    @Option(help: "Wrap flat events: none, or osprey for that engine's message.")
    var envelope = EventEnvelope.none

    @Option(help: "Only what stands behind this place in the log.")
    var after: Int64 = 0

    @Option(help: "Only these types of event, with commas between.")
    var types: String?

    @Option(help: "Stop after this many.")
    var limit: Int?

    @Flag(help: "Go on printing what comes, until Ctrl-C.")
    var follow = false

    @Option(help: "Seconds between two looks of --follow, 0.1 to 3600.")
    var every = 1.0

    mutating func validate() throws {
        _ = try kinds()
        guard (0.1...3600).contains(every) else { throw ValidationError("--every takes 0.1 to 3600 seconds") }
        guard !flat || types == nil else {
            throw ValidationError("--types chooses among the log's events; leave out --flat")
        }
        guard flat || envelope == .none else { throw ValidationError("--envelope goes with --flat") }
        guard !follow || output.format != .json else { throw ValidationError("--follow prints text or jsonl") }
        guard after >= 0, limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--after takes a place in the log, --limit a number above 0")
        }
    }

    private func kinds() throws -> Set<Event.Body.Kind> {
        guard let types else { return [] }
        return Set(
            try types.split(separator: ",").map { name in
                guard let kind = Event.Body.Kind(rawValue: String(name)) else {
                    let known = Event.Body.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("there is no type \(name); there are \(known)")
                }
                return kind
            })
    }

    mutating func run() throws {
        let stop = follow ? try Failure.environmental { try StopRequest.onSignals() } : nil
        guard let reader = try reader(following: stop) else { return }
        let log = EventLog(
            reader: reader, isFlat: flat, envelope: envelope, kinds: try kinds(), isText: output.format == .text)
        var (last, left) = (after, limit ?? Int.max)
        var all: [String] = []
        repeat {
            while left > 0 {
                let page = try Failure.environmental { try log.page(after: last, limit: min(left, EventLog.pageMax)) }
                guard let end = page.last else { break }
                if output.format == .json { all += page.map(\.text) } else { page.forEach { Output.line($0.text) } }
                (last, left) = (end.sequence, left - page.count)
            }
        } while left > 0 && !(stop?.wait(seconds: every) ?? true)
        // The lines are JSON already; a list of them is, too.
        if output.format == .json { Output.line("[" + all.joined(separator: ",\n ") + "]") }
    }

    /// Whoever follows may start before the fleet does, and waits for its store; nil when that was asked to end.
    private func reader(following stop: StopRequest?) throws -> StoreReader? {
        guard let stop else { return try home.reader() }
        let place = home.open()
        repeat {
            guard place.hasStore else { continue }
            do { return try StoreReader(home: place) } catch let failure where failure.code == .missing {
                // Its writer is making it.
                continue
            } catch {
                throw Failure(.environment, "\(error)")
            }
        } while !stop.wait(seconds: every)
        return nil
    }
}
