/// The stored form of local features, as part of a fingerprint's.
///
/// ```
/// name      algorithm
/// 2, 2      width and height of the picture, pixels
/// 4         frames
/// frames ×  varint    ms since the frame before
///           varint    features, plus one; 0 for those of the frame before once more
///           features × 2 x, 2 y, 1 scale, 1 contrast, 12 code, 12 weak bits, 12 weaker bits
/// ```
enum LocalFeatureCoding {
    static let featureBytes = 42

    static func write(_ local: LocalFingerprint, to body: inout ByteWriter) {
        precondition(local.frames.count <= FingerprintLimits.localFrames, "\(local.frames.count) frames")
        body.name(FingerprintVersions.local)
        body.integer(local.width)
        body.integer(local.height)
        body.integer(UInt32(local.frames.count))
        var before: UInt32 = 0
        var last: [LocalFeature]?
        for frame in local.frames {
            precondition(frame.ptsMs >= before && frame.features.count <= FingerprintLimits.localFeatures)
            body.varint(frame.ptsMs - before)
            before = frame.ptsMs
            if let last, last == frame.features {
                body.varint(0)
                continue
            }
            last = frame.features
            body.varint(UInt32(frame.features.count) + 1)
            for feature in frame.features {
                body.integer(feature.x)
                body.integer(feature.y)
                body.integer(feature.scale)
                body.integer(feature.contrast)
                for code in [feature.code, feature.weak, feature.weaker] {
                    body.integer(code.word0)
                    body.integer(code.word1)
                    body.integer(code.word2)
                }
            }
        }
    }

    static func read(from body: inout ByteReader) throws(FingerprintError) -> LocalFingerprint {
        let name = try body.name()
        guard name == FingerprintVersions.local else {
            throw FingerprintError(
                .unknownVersion,
                "made by '\(name)', this build reads '\(FingerprintVersions.local)'; extract the file again")
        }
        let width = try body.integer(UInt16.self), height = try body.integer(UInt16.self)
        let count = Int(try body.integer(UInt32.self))
        guard count <= FingerprintLimits.localFrames else {
            throw FingerprintError(.overLimit, "\(count) frames with local features")
        }
        guard 2 * count <= body.remaining else {
            throw FingerprintError(.truncated, "\(count) frames cannot fit into \(body.remaining) bytes")
        }
        var frames: [LocalFrame] = []
        frames.reserveCapacity(count)
        var pts: UInt32 = 0
        var last: [LocalFeature]?
        for _ in 0..<count {
            pts = try ByteReader.sum(pts, try body.varint())
            let features = Int(try body.varint())
            if features == 0 {
                guard let last else { throw FingerprintError(.malformed, "the first frame repeats none") }
                frames.append(LocalFrame(ptsMs: pts, features: last))
                continue
            }
            let read = try readFeatures(features - 1, from: &body)
            guard read != last else { throw FingerprintError(.malformed, "a repeated frame is written out") }
            last = read
            frames.append(LocalFrame(ptsMs: pts, features: read))
        }
        return LocalFingerprint(width: width, height: height, frames: frames)
    }

    private static func readFeatures(_ count: Int, from body: inout ByteReader) throws(FingerprintError)
        -> [LocalFeature]
    {
        guard count <= FingerprintLimits.localFeatures else {
            throw FingerprintError(.overLimit, "\(count) local features in a frame")
        }
        guard count * featureBytes <= body.remaining else {
            throw FingerprintError(.truncated, "\(count) local features cannot fit into \(body.remaining) bytes")
        }
        var features: [LocalFeature] = []
        features.reserveCapacity(count)
        for _ in 0..<count {
            let x = try body.integer(UInt16.self), y = try body.integer(UInt16.self)
            let scale = try body.integer(UInt8.self), contrast = try body.integer(UInt8.self)
            let code = try readCode(from: &body), weak = try readCode(from: &body)
            features.append(
                LocalFeature(
                    x: x, y: y, scale: scale, contrast: contrast, code: code, weak: weak,
                    weaker: try readCode(from: &body)))
        }
        return features
    }

    private static func readCode(from body: inout ByteReader) throws(FingerprintError) -> LocalCode {
        LocalCode(
            try body.integer(UInt32.self), try body.integer(UInt32.self), try body.integer(UInt32.self))
    }
}
