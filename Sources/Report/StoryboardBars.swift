import Frames
import Pictures
import Records
import Signals

/// The parts of a storyboard that have no time: quality with its parts, and the cues of a recapture.
struct StoryboardBars {
    let record: ExtractRecord

    // Pixels.
    private static let rowHeight = 26
    private static let barLeft = Storyboard.margin + 190
    private static let barWidth = 200
    private static let good = Canvas.Color(120, 210, 170)
    private static let middling = Canvas.Color(245, 190, 80)
    private static let bad = Canvas.Color(236, 128, 112)

    private struct Row {
        var name: String
        /// 0...1.
        var share: Double
        var figure: String
        var text: String
        var color: Canvas.Color
    }

    private func quality(_ signal: QualitySignal, isScored: Bool) -> [Row] {
        guard signal.score != nil else { return [] }
        return signal.parts(isScored: isScored).map { name, part in
            Row(
                name: name.replacing("_", with: " "), share: part.score / 100,
                figure: ExplainPicture.fixed(part.score, 0), text: part.sentence,
                color: Self.color(QualitySignal.grade(part.score, isScored: isScored)))
        }
    }

    private static func color(_ grade: QualitySignal.Grade) -> Canvas.Color {
        switch grade {
        case .good: good
        case .middling: middling
        case .bad: bad
        }
    }

    private static func cues(_ cues: [String: Double], _ probability: Double?) -> [Row] {
        guard let probability else { return [] }
        let color = probability >= 0.5 ? bad : ExplainPicture.faint
        return cues.sorted { $0.key < $1.key }.map { name, share in
            Row(
                name: name, share: share, figure: ExplainPicture.fixed(share, 2), text: meanings[name] ?? "",
                color: color)
        }
    }

    private static let meanings = [
        "bands": "bands that roll through the whole picture", "falloff": "light falls off towards the edges",
        "highlights": "nothing in it is bright", "moire": "one fine pattern all over the picture",
        "outline": "a bright outline, tilted and swaying",
        // Of the sound.
        "bass": "the lowest band stands still", "hum": "the mains are heard through pauses",
        "mono": "two channels hold the same", "reverberation": "it dies away slowly and evenly",
        "room": "pauses hold noise up to the top", "treble": "the highest bands stand still",
    ]

    private var sections: [(title: String, rows: [Row], notes: [String])] {
        var sections: [(String, [Row], [String])] = []
        if let signal = record.quality {
            let title =
                signal.score.map { "quality \(ExplainPicture.fixed($0, 0)) of 100: what each part leaves of it" }
                ?? "quality not judged: \(signal.abstainReason ?? "no reason given")"
            sections.append((title, quality(signal, isScored: true), []))
            let told = quality(signal, isScored: false)
            if !told.isEmpty { sections.append(("told beside it", told, [])) }
        }
        if let signal = record.recapture {
            let title =
                signal.probability.map { "filmed off a screen: probability \(ExplainPicture.fixed($0, 2))" }
                ?? "recapture not judged: \(signal.abstainReason ?? "no reason given")"
            sections.append((title, Self.cues(signal.cues, signal.probability), RecaptureWords.sentences(signal)))
        }
        // Most videos have sound that is nothing of the kind, and some have none: no section of zeros for them.
        if let signal = record.recapture?.sound, let probability = signal.probability,
            probability >= RecaptureWords.worthTelling
        {
            let title = "sound off a loudspeaker: probability \(ExplainPicture.fixed(probability, 2)), a hint"
            sections.append((title, Self.cues(signal.cues, probability), RecaptureWords.sentences(signal)))
        }
        return sections
    }

    private var spectrum: StoryboardSpectrum? { StoryboardSpectrum(record.recapture?.evidence) }

    var height: Int {
        let text = sections.reduce(0) {
            $0 + Storyboard.heading + ($1.rows.count + $1.notes.count) * Self.rowHeight + 12
        }
        return text + (spectrum == nil ? 0 : StoryboardSpectrum.height)
    }

    func draw(top: Int, _ canvas: inout Canvas) {
        var y = top
        for section in sections {
            canvas.text(section.title, x: Storyboard.margin, y: y, color: ExplainPicture.ink, scale: 2)
            y += Storyboard.heading
            for row in section.rows {
                draw(row, y, &canvas)
                y += Self.rowHeight
            }
            for note in section.notes {
                canvas.text(note, x: Storyboard.margin, y: y, color: ExplainPicture.ink, scale: 2)
                y += Self.rowHeight
            }
            y += 12
        }
        spectrum?.draw(top: y, &canvas)
    }

    private func draw(_ row: Row, _ y: Int, _ canvas: inout Canvas) {
        canvas.text(row.name, x: Storyboard.margin, y: y, color: ExplainPicture.ink, scale: 2)
        let full = Canvas.Rect(x: Self.barLeft, y: y, width: Self.barWidth, height: 16)
        canvas.outline(full, with: ExplainPicture.faint)
        let width = Int(max(0, min(1, row.share)) * Double(Self.barWidth))
        canvas.fill(.init(x: full.x, y: y, width: width, height: 16), with: row.color)
        canvas.text(row.figure, x: full.x + full.width + 12, y: y, color: row.color, scale: 2)
        let left = full.x + full.width + 72
        // Sentences may be longer than a line.
        let letters = (Storyboard.width - Storyboard.margin - left) / 12
        let text = row.text.count > letters ? row.text.prefix(letters - 3) + "..." : row.text
        canvas.text(String(text), x: left, y: y, color: ExplainPicture.faint, scale: 2)
    }
}
