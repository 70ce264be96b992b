public import ArgumentParser
import FingerprintIndex
import Fleet
import Foundation
public import Records
import Store

struct DecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "What a reviewer makes of a match; the profiles follow at once.",
        discussion: """
            confirmed: it counts. dismissed, licensed, own_footage: it costs nothing, for this reason. other_first: the
            video that is called the earlier one is the copy, and it counts against its creator. The latest decision
            about a match is in force; `moire profile --reverse` with the decision's event undoes it.

            EXAMPLES
              moire decide --home ./moire-home 1f0c… --verdict licensed --by review-3 --why "contract 4711"
              moire decide --home ./moire-home 1f0c… --verdict other_first --by review-3 --why "original file shown"
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption
    @OptionGroup var rules: RulesOption

    @Option(help: "\(Event.Decision.Verdict.allCases.map(\.rawValue).joined(separator: ", ")).")
    var verdict: Event.Decision.Verdict

    @Option(help: "Who decides.")
    var by: String

    @Option(help: "Why.")
    var why: String

    @Argument(help: "The match's event, as `moire profile` names it.")
    var event: String

    mutating func run() throws {
        let place = home.open()
        let reader = try home.reader()
        guard let target = try Failure.environmental({ try reader.event(event) })?.event else {
            throw Failure(.inputs, "there is no event \(event)")
        }
        guard case .matchEdge(let edge) = target.body else {
            throw Failure(.inputs, "\(event) is \(target.type.rawValue); decisions are about matches (match.edge)")
        }
        let decision = Event.Decision(eventID: event, verdict: verdict, by: by, why: why, at: Event.now())
        let rules = try rules.load()
        try Failure.environmental {
            try FleetChange.decide(decision, tenant: target.tenant, in: place, rules: rules)
        }
        let entered = try Failure.environmental { try reader.decisions(about: event) }
            .last { $0.event.body == .decision(decision) }?.event
        guard output.format == .text else { return try Output.value(entered, as: output.format) }
        Output.line(
            "\(verdict.rawValue): \(edge.match.query) and \(edge.match.reference), decision \(entered?.eventID ?? "")")
    }
}

extension Event.Decision.Verdict: ExpressibleByArgument {}
