import ArgumentParser
import FingerprintIndex
import Foundation

struct IndexBankCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bank", abstract: "Show banks, switch one off or on, or give it a minimum score.",
        discussion: """
            Every lookup and every coordinator keeps to it from its next search on. Matches that were recorded before stay;
            reverse them if they should not count.

            EXAMPLES
              moire index bank --index ./index
              moire index bank --index ./index catalogue --off --note "rights in dispute"
              moire index bank --index ./index catalogue --on
              moire index bank --index ./index stock --minimum-score 0.95
            """)

    @OptionGroup var path: IndexPath
    @OptionGroup var output: FormatOption

    @Flag(help: "Search it, or do not.")
    var state: Switch?

    @Option(help: "Matches under it are none, 0 to 1; 0 for whatever a search asks for.")
    var minimumScore: Double?

    @Option(help: "For people: why.")
    var note: String?

    @Argument(help: "The bank; all are shown without.")
    var bank: String?

    mutating func validate() throws {
        if let minimumScore, !(0...1).contains(minimumScore) { throw ValidationError("--minimum-score takes 0 to 1") }
        if bank == nil, isChange { throw ValidationError("name the bank that is to change") }
    }

    private var isChange: Bool { state != nil || minimumScore != nil || note != nil }

    mutating func run() throws {
        let index = try path.open()
        try Failure.environmental {
            if let bank, isChange {
                var settings = try index.policy().settings(of: bank)
                if let state { settings.isEnabled = state == .on }
                if let minimumScore { settings.minimumScore = minimumScore == 0 ? nil : minimumScore }
                if let note { settings.note = note }
                try index.setBank(bank, settings == BankSettings() ? nil : settings)
            }
        }
        let lines = try Failure.environmental {
            let (counts, policy) = (try index.banks(), try index.policy())
            return Set(counts.keys).union(policy.banks.keys).sorted().filter { bank == nil || $0 == bank }
                .map { Line(bank: $0, references: counts[$0] ?? 0, settings: policy.settings(of: $0)) }
        }
        guard output.format == .text else { return try Output.values(lines, as: output.format) }
        for line in lines { Output.line(line.text) }
        if lines.isEmpty { Output.line(bank.map { "no bank \($0)" } ?? "no banks") }
    }

    private struct Line: Encodable {
        var bank: String
        var references: Int
        var settings: BankSettings

        enum CodingKeys: String, CodingKey { case bank, references, settings }

        var text: String {
            var parts = ["\(bank)  \(references) references  \(settings.isEnabled ? "on" : "off")"]
            if let minimum = settings.minimumScore { parts.append("from \(minimum)") }
            if !settings.note.isEmpty { parts.append(settings.note) }
            return parts.joined(separator: "  ")
        }
    }
}

enum Switch: String, EnumerableFlag { case on, off }

struct IndexReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Switch references off or on: they stay, and are found or not.",
        discussion: """
            EXAMPLES
              moire index reference --index ./index --off tour-2026
              moire index reference --index ./index --on tour-2026
            """)

    @OptionGroup var path: IndexPath

    @Flag(help: "Find them, or do not.")
    var state: Switch

    @Argument(help: "Ids.")
    var ids: [String]

    mutating func run() throws {
        let index = try path.open()
        try IndexRemoveCommand.check(ids, in: index)
        try Failure.environmental { try index.setReferences(ids, isEnabled: state == .on) }
        for id in ids { Output.line("\(state.rawValue)  \(id)") }
    }
}

struct IndexRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove references; lookups stop finding them at once.",
        discussion: """
            EXAMPLE
              moire index remove --index ./index tour-2026 tour-2025
            """)

    @OptionGroup var path: IndexPath

    @Argument(help: "Ids.")
    var ids: [String]

    mutating func run() throws {
        let index = try path.open()
        try Self.check(ids, in: index)
        try Failure.environmental { try index.remove(ids) }
        for id in ids { Output.line("removed  \(id)") }
    }

    /// Nothing is changed while one of the names is wrong.
    static func check(_ ids: [String], in index: FingerprintIndex) throws {
        let unknown = try Failure.environmental { try ids.filter { try index.reference($0) == nil } }
        guard unknown.isEmpty else { throw Failure(.inputs, "no reference \(unknown.joined(separator: ", "))") }
    }
}
