import Foundation
import Frames
import Records
import Signals

/// A triage record as a person reads it.
enum TriageText {
    static func lines(_ record: TriageRecord) -> [String] {
        var lines = [record.input.path]
        func row(_ name: String, _ text: String) { lines.append(ExtractText.row(name, text)) }
        row("mode", "triage by key frames (--fast); this is not a full extraction")
        lines += ExtractText.head(record.outcome, record.media)
        if let frames = record.keyFrames { row("key frames", words(frames)) }
        if let quality = record.quality { lines += ExtractText.quality(quality, note: " on key frames") }
        if let prints = record.fingerprints, !prints.keyFrames.isEmpty {
            row(
                "hashes",
                "\(prints.keyFrames.count) of key frames (\(prints.version)); fingerprints only in a full extraction")
        }
        let unseen = [
            ("static", record.static?.abstainReason), ("recapture", record.recapture?.abstainReason),
            ("loudness", record.sound?.abstainReason),
        ]
        for (name, reason) in unseen { if let reason { row(name, "not judged: \(reason)") } }
        row("advice", sentence(record.decode.reason))
        return lines
    }

    private static func words(_ frames: KeyFrameSignal) -> String {
        let pictures =
            switch frames.pictures {
            case .alike: "all alike: it may be one still picture"
            case .different: "clearly different: not one still picture"
            case .unclear: "neither alike nor clearly different"
            case nil: "not compared: \(frames.abstainReason ?? "no reason given")"
            }
        let between =
            if let key = frames.keyBytes, let other = frames.otherBytes, key > 0 {
                String(format: "; frames between them take %.1f %% of their bytes", 100 * other / key)
            } else { "" }
        return "\(frames.decoded) of \(frames.found) decoded, \(pictures)\(between)"
    }

    private static func sentence(_ reason: TriageRecord.Advice.Reason) -> String {
        switch reason {
        case .noResult: "no full extraction: it would end in the same way"
        case .nothingToSee: "no full extraction needed: key frames of one colour, and no sound"
        case .notJudged: "full extraction: the triage was cut short"
        case .soundOnly: "full extraction: there is only sound, which a triage does not decode"
        case .noKeyFrame: "full extraction: no key frame could be decoded"
        case .singleKeyFrame: "full extraction: one key frame tells nothing of the rest"
        case .mayBeStill: "full extraction: only every frame tells whether it is one still picture"
        case .flatPicture: "full extraction: key frames of one colour, and sound"
        case .ordinary: "full extraction for its fingerprints and for what needs every frame"
        }
    }
}
