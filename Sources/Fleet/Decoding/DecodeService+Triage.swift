import DecodeWire
public import Frames
public import Records

/// What came of the key frames of one file.
public struct Triaged: Sendable {
    public var record: TriageRecord
    /// Processor time of the decode child.
    public var cpuSeconds: Double
    /// Processor time by stage; nil unless it was asked for and the child answered.
    public var stageSeconds: [ExtractStage: Double]?
}

extension DecodeService {
    /// A pass over the key frames of a file, at a small part of a full extraction's cost. Whatever is wrong with the file
    /// is in the record's outcome.
    ///
    /// - Parameter timesStages: also tell what each stage cost. The record is the same either way.
    public func triage(path input: String, timesStages: Bool = false) throws(DecodeError) -> Triaged {
        let file: Opened
        switch try opened(input) {
        case .refused(let refusal):
            let record = TriageRecord(
                input: .init(path: input, bytes: refusal.bytes), outcome: refusal.outcome, media: nil, found: nil,
                producer: producer([], nil))
            return Triaged(record: record, cpuSeconds: 0)
        case .file(let opened): file = opened
        }
        let passed = try passed(
            .triage(timesStages: timesStages), over: file, input,
            outputBytesMax: AnswerFrame.headerBytes + AnswerFrame.jsonBytesMax)
        let believed = Self.believed(passed, timesStages)
        let record = TriageRecord(
            input: passed.input, outcome: believed.answer.outcome, media: believed.answer.media,
            found: believed.answer.found, producer: passed.producer)
        return Triaged(
            record: record, cpuSeconds: passed.run.cpuSeconds, stageSeconds: believed.stageSeconds)
    }

    private static func believed(_ passed: Passed, _ timesStages: Bool) -> AnswerCheck.Triaged {
        if let failure = passed.failure { return AnswerCheck.Triaged(answer: TriageAnswer(outcome: failure)) }
        do { return try AnswerCheck.triage(passed.run.output, timesStages: timesStages) } catch {
            return AnswerCheck.Triaged(answer: TriageAnswer(outcome: lie(error)))
        }
    }
}
