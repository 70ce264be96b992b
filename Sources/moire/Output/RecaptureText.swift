import Foundation
import Frames
import Signals

/// What speaks for a recapture, a line for each cue.
enum RecaptureText {
    static func lines(_ signal: RecaptureSignal) -> [String] {
        // Under one in five, what was seen is ordinary.
        guard let probability = signal.probability, probability >= 0.2 else { return [] }
        var lines: [String] = []
        if let evidence = signal.evidence {
            if let hz = evidence.bandHz, let cycles = evidence.bandCycles {
                let lamp = evidence.bandsAtLampBeat == true ? "; lamps on the mains roll so, too" : ""
                lines.append(
                    String(format: "bands roll through the picture at %.1f Hz, %d over its height", hz, cycles) + lamp)
            }
            if let horizontal = evidence.moireHorizontal, let vertical = evidence.moireVertical {
                let cycles = (horizontal * horizontal + vertical * vertical).squareRoot()
                lines.append(
                    String(format: "one pattern repeats all over the picture, every %.1f pixels (moiré)", 1 / cycles))
            }
            if evidence.outline != nil { lines.append("a bright, tilted outline sways in a dark surround") }
        }
        if !signal.spans.isEmpty {
            let spans = signal.spans.map { "\(Output.seconds($0.start))–\(Output.seconds($0.end)) s" }
            lines.append("filmed: " + spans.joined(separator: ", "))
        }
        return lines
    }
}
