import Frames

/// How a pass is judged, in one place.
///
/// | kind | reason | when |
/// | --- | --- | --- |
/// | complete | `ok` | everything that the container claims came out without an error |
/// | complete | `ok_with_errors` | at most `toleratedErrorShare` of the frames damaged, nothing missing at the end |
/// | partial | `truncated` | a used stream ends earlier than claimed by more than `toleratedShortfall` |
/// | partial | `decode_errors` | more damage than tolerated |
/// | partial | `encrypted` | a clear beginning, ciphertext after it |
/// | partial | `picture_unreadable`, `sound_unreadable` | the other stream was decoded, this one has no decoder or gave nothing |
/// | partial | `read_error` | the input stopped giving bytes with an error |
/// | refused | `over_limit_<name>` | see `MediaLimits` |
/// | partial | `no_key_frame` | only key frames were wanted, and none came out |
/// | undecodable | `empty_file`, `unknown_format`, `broken_header`, `no_streams`, `no_decoder`, `encrypted`, `no_frames` | nothing came out |
enum OutcomeRules {
    /// Share of a stream's frames: a few broken packets in the middle change no measurement.
    static let toleratedErrorShare = 0.05

    /// Seconds that may be missing at a stream's end: claims are rounded, and encoders leave a tail.
    static func toleratedShortfall(claimed: Double) -> Double { max(0.5, 0.05 * claimed) }

    /// One used stream: what was claimed of it, what came out.
    struct Stream {
        let name: String
        let tally: TrackTally
        /// Seconds on the timeline; nil when the container does not say.
        let claimedEnd: Double?
        let end: Double
    }

    static func judge(streams: [Stream], choice: StreamChoice, readErrorText: String?) -> Outcome {
        let until = streams.map(\.end).max() ?? 0
        let isEncrypted = streams.contains { $0.tally.encrypted > 0 }
        let decoded = streams.filter { $0.tally.frames > 0 }
        if decoded.isEmpty {
            if isEncrypted {
                return Outcome(
                    .undecodable, reason: "encrypted", sentence: "The streams are encrypted and no key is at hand.")
            }
            return Outcome(
                .undecodable, reason: "no_frames",
                sentence: "The file has streams, but not one frame or sample could be decoded.")
        }
        func partial(_ reason: String, _ sentence: String) -> Outcome {
            Outcome(.partial, reason: reason, sentence: sentence, decodedUntil: until)
        }
        if isEncrypted {
            return partial("encrypted", "Parts of the file are encrypted; what is in the clear was decoded.")
        }
        if let readErrorText {
            return partial("read_error", "Reading stopped at \(seconds(until)): \(readErrorText).")
        }
        let errors = streams.map(\.tally.errors).reduce(0, +)
        for stream in decoded {
            guard let claimed = stream.claimedEnd, claimed - stream.end > toleratedShortfall(claimed: claimed) else {
                continue
            }
            return partial(
                "truncated",
                "The container claims \(seconds(claimed)) of \(stream.name); \(seconds(stream.end)) are there.")
        }
        for stream in streams where stream.tally.frames == 0 {
            // Lapped transforms give nothing for their first packet, and silent tracks may be empty.
            if stream.name == "sound", stream.tally.packets <= 2, stream.tally.errors == 0 { continue }
            return partial(stream.name + "_unreadable", "Not one frame of the file's \(stream.name) could be decoded.")
        }
        if let codec = choice.unreadableVideo {
            return partial(
                "picture_unreadable", "There is no decoder for the picture (\(codec)); the sound was decoded.")
        }
        if let codec = choice.unreadableAudio {
            return partial("sound_unreadable", "There is no decoder for the sound (\(codec)); the picture was decoded.")
        }
        if decoded.contains(where: { $0.tally.errorShare > toleratedErrorShare }) {
            return partial("decode_errors", "\(errors) packets or frames are damaged.")
        }
        if errors > 0 {
            return Outcome(
                .complete, reason: "ok_with_errors",
                sentence: "Decoded to the end; \(errors) packets or frames are damaged.", decodedUntil: until)
        }
        return Outcome(.complete, reason: "ok", sentence: "Decoded to the end.", decodedUntil: until)
    }

    /// The same judgement of a pass over key frames, in its own words, for not all was decoded.
    static func ofKeyFrames(_ outcome: Outcome, video: TrackTally?, found: Int) -> Outcome {
        var outcome = outcome
        if let video, video.frames == 0, video.packets > 0, video.encrypted == 0,
            outcome.reason == "no_frames" || outcome.reason == "picture_unreadable" || outcome.kind == .complete
        {
            let sentence =
                found == 0
                ? "The file has no key frame; only a full extraction tells what it shows."
                : "None of the file's \(found) key frames gave a picture; a full extraction may find more."
            return Outcome(.partial, reason: "no_key_frame", sentence: sentence, decodedUntil: outcome.decodedUntil)
        }
        guard outcome.kind == .complete else { return outcome }
        let damage = outcome.reason == "ok" ? "" : " " + outcome.sentence.drop { $0 != ";" }.dropFirst(2)
        outcome.sentence = "Read to the end; only key frames were decoded, \(video?.frames ?? 0) of \(found)." + damage
        return outcome
    }

    /// The pass had to end early.
    static func judge(_ ending: Ending, decodedUntil: Double?) -> Outcome {
        let kind: Outcome.Kind =
            switch ending.kind {
            case .refused: .refused
            case .undecodable: .undecodable
            }
        return Outcome(kind, reason: ending.reason, sentence: ending.sentence, decodedUntil: decodedUntil)
    }

    private static func seconds(_ value: Double) -> String { "\((value * 100).rounded() / 100) s" }
}
