import Frames
public import Signals

/// What speaks for a recapture, a sentence for each cue.
public enum RecaptureWords {
    /// From here on it is likelier than not, and said beside a match. What counts against anybody the rules say.
    static let suspicionLeast = 0.5

    /// Under one in five, what was seen or heard is ordinary.
    static let worthTelling = 0.2

    /// "looks filmed off a screen (97 % sure)", for who is at a match; nil where it does not.
    public static func suspicion(_ signal: RecaptureSignal) -> String? {
        guard let probability = signal.probability, probability >= suspicionLeast else { return nil }
        // Rounded down, as in the rules' sentences. A millionth above: 0.29 * 100 is 28.999999999999996.
        return "looks filmed off a screen (\(Int(probability * 100 + 1e-6)) % sure)"
    }

    public static func sentences(_ signal: RecaptureSignal) -> [String] {
        guard let probability = signal.probability, probability >= worthTelling else { return [] }
        var lines: [String] = []
        if let evidence = signal.evidence {
            if let hz = evidence.bandHz, let cycles = evidence.bandCycles {
                let lamp = evidence.bandsAtLampBeat == true ? "; lamps on the mains roll so, too" : ""
                lines.append("bands roll through the picture at \(fixed(hz, 1)) Hz, \(cycles) over its height" + lamp)
            }
            if let horizontal = evidence.moireHorizontal, let vertical = evidence.moireVertical {
                let cycles = (horizontal * horizontal + vertical * vertical).squareRoot()
                lines.append("one pattern repeats all over the picture, every \(fixed(1 / cycles, 1)) pixels (moire)")
            }
            if evidence.outline != nil { lines.append("a bright, tilted outline sways in a dark surround") }
        }
        if !signal.spans.isEmpty {
            let spans = signal.spans.map { "\(fixed($0.start, 1))-\(fixed($0.end, 1)) s" }
            lines.append("filmed: " + spans.joined(separator: ", "))
        }
        return lines
    }

    /// The same of the sound, and that a voice in a room of its own has much of it, too.
    public static func sentences(_ signal: SoundRecapture) -> [String] {
        guard let probability = signal.probability, probability >= worthTelling else { return [] }
        var lines: [String] = []
        if let fall = signal.evidence?.fallDecibelsPerSecond {
            lines.append("hardly anything in the sound dies away faster than \(fixed(fall, 0)) dB a second")
        }
        if let hz = signal.evidence?.humHz, let decibels = signal.evidence?.humDecibels {
            let lift = "\(fixed(hz, 0)) Hz and overtones, \(fixed(decibels, 0)) dB"
            lines.append("steady tones as of mains hum, \(lift), also in pauses")
        }
        if !signal.spans.isEmpty {
            let spans = signal.spans.map { "\(fixed($0.start, 1))-\(fixed($0.end, 1)) s" }
            lines.append("off a loudspeaker: " + spans.joined(separator: ", "))
        }
        lines.append("a hint, no proof: a voice that a phone records in an echoing room may sound the same")
        return lines
    }

    private static func fixed(_ value: Double, _ digits: Int) -> String { ExplainPicture.fixed(value, digits) }
}
