public import Fingerprints

/// Signal types under the names that ThreatExchange's tools give them (`python-threatexchange` 1.2, and with it
/// Hasher-Matcher-Actioner), as far as Moiré makes or reads them.
public enum SignalType: String, Sendable, Codable, CaseIterable {
    /// One picture: 64 lower-case hex digits.
    case pdq
    /// A video's pictures: a JSON list of `hash,quality,timestamp`.
    case vpdq
    /// A file as it is: 32 lower-case hex digits of MD5, after which only the same bytes are found.
    case videoMD5 = "video_md5"

    /// What is hashed.
    public enum Content: String, Sendable, Codable, CaseIterable { case photo, video }

    public var content: Content { self == .pdq ? .photo : .video }

    /// `IndicatorType`s under which the exchange itself files such a signal, and the tag that one needs to be read as
    /// this type; none for `vpdq`, which is a local signal type of the tools' own extension.
    public var indicators: [(type: String, tag: String?)] {
        switch self {
        case .pdq: [("HASH_PDQ", nil)]
        case .vpdq: []
        case .videoMD5: [("HASH_VIDEO_MD5", nil), ("HASH_MD5", "media_type_video")]
        }
    }

    /// The signal in its normal spelling.
    ///
    /// As strict as the tools' own `validate_signal_str`, and for `vpdq` stricter: every hash must be of hex digits and
    /// every number plain.
    public func validated(_ signal: String) throws(InteropError) -> String {
        switch self {
        case .pdq:
            guard Self.isLowerHex(signal, digits: 64) else {
                throw InteropError(.malformed, "A PDQ hash is 64 lower-case hex digits.")
            }
            return signal
        case .vpdq:
            _ = try Self.frames(of: signal)
            return signal
        case .videoMD5:
            let plain = signal.trimmed.lowercased()
            guard Self.isLowerHex(plain, digits: 32) else {
                throw InteropError(.malformed, "An MD5 is 32 hex digits.")
            }
            return plain
        }
    }

    /// Reads a `vpdq` signal; an empty one has no frames.
    public static func frames(of signal: String) throws(InteropError) -> [VPDQFrame] {
        if signal.isEmpty { return [] }
        do { return try VPDQFile.parseSignal(signal) } catch {
            throw InteropError(error.code == .overLimit ? .overLimit : .malformed, "The vPDQ signal: \(error).")
        }
    }

    private static func isLowerHex(_ text: String, digits: Int) -> Bool {
        text.utf8.count == digits
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}

extension StringProtocol {
    /// Without the blanks at either end.
    var trimmed: String {
        var rest = Substring(self)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return String(rest)
    }
}
