import Frames

/// A rule's sentence with the finding's values in it. The same text on every machine and locale.
struct ReasonSentence {
    static let names = ["percent", "value", "source", "start", "end", "outcome", "videos", "days"]

    var values: [String: String] = [:]

    init(value: Double, spans: [TimeSpan] = [], source: String = "", outcome: String = "") {
        // Rounded down, as thresholds are: what is called 95% is at least that.
        values["percent"] = "\(Self.floor(value * 100))%"
        values["value"] = "\(Self.floor(value))"
        values["source"] = source
        values["outcome"] = outcome
        values["start"] = Self.clock(spans.first?.start ?? 0)
        values["end"] = Self.clock(spans.last?.end ?? 0)
    }

    init(videos: Int, days: Int) {
        values["videos"] = "\(videos)"
        values["days"] = "\(days)"
    }

    /// One pass, so that a name inside a value (a video called `{end}`) stays as it is.
    func filled(into template: String) -> String {
        var text = ""
        var rest = template[...]
        while let open = rest.firstIndex(of: "{") {
            text += rest[..<open]
            guard let close = rest[open...].firstIndex(of: "}"),
                let value = values[String(rest[rest.index(after: open)..<close])]
            else {
                text.append("{")
                rest = rest[rest.index(after: open)...]
                continue
            }
            text += value
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    /// The names in braces.
    static func names(in template: String) -> [String] {
        template.split(separator: "{", omittingEmptySubsequences: false).dropFirst()
            .map { String($0.prefix { $0 != "}" }) }
    }

    /// Minutes, seconds and tenths: `1:02.5`.
    static func clock(_ seconds: Double) -> String {
        // Beyond a year no timeline is real; the bound keeps the conversion defined.
        let tenths = Int((min(max(seconds, 0), 31_536_000) * 10).rounded())
        let (minutes, rest) = (tenths / 600, tenths % 600)
        return "\(minutes):\(rest < 100 ? "0" : "")\(rest / 10).\(rest % 10)"
    }

    private static func floor(_ value: Double) -> Int {
        // A millionth above: 0.29 * 100 is 28.999999999999996.
        Int(min(max(value + 1e-6, -1e9), 1e9).rounded(.down))
    }
}
