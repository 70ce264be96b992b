import ArgumentParser
import Foundation
import Records

/// Text for people, JSON for machines.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case text, json, jsonl
}

struct FormatOption: ParsableArguments {
    @Option(help: "text for people, json (indented) or jsonl (one object a line) for machines.")
    var format: OutputFormat = .text
}

enum Output {
    /// One line on standard output, at once. Ends the program where it cannot be written, so that nobody takes an
    /// answer that a full disk cut short for the whole.
    static func line(_ text: String) {
        do { try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8)) } catch {
            note("moire: standard output cannot be written: \(error.localizedDescription)")
            exit(Failure.Code.environment.rawValue)
        }
    }

    /// A note for the person at the terminal, on standard error; lost where that cannot be written.
    static func note(_ text: String) { say(text + "\n") }

    /// As `note`, without a line's end.
    static func say(_ text: String) {
        // Not `write(_:)`, which ends the process when the disk is full that its standard error goes to.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Values as one JSON array (`json`) or one object a line (`jsonl`).
    static func values(_ values: [some Encodable], as format: OutputFormat) throws {
        switch format {
        case .jsonl: for value in values { line(try CanonicalJSON.string(value)) }
        case .json, .text: line(try pretty(values))
        }
    }

    /// One value, indented for `json`, on one line for `jsonl`.
    static func value(_ value: some Encodable, as format: OutputFormat) throws {
        line(format == .jsonl ? try CanonicalJSON.string(value) : try pretty(value))
    }

    private static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func seconds(_ value: Double) -> String { String(format: "%.1f", value) }
    static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
