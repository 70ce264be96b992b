/// What only a query needs, in the stored form: margins, 64 bytes a frame, the low words, then the high words; and insets,
/// three of 96 bytes a frame, each its hash, then its margins.
///
/// A section is there when its flag is set in the header. They follow the peaks in this order and need no count: the
/// frames have one.
extension MediaFingerprint {
    /// Bits of the header's flags.
    static let marginsFlag: UInt16 = 1
    static let localFlag: UInt16 = 2
    static let insetsFlag: UInt16 = 4
    static let movementFlag: UInt16 = 8
    private static let marginBytes = 64
    private static let insetBytes = 96

    static func write(_ margins: [FrameMargins], to body: inout ByteWriter) {
        for margin in margins { write(margin, to: &body) }
    }

    static func write(_ insets: [FrameInset], to body: inout ByteWriter) {
        for inset in insets {
            write(inset.hash, to: &body)
            write(inset.margins, to: &body)
        }
    }

    private static func write(_ margins: FrameMargins, to body: inout ByteWriter) {
        write(margins.low, to: &body)
        write(margins.high, to: &body)
    }

    private static func write(_ hash: PDQHash, to body: inout ByteWriter) {
        body.integer(hash.word0)
        body.integer(hash.word1)
        body.integer(hash.word2)
        body.integer(hash.word3)
    }

    static func readMargins(_ count: Int, from body: inout ByteReader) throws(FingerprintError) -> [FrameMargins] {
        try check(count, "margins", of: marginBytes, most: FingerprintLimits.marginFrames, body)
        var margins: [FrameMargins] = []
        margins.reserveCapacity(count)
        for _ in 0..<count { margins.append(try readMargin(&body)) }
        return margins
    }

    static func readInsets(_ count: Int, from body: inout ByteReader) throws(FingerprintError) -> [FrameInset] {
        try check(count, "insets", of: FrameInset.ofFrame * insetBytes, most: FingerprintLimits.insetFrames, body)
        var insets: [FrameInset] = []
        insets.reserveCapacity(FrameInset.ofFrame * count)
        for _ in 0..<FrameInset.ofFrame * count {
            let hash = try readWords(&body)
            insets.append(FrameInset(hash: hash, margins: try readMargin(&body)))
        }
        return insets
    }

    /// `count` is that of the frames, which are within their limit.
    private static func check(
        _ count: Int, _ what: String, of bytes: Int, most: Int, _ body: ByteReader
    ) throws(FingerprintError) {
        guard count > 0, count <= most else {
            throw FingerprintError(.malformed, "\(what) of \(count) frames")
        }
        guard count * bytes <= body.remaining else {
            throw FingerprintError(.truncated, "\(what) of \(count) frames cannot fit into \(body.remaining) bytes")
        }
    }

    private static func readMargin(_ body: inout ByteReader) throws(FingerprintError) -> FrameMargins {
        let low = try readWords(&body)
        return FrameMargins(low: low, high: try readWords(&body))
    }

    private static func readWords(_ body: inout ByteReader) throws(FingerprintError) -> PDQHash {
        PDQHash(
            try body.integer(UInt64.self), try body.integer(UInt64.self),
            try body.integer(UInt64.self), try body.integer(UInt64.self))
    }
}
