import Aesthetics
import Foundation
import Frames
import Records
import Report
import Signals

/// An extract record as a person reads it.
enum ExtractText {
    static func lines(_ record: ExtractRecord, _ aesthetic: AestheticSignal? = nil) -> [String] {
        var lines = [record.input.path]
        func row(_ name: String, _ text: String) { lines.append(Self.row(name, text)) }
        lines += head(record.outcome, record.media)
        if let signal = record.static {
            row(
                "static",
                signal.share.map { share in
                    let spans = signal.spans.map {
                        "\($0.kind.rawValue) \(Output.seconds($0.start))–\(Output.seconds($0.end)) s"
                            + ($0.under.map { " (\($0.rawValue))" } ?? "")
                    }
                    return ([Output.percent(share)] + spans).joined(separator: ", ")
                } ?? "not judged: \(signal.abstainReason ?? "no reason given")")
        }
        if let signal = record.quality { lines += quality(signal) }
        if let aesthetic { row("aesthetic", words(aesthetic)) }
        if let signal = record.recapture {
            row(
                "recapture",
                signal.probability.map { String(format: "probability %.2f", $0) }
                    ?? "not judged: \(signal.abstainReason ?? "no reason given")")
            for sentence in RecaptureWords.sentences(signal) { lines.append("    \(sentence)") }
            if let sound = signal.sound {
                row(
                    "replayed",
                    sound.probability.map { String(format: "probability %.2f that the sound is off a loudspeaker", $0) }
                        ?? "sound not judged: \(sound.abstainReason ?? "no reason given")")
                for sentence in RecaptureWords.sentences(sound) { lines.append("    \(sentence)") }
            }
        }
        if let signal = record.sound {
            var parts: [String] = []
            if let loudness = signal.integratedLUFS { parts.append(String(format: "%.1f LUFS", loudness)) }
            if let share = signal.silenceShare { parts.append("silent \(Output.percent(share))") }
            if let share = signal.clippingShare, share > 0 {
                parts.append(String(format: "clipped %.2f %%", share * 100))
            }
            if let bandwidth = signal.bandwidthHz { parts.append("up to \(Int(bandwidth)) Hz") }
            if let kind = signal.channelKind { parts.append(kind.rawValue.replacing("_", with: " ")) }
            if let share = signal.speechShare { parts.append("like speech \(Output.percent(share))") }
            if let share = signal.musicShare { parts.append("like music \(Output.percent(share))") }
            if signal.musicBed == true { parts.append("music under speech") }
            if let reason = signal.abstainReason { parts.append("not judged: \(reason)") }
            row("loudness", parts.joined(separator: ", "))
        }
        if let prints = record.fingerprints {
            row(
                "fingerprint",
                "\(prints.videoFrames) frames\(note(prints.videoAbstainReason)), \(prints.audioPeaks) peaks of sound\(note(prints.audioAbstainReason)), \(prints.bytes) bytes"
            )
        }
        if let print = record.fingerprints?.chromaprint {
            let part = print.secondsMax.map { " of the first \(Output.seconds($0)) s" } ?? " of all"
            row("chromaprint", "\(print.words) words\(part)\(note(print.abstainReason)), \(print.library)")
        }
        return lines
    }

    static func row(_ name: String, _ text: String) -> String {
        "  \(name.padding(toLength: 12, withPad: " ", startingAt: 0))\(text)"
    }

    /// How the file ended, and what its streams are.
    static func head(_ outcome: Outcome, _ media: MediaInfo?) -> [String] {
        var lines = [row("outcome", "\(outcome.kind.rawValue) (\(outcome.reason)): \(outcome.sentence)")]
        if let video = media?.video {
            lines.append(
                row(
                    "picture",
                    "\(video.width)x\(video.height) \(video.codec) \(video.pixelFormat)"
                        + (video.rotation == 0 ? "" : ", turned \(video.rotation)°")))
        }
        if let audio = media?.audio {
            lines.append(row("sound", "\(audio.codec) \(audio.sampleRateHz) Hz, \(audio.channels) channels"))
        }
        return lines
    }

    /// - Parameter note: behind the score.
    static func quality(_ signal: QualitySignal, note: String = "") -> [String] {
        let score =
            signal.score.map { "\(Int($0.rounded())) of 100\(note)" }
            ?? "not judged: \(signal.abstainReason ?? "no reason given")"
        func lines(isScored: Bool) -> [String] {
            signal.parts(isScored: isScored).map { name, part in
                "    \(name.padding(toLength: 15, withPad: " ", startingAt: 0))"
                    + String(format: "%3.0f", part.score) + "  \(part.sentence)"
            }
        }
        let told = lines(isScored: false)
        return [row("quality", score)] + lines(isScored: true)
            + (told.isEmpty ? [] : ["  told beside it"] + told)
    }

    /// The model is named with the number: it is on that model's scale, not on ours.
    private static func words(_ signal: AestheticSignal) -> String {
        let by = " by \(signal.model.name) (\(signal.scale))"
        guard let score = signal.score, let lowest = signal.lowest, let at = signal.lowestAt else {
            return "not judged" + by + ": \(signal.abstainReason?.rawValue ?? "no reason given")"
        }
        let pictures = signal.pictures.count == 1 ? "1 picture" : "\(signal.pictures.count) pictures"
        return String(format: "%.4g", score) + by
            + String(format: ", mean of \(pictures), lowest %.4g at \(Output.seconds(at)) s", lowest)
    }

    private static func note(_ reason: String?) -> String { reason.map { " (\($0))" } ?? "" }
}
