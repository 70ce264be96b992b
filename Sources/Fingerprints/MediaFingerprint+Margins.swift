/// Margins in the stored form: 64 bytes a frame, the low words, then the high words.
///
/// The section is there when its flag is set in the header. It follows the peaks and needs no count: there are as many
/// as frames.
extension MediaFingerprint {
    /// Bit of the header's flags.
    static let marginsFlag: UInt16 = 1
    static let localFlag: UInt16 = 2
    private static let marginBytes = 64

    static func write(_ margins: [FrameMargins], to body: inout ByteWriter) {
        for margin in margins {
            for hash in [margin.low, margin.high] {
                body.integer(hash.word0)
                body.integer(hash.word1)
                body.integer(hash.word2)
                body.integer(hash.word3)
            }
        }
    }

    static func readMargins(_ count: Int, from body: inout ByteReader) throws(FingerprintError) -> [FrameMargins] {
        // `count` is that of the frames, which are within their limit.
        guard count > 0, count <= FingerprintLimits.marginFrames else {
            throw FingerprintError(.malformed, "margins of \(count) frames")
        }
        guard count * marginBytes <= body.remaining else {
            throw FingerprintError(.truncated, "margins of \(count) frames cannot fit into \(body.remaining) bytes")
        }
        var margins: [FrameMargins] = []
        margins.reserveCapacity(count)
        for _ in 0..<count {
            let low = try readWords(&body)
            margins.append(FrameMargins(low: low, high: try readWords(&body)))
        }
        return margins
    }

    private static func readWords(_ body: inout ByteReader) throws(FingerprintError) -> PDQHash {
        PDQHash(
            try body.integer(UInt64.self), try body.integer(UInt64.self),
            try body.integer(UInt64.self), try body.integer(UInt64.self))
    }
}
