public import FoundationEssentials
public import Logging

/// Writes log lines to standard error: for a person `2026-07-02T10:00:00Z notice worker-17: job given back  attempt=2`,
/// for a machine one JSON object a line, with the same fields.
public struct LineLogHandler: LogHandler {
    public enum Format: String, Sendable, CaseIterable { case text, json }

    public var metadata: Logger.Metadata = [:]
    public var logLevel: Logger.Level
    private let label: String
    private let format: Format
    private let write: @Sendable (String) -> Void
    private let now: @Sendable () -> Date

    /// - Parameter write: takes a whole line without its end.
    public init(
        label: String, format: Format, level: Logger.Level, write: @escaping @Sendable (String) -> Void,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.label = label
        self.format = format
        self.logLevel = level
        self.write = write
        self.now = now
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { _, new in new }
            .map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
        let time = now().formatted(.iso8601)
        switch format {
        case .text:
            let more = fields.map { " \($0.0)=\($0.1)" }.joined()
            write("\(time) \(event.level) \(label): \(event.message)\(more.isEmpty ? "" : " ")\(more)")
        case .json:
            let first = [
                ("time", time), ("level", "\(event.level)"), ("process", label), ("message", "\(event.message)"),
            ]
            // A field never hides one of the four.
            let names = Set(first.map(\.0))
            let all = first + fields.filter { !names.contains($0.0) }
            write("{" + all.map { "\(Self.quoted($0.0)):\(Self.quoted($0.1))" }.joined(separator: ",") + "}")
        }
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<"\u{20}", "\u{7F}", "\u{2028}", "\u{2029}":
                let digits = String(character.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(character)
            }
        }
        return result + "\""
    }
}
