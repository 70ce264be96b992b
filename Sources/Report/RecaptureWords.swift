import Frames
public import Signals

/// What speaks for a recapture, a sentence for each cue.
public enum RecaptureWords {
    public static func sentences(_ signal: RecaptureSignal) -> [String] {
        // Under one in five, what was seen is ordinary.
        guard let probability = signal.probability, probability >= 0.2 else { return [] }
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

    private static func fixed(_ value: Double, _ digits: Int) -> String { ExplainPicture.fixed(value, digits) }
}
