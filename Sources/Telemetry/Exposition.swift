/// Prometheus' text format, version 0.0.4: for each metric a line of help, a line with its type, and its values.
///
/// Families stand in the order of their names, values in the order of their labels, so that two texts of the same
/// values are the same.
enum Exposition {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func text(_ families: [MetricFamily]) -> String {
        var lines: [String] = []
        for family in families.sorted(by: { $0.description.name < $1.description.name }) where !family.values.isEmpty {
            let name = family.description.name
            lines.append("# HELP \(name) \(escapedHelp(family.description.help))")
            lines.append("# TYPE \(name) \(family.description.kind.rawValue)")
            for (labels, value) in family.values.sorted(by: { $0.key < $1.key }) {
                switch value {
                case .number(let number): lines.append("\(name)\(braced(labels)) \(text(number))")
                case .histogram(let histogram):
                    lines += text(histogram, name, labels, family.description.buckets)
                }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func text(_ histogram: MetricFamily.Histogram, _ name: String, _ labels: String, _ buckets: [Double])
        -> [String]
    {
        var lines: [String] = []
        var below = 0
        for (count, bound) in zip(histogram.counts, buckets.map(text) + ["+Inf"]) {
            below += count
            lines.append("\(name)_bucket{\(labels)\(labels.isEmpty ? "" : ",")le=\"\(bound)\"} \(below)")
        }
        lines.append("\(name)_sum\(braced(labels)) \(text(histogram.sum))")
        lines.append("\(name)_count\(braced(labels)) \(below)")
        return lines
    }

    /// `name="value"`, joined by commas, in the order of the names.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(escapedLabel($0.1))\"" }.joined(separator: ",")
    }

    private static func braced(_ labels: String) -> String { labels.isEmpty ? "" : "{\(labels)}" }

    static func text(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-Inf" : "+Inf" }
        // Whole numbers without a point, as Prometheus writes them itself.
        if let whole = Int64(exactly: number) { return "\(whole)" }
        return "\(number)"
    }

    static func escapedLabel(_ text: String) -> String { escaped(text, andQuotes: true) }
    static func escapedHelp(_ text: String) -> String { escaped(text, andQuotes: false) }

    private static func escaped(_ text: String, andQuotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where andQuotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
