/// A list of signals as ThreatExchange's tools exchange it by file: a line for each, its type and the signal
/// (`local_file` of `python-threatexchange`; the tools' command `hash` prints the same).
public enum SignalList {
    public struct Entry: Sendable, Equatable {
        public var type: SignalType
        /// In its normal spelling.
        public var signal: String

        public init(_ type: SignalType, _ signal: String) {
            self.type = type
            self.signal = signal
        }
    }

    /// A day of vPDQ at four frames a second is 29 MB.
    public static let bytesMax = 64 << 20

    public static func format(_ entries: [Entry]) -> String {
        entries.map { "\($0.type.rawValue) \($0.signal)\n" }.joined()
    }

    /// - Throws: `InteropError` naming the first line that is no signal of a type that Moiré knows.
    public static func parse(_ text: String) throws(InteropError) -> [Entry] {
        guard text.utf8.count <= bytesMax else {
            throw InteropError(
                .overLimit, "A list of signals may have \(bytesMax) bytes; this one has \(text.utf8.count).")
        }
        var entries: [Entry] = []
        var number = 0
        // By bytes: "\r\n" is a single Character.
        for raw in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let line = String(decoding: raw, as: UTF8.self).trimmed
            if line.isEmpty { continue }
            let parts = line.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let type = SignalType(rawValue: String(parts[0])) else {
                let known = SignalType.allCases.map(\.rawValue).joined(separator: ", ")
                throw InteropError(.malformed, "Line \(number) is not a type (\(known)) and a signal.")
            }
            do { entries.append(Entry(type, try type.validated(parts[1].trimmed))) } catch {
                throw InteropError(error.code, "Line \(number): \(error.sentence)")
            }
        }
        return entries
    }
}
