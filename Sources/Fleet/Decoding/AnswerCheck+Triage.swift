import DecodeWire
import Fingerprints
import Frames
import Records
import Signals

extension AnswerCheck {
    /// An answer that can be believed.
    struct Triaged {
        var answer: TriageAnswer
        /// Nil unless they were asked for.
        var stageSeconds: [ExtractStage: Double]?
    }

    static func triage(_ output: [UInt8], timesStages: Bool = false) throws -> Triaged {
        let frame = try AnswerFrame(parsing: output, blobBytesMax: 0)
        let answer = try CanonicalJSON.decode(TriageAnswer.self, from: frame.json)
        try plausible(answer)
        guard [.complete, .partial, .refused, .undecodable].contains(answer.outcome.kind) else {
            throw Reason("a child cannot say of itself that it \(answer.outcome.kind)")
        }
        try outcome(answer.outcome)
        let times = try stageSeconds(answer.stageSeconds, areAsked: timesStages)
        guard (answer.found != nil) == answer.outcome.hasResult else {
            throw Reason("key frames without a result, or a result without them")
        }
        if let found = answer.found {
            try keyFrames(found.keyFrames)
            try codes(found.fingerprints, decoded: found.keyFrames.decoded)
            if let score = found.quality.score, !(0...100).contains(score) { throw Reason("a score of \(score)") }
            guard found.quality.curve == nil, found.quality.worst == nil else {
                throw Reason("a quality of every frame, of key frames")
            }
        }
        return Triaged(answer: answer, stageSeconds: times)
    }

    private static func keyFrames(_ signal: KeyFrameSignal) throws {
        guard (0...signal.packets).contains(signal.found), (0...signal.found).contains(signal.decoded),
            signal.abstainReason.map(isCode) ?? true, (signal.abstainReason == nil) == (signal.pictures != nil)
        else { throw Reason("key frames that no file has") }
        if let share = signal.changedShare, !(0...1).contains(share) { throw Reason("a share of \(share)") }
        for bytes in [signal.keyBytes, signal.otherBytes] {
            if let bytes, !(0...Double(Int32.max)).contains(bytes) { throw Reason("packets of \(bytes) bytes") }
        }
        for seconds in [signal.first, signal.last, signal.longestGap] { if let seconds { try time(seconds) } }
    }

    private static func codes(_ codes: TriageRecord.KeyFrameCodes, decoded: Int) throws {
        guard codes.keyFrames.count <= min(decoded, TriageRecord.KeyFrameCodes.framesMax),
            codes.abstainReason.map(isCode) ?? true,
            codes.keyFrames.allSatisfy({ PDQHash(hex: $0.pdq) != nil && (0...100).contains($0.quality) })
        else { throw Reason("codes that no key frames have") }
        for code in codes.keyFrames { try time(code.pts) }
    }
}
