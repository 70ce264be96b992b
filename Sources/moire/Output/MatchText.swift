import FingerprintIndex
import Fleet
import Foundation
import Frames
import Report

/// Matches as a person reads them.
enum MatchText {
    static func answer(_ answer: LookupAnswer) -> [String] {
        var lines = [answer.query]
        if let failure = answer.failure { return lines + ["  \(failure.sentence) (\(failure.reason))"] }
        if answer.matches.isEmpty { lines.append("  no match among \(answer.searched) references") }
        lines += answer.matches.map { "  " + line($0) }
        if let words = answer.recapture.flatMap(RecaptureWords.suspicion) { lines.append("  the query \(words)") }
        return lines
    }

    static func line(_ match: Match) -> String {
        var notes: [String] = []
        if let picture = TransformWords.of(match, .short) { notes.append(picture) }
        if abs(match.speed - 1) > 0.01 { notes.append(String(format: "%.2fx speed", match.speed)) }
        if let pitch = match.audio?.pitch, abs(pitch) >= 0.25 { notes.append(String(format: "%+.1f semitones", pitch)) }
        if let carriers = match.audio?.popularity, carriers > 1 {
            notes.append("\(carriers) references carry the sound")
        }
        notes.append(
            "covers \(Output.percent(match.queryCoverage)) of it and \(Output.percent(match.referenceCoverage)) of the reference"
        )
        return String(format: "%.3f", match.score) + "  \(match.reference)  \(match.modality.rawValue)  "
            + "\(range(match.queryStart, match.queryEnd)) \(match.modality == .audio ? "plays" : "shows") \(range(match.referenceStart, match.referenceEnd)) of it  "
            + "(\(notes.joined(separator: ", ")))"
    }

    static func range(_ start: Double, _ end: Double) -> String { "\(Output.seconds(start))–\(Output.seconds(end)) s" }
}
