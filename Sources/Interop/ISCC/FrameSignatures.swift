/// The MPEG-7 frame signatures of a video (ISO/IEC 15938-3, the Video Signature): 380 values of 0, 1 or 2 a frame, each
/// saying how two areas of the picture differ.
///
/// Read from the files of FFmpeg's filter `signature`, its XML and its binary form (§11.6 of the standard: bits, highest
/// first). Moiré does not compute them itself: the standard's 380 pairs of areas are another description of a picture
/// than any that it measures, and what ISCC's own tools take is FFmpeg's. The filter runs outside of Moiré's sandbox;
/// whoever runs it on strangers' files should confine it.
public struct FrameSignatures: Sendable, Equatable {
    /// Values of one frame.
    public static let elements = 380
    /// Frames of one file: eleven hours at ISCC's five a second.
    public static let framesMax = 200_000
    /// Bytes of a file: 1,200 a frame in XML, with as much again for what stands between.
    public static let bytesMax = 512 << 20

    /// In order of time, `elements` values each.
    public var frames: [[UInt8]]

    public init(frames: [[UInt8]]) {
        precondition(frames.allSatisfy { $0.count == Self.elements }, "a frame signature of another length")
        self.frames = frames
    }

    /// Reads either form; what begins with `<` is XML.
    public init(_ bytes: [UInt8]) throws(InteropError) {
        guard bytes.count <= Self.bytesMax else {
            throw InteropError(
                .overLimit, "Frame signatures may have \(Self.bytesMax) bytes; these have \(bytes.count).")
        }
        let first = bytes.first { $0 != 32 && $0 != 9 && $0 != 10 && $0 != 13 }
        frames = first == UInt8(ascii: "<") ? try Self.xml(bytes) : try Self.binary(bytes)
        guard !frames.isEmpty else { throw InteropError(.empty, "There is no frame signature in it.") }
    }

    // MARK: XML

    /// What stands between `<FrameSignature>` and its end, in all of the file.
    private static func xml(_ bytes: [UInt8]) throws(InteropError) -> [[UInt8]] {
        let (open, close) = (Array("<FrameSignature>".utf8), Array("</FrameSignature>".utf8))
        var frames: [[UInt8]] = []
        var at = 0
        while let start = find(open, in: bytes, from: at) {
            guard let end = find(close, in: bytes, from: start) else {
                throw InteropError(.malformed, "Frame signature \(frames.count + 1) does not end.")
            }
            guard frames.count < framesMax else { throw tooMany }
            var values: [UInt8] = []
            values.reserveCapacity(elements)
            for byte in bytes[start + open.count..<end] where byte != 32 && byte != 9 && byte != 10 && byte != 13 {
                guard (UInt8(ascii: "0")...UInt8(ascii: "2")).contains(byte) else {
                    throw InteropError(
                        .malformed, "Frame signature \(frames.count + 1) has something else than 0, 1, 2.")
                }
                values.append(byte - UInt8(ascii: "0"))
            }
            guard values.count == elements else {
                throw InteropError(
                    .malformed, "Frame signature \(frames.count + 1) has \(values.count) values, not \(elements).")
            }
            frames.append(values)
            at = end + close.count
        }
        return frames
    }

    private static func find(_ text: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= text.count else { return nil }
        var at = start
        while at <= bytes.count - text.count {
            if bytes[at] == text[0], bytes[at..<at + text.count].elementsEqual(text) { return at }
            at += 1
        }
        return nil
    }

    // MARK: Binary

    /// The fields of one region, with FFmpeg's choices: a spatial location, times, no compression.
    private static func binary(_ bytes: [UInt8]) throws(InteropError) -> [[UInt8]] {
        var bits = BitReader(bytes)
        guard try bits.read(32) == 1 else {
            throw InteropError(.malformed, "These are no frame signatures: one spatial region was expected.")
        }
        if try bits.read(1) == 1 { try bits.skip(4 * 16) }
        try bits.skip(32)  // first frame
        let count = Int(try bits.read(32))
        guard count <= framesMax else { throw tooMany }
        try bits.skip(16)  // unit of time
        if try bits.read(1) == 1 { try bits.skip(2 * 32) }
        let segments = Int(try bits.read(32))
        // A segment is 90 frames and begins every 45.
        guard segments <= framesMax else { throw tooMany }
        for _ in 0..<segments {
            try bits.skip(2 * 32)
            if try bits.read(1) == 1 { try bits.skip(2 * 32) }
            try bits.skip(5 * 243)  // bags of words
        }
        guard try bits.read(1) == 0 else {
            throw InteropError(.malformed, "These frame signatures are compressed, which FFmpeg's are not.")
        }
        var frames: [[UInt8]] = []
        for _ in 0..<count {
            if try bits.read(1) == 1 { try bits.skip(32) }
            try bits.skip(8 + 5 * 8)  // confidence, words
            var values: [UInt8] = []
            values.reserveCapacity(elements)
            for _ in 0..<elements / 5 {
                // Five values of base 3 in one byte, highest first.
                var packed = try bits.read(8)
                guard packed < 243 else {
                    throw InteropError(.malformed, "Frame signature \(frames.count + 1) has a byte over 242.")
                }
                var five: [UInt8] = []
                for power in [81, 27, 9, 3, 1] as [UInt32] {
                    five.append(UInt8(packed / power))
                    packed %= power
                }
                values += five
            }
            frames.append(values)
        }
        return frames
    }

    private static var tooMany: InteropError {
        InteropError(.overLimit, "More than \(framesMax) frame signatures.")
    }
}

/// Bits from the highest of the first byte on.
private struct BitReader {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read(_ count: Int) throws(InteropError) -> UInt32 {
        guard at + count <= bytes.count * 8 else { throw Self.truncated }
        var value: UInt32 = 0
        for bit in at..<at + count { value = value << 1 | UInt32(bytes[bit / 8] >> UInt8(7 - bit % 8) & 1) }
        at += count
        return value
    }

    mutating func skip(_ count: Int) throws(InteropError) {
        guard at + count <= bytes.count * 8 else { throw Self.truncated }
        at += count
    }

    private static var truncated: InteropError {
        InteropError(.malformed, "The frame signatures end before their end.")
    }
}
