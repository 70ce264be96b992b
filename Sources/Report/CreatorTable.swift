import Frames
public import Scoring

/// The creators as a table for the terminal, worst first.
///
/// ```
/// creator  score  standing  videos  static  quality  recaptured  copies
/// bob        140  notice         4     31%     48.2           0  1: v7 0:00.0–0:08.0 is r1 of ann 0:05.0–0:13.0
/// ```
public enum CreatorTable {
    /// Copies listed for each creator; the rest is counted.
    public static let copiesMax = 4

    /// Ends with a line feed; a single line when there is no profile.
    public static func text(_ profiles: [CreatorProfile]) -> String {
        guard !profiles.isEmpty else { return "No creator is known for these videos.\n" }
        var rows = [["creator", "score", "standing", "videos", "static", "quality", "recaptured", "copies"]]
        for profile in profiles.sorted(by: { ($0.score, $0.creator) < ($1.score, $1.creator) }) {
            let copies = copies(of: profile)
            rows.append([
                PlainText.harmless(profile.creator), "\(profile.score)",
                profile.flags.isEmpty ? profile.band : "\(profile.band), posting limit",
                "\(profile.videos)", profile.staticShare.map(Numbers.percent) ?? "-",
                profile.qualityMean.map { Numbers.fixed($0, 1) } ?? "-", "\(profile.recaptures)", copies.first ?? "",
            ])
            rows += copies.dropFirst().map { ["", "", "", "", "", "", "", "   \($0)"] }
        }
        return aligned(rows, toTheRight: [1, 3, 4, 5, 6])
    }

    private static func copies(of profile: CreatorProfile) -> [String] {
        let copies = profile.countedCopies
        guard !copies.isEmpty else { return ["0"] }
        var lines = copies.prefix(copiesMax).map { copy in
            let source = copy.sourceCreator.map { "\(copy.source) of \($0)" } ?? copy.source
            return PlainText.harmless(
                "\(copy.video) \(Numbers.clock(copy.query.start))–\(Numbers.clock(copy.query.end)) is \(source) "
                    + "\(Numbers.clock(copy.reference.start))–\(Numbers.clock(copy.reference.end))")
        }
        lines[0] = "\(copies.count): \(lines[0])"
        if copies.count > copiesMax { lines.append("and \(copies.count - copiesMax) more") }
        return lines
    }

    private static func aligned(_ rows: [[String]], toTheRight: Set<Int>) -> String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { TerminalText.columns(in: $0[column]) }.max() ?? 0 }
        var text = ""
        for row in rows {
            var line = ""
            for column in columns {
                let padding = String(repeating: " ", count: widths[column] - TerminalText.columns(in: row[column]))
                line += toTheRight.contains(column) ? padding + row[column] : row[column] + padding
                line += "  "
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}

/// How wide text is on a terminal.
enum TerminalText {
    /// Cells: two for East Asian wide letters and emoji, none for marks that combine.
    static func columns(in text: String) -> Int { text.reduce(0) { $0 + columns(of: $1) } }

    private static func columns(of character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) {
            return 2
        }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        // Wide and full-width blocks of Unicode's EastAsianWidth.txt, from Hangul Jamo to plane 3.
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
