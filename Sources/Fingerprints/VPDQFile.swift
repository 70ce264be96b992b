/// One frame of a vPDQ file.
public struct VPDQFrame: Sendable, Equatable {
    /// Number of the frame in its video; in the JSON form, which has none, its place in the list.
    public var frame: Int
    /// 0...100.
    public var quality: Int
    public var hash: PDQHash
    /// Seconds from the start of the video.
    public var timestamp: Double

    public init(frame: Int, quality: Int, hash: PDQHash, timestamp: Double) {
        self.frame = frame
        self.quality = quality
        self.hash = hash
        self.timestamp = timestamp
    }
}

/// Meta's two texts for the hashes of a video.
///
/// The file of `vpdq-hash-video`: one line `frame,quality,hex,timestamp` a frame, seconds with three
/// decimals (facebook/ThreatExchange `vpdq/cpp`). The signal of `python-threatexchange`: a JSON list
/// of strings `hex,quality,timestamp`. Reading is lenient about blanks, empty lines, line ends and a
/// byte order mark, and about how timestamps are written (older files have three significant digits
/// instead of three decimals); it is strict about everything else.
public enum VPDQFile {
    /// Frames in one text; a day at 60 a second is 5.2 million.
    public static let maximumFrames = 10_000_000

    // MARK: The file

    public static func parse(_ text: some StringProtocol) throws(FingerprintError) -> [VPDQFrame] {
        var frames: [VPDQFrame] = []
        var line = 0
        // By bytes: "\r\n" is a single Character.
        for raw in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let content = String(decoding: raw, as: UTF8.self)
            let fields = fields(of: line == 1 ? withoutMark(content) : content[...])
            if fields == [""] { continue }
            guard frames.count < maximumFrames else { throw tooMany(line: line) }
            guard fields.count == 4 else {
                throw FingerprintError(
                    .malformed, "expected frame,quality,hash,timestamp, found \(fields.count) fields",
                    line: line)
            }
            guard let frame = Int(fields[0]), frame >= 0 else {
                throw FingerprintError(.malformed, "'\(clipped(fields[0]))' is not a frame number", line: line)
            }
            frames.append(
                try makeFrame(
                    number: frame, quality: fields[1], hash: fields[2], timestamp: fields[3],
                    line: line))
        }
        return frames
    }

    public static func format(_ frames: [VPDQFrame]) -> String {
        var text = ""
        text.reserveCapacity(frames.count * 84)
        for frame in frames {
            text += "\(frame.frame),\(frame.quality),\(frame.hash.hex),\(seconds(frame.timestamp))\n"
        }
        return text
    }

    /// Reads whichever of the texts it is: the file; the JSON signal; or the signal behind its type's name, as
    /// `threatexchange hash video` prints it.
    public static func parseAny(_ text: some StringProtocol) throws(FingerprintError) -> [VPDQFrame] {
        var rest = withoutMark(String(text))
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        if rest.hasPrefix("vpdq ") { rest = rest.dropFirst(5) }
        return rest.drop(while: \.isWhitespace).first == "[" ? try parseSignal(rest) : try parse(text)
    }

    // MARK: The JSON signal

    /// Reads a JSON list of strings; `line` in errors counts the list's entries from 1.
    public static func parseSignal(_ json: some StringProtocol) throws(FingerprintError) -> [VPDQFrame] {
        var scanner = StringListScanner(Array(json.utf8))
        var frames: [VPDQFrame] = []
        while let entry = try scanner.next() {
            let number = frames.count + 1
            guard frames.count < maximumFrames else { throw tooMany(line: number) }
            let fields = fields(of: entry[...])
            guard fields.count == 3 else {
                throw FingerprintError(
                    .malformed, "expected hash,quality,timestamp, found \(fields.count) fields",
                    line: number)
            }
            frames.append(
                try makeFrame(
                    number: frames.count, quality: fields[1], hash: fields[0],
                    timestamp: fields[2], line: number))
        }
        return frames
    }

    public static func formatSignal(_ frames: [VPDQFrame]) -> String {
        let entries = frames.map { "\"\($0.hash.hex),\($0.quality),\(seconds($0.timestamp))\"" }
        return "[" + entries.joined(separator: ", ") + "]"
    }

    // MARK: Parts

    private static func makeFrame(
        number: Int, quality: Substring, hash: Substring, timestamp: Substring,
        line: Int
    ) throws(FingerprintError) -> VPDQFrame {
        guard let quality = Int(quality), 0...100 ~= quality else {
            throw FingerprintError(.malformed, "'\(clipped(quality))' is not a quality from 0 to 100", line: line)
        }
        guard let parsed = PDQHash(hex: hash) else {
            throw FingerprintError(.malformed, "'\(clipped(hash))' is not 64 hex digits", line: line)
        }
        guard let time = Double(timestamp), time.isFinite, time >= 0, time < 1e9 else {
            throw FingerprintError(.malformed, "'\(clipped(timestamp))' is not a time in seconds", line: line)
        }
        return VPDQFrame(frame: number, quality: quality, hash: parsed, timestamp: time)
    }

    private static func fields(of line: Substring) -> [Substring] {
        line.split(separator: ",", omittingEmptySubsequences: false).map { field in
            var field = field
            while let first = field.first, first.isWhitespace { field.removeFirst() }
            while let last = field.last, last.isWhitespace { field.removeLast() }
            return field
        }
    }

    private static func withoutMark(_ text: String) -> Substring {
        text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
    }

    private static func clipped(_ text: Substring) -> String {
        text.count > 80 ? text.prefix(80) + "…" : String(text)
    }

    private static func tooMany(line: Int) -> FingerprintError {
        FingerprintError(.overLimit, "more than \(maximumFrames) frames", line: line)
    }

    /// Seconds with three decimals, as C's `%.3f` writes them.
    private static func seconds(_ time: Double) -> String {
        let clamped = time.isFinite ? min(max(time, 0), 1e9) : 0
        let thousandths = Int((clamped * 1000).rounded(.toNearestOrEven))
        let fraction = String(thousandths % 1000)
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}

extension VPDQFrame {
    public init(_ code: FrameCode, frame: Int) {
        self.init(frame: frame, quality: Int(code.quality), hash: code.hash, timestamp: Double(code.ptsMs) / 1000)
    }
}

extension VideoFingerprint {
    /// As vPDQ frames, numbered in order.
    public var vpdqFrames: [VPDQFrame] {
        frames.enumerated().map { VPDQFrame($1, frame: $0) }
    }

    /// From vPDQ frames, brought into order of time.
    public init(vpdqFrames frames: [VPDQFrame]) {
        let inOrder = frames.sorted { ($0.timestamp, $0.frame) < ($1.timestamp, $1.frame) }
        self.init(
            frames: inOrder.map { frame in
                let ms = frame.timestamp.isFinite ? min(max(frame.timestamp * 1000, 0), Double(UInt32.max)) : 0
                return FrameCode(ptsMs: UInt32(ms.rounded()), hash: frame.hash, quality: UInt8(clamping: frame.quality))
            })
    }
}
