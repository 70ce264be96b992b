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
    static func run(_ decoder: DecodeService, slots: Int, fingerprint: Bool) throws -> (lines: Int, failed: Int) {
        let counts = Mutex<(lines: Int, failed: Int)>((0, 0))
        try OrderedStream.run(slots: slots) {
            readLine().map { Line($0) }
        } work: { line -> (ExtractRecord, Data) in
            guard let path = line.path else { return (unusable(line), Data()) }
            do {
                let extraction = try decoder.extract(path: MediaFiles.absolute(path))
                return (extraction.record, extraction.fingerprint)
            } catch {
                // The caller may be waiting for our answer with our input still open: end at once, and say why.
                Output.note("moire: \(error)")
                exit(Failure.Code.environment.rawValue)
            }
        } deliver: { _, result in
            counts.withLock {
                $0.lines += 1
                if !result.0.outcome.hasResult { $0.failed += 1 }
            }
            try? Output.value(FingerprintedRecord(result.0, fingerprint ? result.1 : nil), as: .jsonl)
        }
        return counts.withLock { $0 }
    }

    private static func unusable(_ line: Line) -> ExtractRecord {
        ExtractRecord(
            input: .init(path: String(line.text.prefix(200)), bytes: 0),
            outcome: Outcome(
                .refused, reason: "bad_line", sentence: "The line is neither a path nor a JSON object with a `path`."),
            producer: Producer(name: "moire", build: Producer.version))
    }
}

/// A record, with the fingerprint's bytes where they were asked for.
struct FingerprintedRecord: Encodable {
    private let record: ExtractRecord
    private let fingerprint: Data?

    private enum CodingKeys: String, CodingKey { case fingerprint }

    /// - Parameter fingerprint: `MediaFingerprint` in its stored form; empty when the outcome has no result.
    init(_ record: ExtractRecord, _ fingerprint: Data?) {
        self.record = record
        self.fingerprint = fingerprint.flatMap { $0.isEmpty ? nil : $0 }
    }

    func encode(to encoder: any Encoder) throws {
        try record.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(fingerprint, forKey: .fingerprint)
    }
}
