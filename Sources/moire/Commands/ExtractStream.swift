import Aesthetics
import Fleet
import Foundation
import Frames
import Records
import Synchronization

/// `moire extract --stdin`: what a program that has work for us talks to. A line in is a path or a JSON object with a
/// `path`, as a manifest's lines are; a line out is its record, in the same order, written as soon as it is known.
enum ExtractStream {
    /// A line as it came; `path` is nil where there is none in it.
    private struct Line: Sendable {
        var text: String
        var path: String?

        init(_ text: String) {
            self.text = text
            if text.hasPrefix("{") {
                let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                path = object?["path"] as? String
            } else if !text.allSatisfy(\.isWhitespace) {
                path = text
            }
        }
    }

    /// - Returns: how many lines there were, and how many gave no result.
    ///
    /// - Parameter fast: key frames only.
    /// - Parameter judge: of the model that also scores pictures; nil for none.
    static func run(
        _ decoder: DecodeService, slots: Int, fingerprint: Bool, fast: Bool, judge: AestheticJudge?
    ) throws -> (lines: Int, failed: Int) {
        let counts = Mutex<(lines: Int, failed: Int)>((0, 0))
        try OrderedStream.run(slots: slots) {
            readLine().map { Line($0) }
        } work: { line -> Answer in
            guard let path = line.path else { return unusable(line, fast: fast) }
            do {
                if fast { return Answer(try decoder.triage(path: MediaFiles.absolute(path)).record) }
                let extraction = try decoder.extract(path: MediaFiles.absolute(path))
                return Answer(
                    extraction.record, fingerprint ? extraction.fingerprint : nil,
                    try judge?.signal(of: extraction.record, path: MediaFiles.absolute(path)))
            } catch {
                // The caller may be waiting for our answer with our input still open: end at once, and say why.
                Output.note("moire: \(error)")
                exit(Failure.Code.environment.rawValue)
            }
        } deliver: { _, result in
            counts.withLock {
                $0.lines += 1
                if !result.hasResult { $0.failed += 1 }
            }
            try? Output.value(result.record, as: .jsonl)
        }
        return counts.withLock { $0 }
    }

    /// What is said of a line.
    private struct Answer: Sendable {
        var record: any Encodable & Sendable
        var hasResult: Bool

        init(_ record: ExtractRecord, _ fingerprint: Data? = nil, _ aesthetic: AestheticSignal? = nil) {
            self.record = AnsweredRecord(record, fingerprint: fingerprint, aesthetic: aesthetic)
            hasResult = record.outcome.hasResult
        }

        init(_ record: TriageRecord) {
            self.record = record
            hasResult = record.outcome.hasResult
        }
    }

    private static func unusable(_ line: Line, fast: Bool) -> Answer {
        let input = ExtractRecord.Input(path: String(line.text.prefix(200)), bytes: 0)
        let outcome = Outcome(
            .refused, reason: "bad_line", sentence: "The line is neither a path nor a JSON object with a `path`.")
        let producer = Producer(name: "moire", build: Producer.version)
        guard fast else { return Answer(ExtractRecord(input: input, outcome: outcome, producer: producer)) }
        return Answer(TriageRecord(input: input, outcome: outcome, media: nil, found: nil, producer: producer))
    }
}
