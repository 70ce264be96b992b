internal import FoundationEssentials

/// The texts of `fpcalc`, Chromaprint's command.
///
/// Written: its JSON, `fpcalc -json` (`"fingerprint"` is the compressed text, for AcoustID) or
/// `fpcalc -raw -json -signed` (a list of signed words, for ISCC). Read: these, the unsigned list, the
/// two lines `DURATION=` and `FINGERPRINT=` of its default output, and a fingerprint alone (`-plain`);
/// each with the fingerprint compressed or raw. One fingerprint a text: what `-chunk` prints is refused.
public enum ChromaprintFile {
    /// How the fingerprint is written.
    public enum Form: String, Sendable, CaseIterable {
        /// The compressed text.
        case compressed
        /// Signed words.
        case raw
    }

    /// Bytes of one text; `Chromaprint.wordsMax` signed words take 12 MB.
    public static let bytesMax = 20 << 20

    /// The bytes that `fpcalc` prints, line end included.
    public static func format(_ print: Chromaprint, as form: Form) -> String {
        let value =
            switch form {
            case .compressed: "\"\(print.compressed ?? "")\""
            case .raw: "[" + print.words.map { String(Int32(bitPattern: $0)) }.joined(separator: ",") + "]"
            }
        return "{\"duration\": \(hundredths(print.duration ?? 0)), \"fingerprint\": \(value)}\n"
    }

    public static func parse(_ bytes: [UInt8]) throws(FingerprintError) -> Chromaprint {
        guard bytes.count <= bytesMax else {
            throw FingerprintError(.overLimit, "\(bytes.count) bytes, a Chromaprint text may have \(bytesMax)")
        }
        let blanks: Set<UInt8> = [9, 10, 13, 32]
        guard let first = bytes.first(where: { !blanks.contains($0) }) else {
            throw FingerprintError(.truncated, "nothing is in it")
        }
        if first == UInt8(ascii: "{") { return try json(bytes) }
        return try lines(bytes)
    }

    // MARK: JSON

    private struct Object: Decodable {
        var duration: Double?
        var fingerprint: Value

        enum Value: Decodable {
            case words([Int64])
            case text(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let text = try? container.decode(String.self) {
                    self = .text(text)
                } else {
                    self = .words(try container.decode([Int64].self))
                }
            }
        }
    }

    private static func json(_ bytes: [UInt8]) throws(FingerprintError) -> Chromaprint {
        let object: Object
        do {
            object = try JSONDecoder().decode(Object.self, from: Data(bytes))
        } catch {
            throw FingerprintError(
                .malformed, "not one JSON object with duration and fingerprint, as `fpcalc -json` prints it")
        }
        var print =
            switch object.fingerprint {
            case .text(let text): try Chromaprint(compressed: text)
            case .words(let words): try raw(words.count, words)
            }
        print.duration = try object.duration.map(checked)
        return print
    }

    // MARK: Lines

    private static func lines(_ bytes: [UInt8]) throws(FingerprintError) -> Chromaprint {
        var duration: Double?
        var found: Chromaprint?
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let text = String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            if text.isEmpty { continue }
            do throws(FingerprintError) {
                if text.utf8.starts(with: "DURATION=".utf8) {
                    guard let seconds = Double(text.dropFirst("DURATION=".count)) else {
                        throw FingerprintError(.malformed, "DURATION is no number")
                    }
                    duration = try checked(seconds)
                    continue
                }
                guard found == nil else { throw FingerprintError(.malformed, "a second fingerprint") }
                let prefix = "FINGERPRINT="
                let value = text.utf8.starts(with: prefix.utf8) ? text.dropFirst(prefix.count) : text[...]
                found = try fingerprint(value)
            } catch {
                throw FingerprintError(error.code, error.sentence, line: number)
            }
        }
        guard var print = found else { throw FingerprintError(.truncated, "no line with a fingerprint") }
        print.duration = duration
        return print
    }

    /// Compressed or raw: the compressed text of every algorithm there is begins with `A`.
    private static func fingerprint(_ text: Substring) throws(FingerprintError) -> Chromaprint {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first) else {
            return try Chromaprint(compressed: text)
        }
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        var words: [Int64] = []
        words.reserveCapacity(min(fields.count, Chromaprint.wordsMax))
        for field in fields {
            guard let word = Int64(field) else {
                throw FingerprintError(.malformed, "'\(field.prefix(20))' is not a Chromaprint word")
            }
            words.append(word)
        }
        return try raw(words.count, words)
    }

    // MARK: Parts

    /// Words as signed or as unsigned numbers: `fpcalc` writes the latter unless told `-signed`.
    private static func raw(_ count: Int, _ numbers: [Int64]) throws(FingerprintError) -> Chromaprint {
        guard count <= Chromaprint.wordsMax else {
            throw FingerprintError(.overLimit, "\(count) Chromaprint words, allowed are \(Chromaprint.wordsMax)")
        }
        var words: [UInt32] = []
        words.reserveCapacity(count)
        for number in numbers {
            guard number >= Int64(Int32.min), number <= Int64(UInt32.max) else {
                throw FingerprintError(.malformed, "\(number) is not a Chromaprint word of 32 bits")
            }
            words.append(UInt32(truncatingIfNeeded: number))
        }
        return Chromaprint(words: words)
    }

    private static func checked(_ seconds: Double) throws(FingerprintError) -> Double {
        guard seconds.isFinite, (0...FingerprintLimits.duration).contains(seconds) else {
            throw FingerprintError(.malformed, "a duration of \(seconds) s")
        }
        return seconds
    }

    /// Two decimals as `fpcalc` gives them: it knows whole milliseconds, cut off, and prints them with
    /// C's `%.2f`, which rounds the binary number (1.005 is below its name, and becomes 1.00).
    private static func hundredths(_ seconds: Double) -> String {
        let clamped = seconds.isFinite ? min(max(seconds, 0), FingerprintLimits.duration) : 0
        // Ten microseconds forgive a sum of block lengths that ends just under its millisecond.
        let value = ((clamped + 1e-5) * 1000).rounded(.down) / 1000
        let scaled = value * 100
        var whole = scaled.rounded(.down)
        let rest = scaled - whole
        // What the multiplication rounded away decides a tie.
        let lost = (-scaled).addingProduct(value, 100)
        if rest > 0.5 || (rest == 0.5 && (lost > 0 || (lost == 0 && Int(whole) % 2 == 1))) { whole += 1 }
        let fraction = String(Int(whole) % 100)
        return "\(Int(whole) / 100)." + String(repeating: "0", count: 2 - fraction.count) + fraction
    }
}
