/// The stored form of one file's fingerprint, all numbers little-endian.
///
/// ```
/// offset  size  what
///      0     8  "MOIRFPRT"
///      8     2  format, 3
///     10     2  flags: which optional sections the body has; bit 0 margins, bit 1 local features,
///                             bit 2 insets, which are never without margins, bit 3 movement
///     12     4  bytes of the body (everything after this header and before the checksum)
///     16     8  duration, seconds, IEEE 754
///     24     4  frames          at most FingerprintLimits.frames
///     28     4  peaks of sound  at most FingerprintLimits.soundPeaks
///     32        body:
///               name            algorithm of the video part     name = length byte, then text
///               name            algorithm of the audio part
///               name            why the video part abstains, empty if it does not
///               name            why the audio part abstains, empty if it does not
///               frames ×        varint    ms since the frame before
///                               1 byte    quality, 0...100
///                               4 × 8     words of the hash
///               peaks           as `SoundPeakCoding` has them
///               margins         of each frame, if flagged (`MediaFingerprint+Asking.swift`)
///               insets          three of each frame, likewise
///               local features  if flagged, as `LocalFeatureCoding` has them
///               movement        if flagged: name of the algorithm, trace and field as `MovementCoding` has them
///    end     4  CRC-32C of everything before
/// ```
///
/// A varint is a 32-bit number in seven-bit pieces, low first, in its shortest form. Every value is written
/// in exactly one way. About 35 bytes a frame, 352 more with margins and insets, and 2 a peak.
///
/// The decoder trusts nothing: the checksum only finds accidents, so each count, length and range is
/// checked as if somebody had computed a fitting one.
extension MediaFingerprint {
    static let magic: [UInt8] = Array("MOIRFPRT".utf8)
    static let formatVersion: UInt16 = 3
    static let headerBytes = 32
    static let checksumBytes = 4
    /// A one-byte varint, the quality, the hash.
    static let smallestFrameBytes = 1 + 1 + 32

    /// - Precondition: within `FingerprintLimits`, as everything from the fingerprinters is; frames in
    ///   order of time, peaks in order of hop, then band; qualities at most 100.
    public func encoded() -> [UInt8] {
        precondition(video.frames.count <= FingerprintLimits.frames, "\(video.frames.count) frames are over the limit")
        precondition(
            audio.peaks.count <= FingerprintLimits.soundPeaks, "\(audio.peaks.count) peaks are over the limit")
        precondition(duration >= 0 && duration <= FingerprintLimits.duration, "a duration of \(duration) s")
        var body = ByteWriter()
        body.reserve(64 + video.frames.count * 36 + audio.peaks.count * 3 + video.margins.count * 352)
        body.name(FingerprintVersions.video)
        body.name(FingerprintVersions.audio)
        body.name(video.abstainReason ?? "")
        body.name(audio.abstainReason ?? "")
        Self.write(video.frames, to: &body)
        body.raw(SoundPeakCoding.encode(audio.peaks))
        var flags: UInt16 = 0
        if !video.margins.isEmpty {
            precondition(
                video.margins.count == video.frames.count && video.frames.count <= FingerprintLimits.marginFrames,
                "\(video.margins.count) margins of \(video.frames.count) frames")
            flags |= Self.marginsFlag
            Self.write(video.margins, to: &body)
        }
        if !video.insets.isEmpty {
            precondition(
                video.insets.count == FrameInset.ofFrame * video.margins.count
                    && video.margins.count <= FingerprintLimits.insetFrames,
                "\(video.insets.count) insets, \(video.margins.count) margins")
            flags |= Self.insetsFlag
            Self.write(video.insets, to: &body)
        }
        if local != .none {
            flags |= Self.localFlag
            LocalFeatureCoding.write(local, to: &body)
        }
        if movement != .none {
            flags |= Self.movementFlag
            body.name(FingerprintVersions.movement)
            MovementCoding.write(movement.trace, to: &body)
            MovementCoding.write(movement.field, to: &body)
        }

        var writer = ByteWriter()
        writer.reserve(Self.headerBytes + body.bytes.count + Self.checksumBytes)
        writer.raw(Self.magic)
        writer.integer(Self.formatVersion)
        writer.integer(flags)
        writer.integer(UInt32(body.bytes.count))
        writer.integer(duration.bitPattern)
        writer.integer(UInt32(video.frames.count))
        writer.integer(UInt32(audio.peaks.count))
        writer.raw(body.bytes)
        writer.integer(Checksum.crc32c(writer.bytes))
        return writer.bytes
    }

    /// Complexity: O(*n*); memory at most ten times the bytes given, and 23 MB.
    public init(decoding bytes: [UInt8]) throws(FingerprintError) {
        guard bytes.count <= FingerprintLimits.bytes else {
            throw FingerprintError(.overLimit, "\(bytes.count) bytes, allowed are \(FingerprintLimits.bytes)")
        }
        let whole = Self.headerBytes + Self.checksumBytes
        for k in 0..<min(bytes.count, Self.magic.count) where bytes[k] != Self.magic[k] {
            throw FingerprintError(.notAFingerprint, "begins unlike a fingerprint at byte \(k)")
        }
        guard bytes.count >= whole else {
            throw FingerprintError(.truncated, "\(bytes.count) bytes; header and checksum alone are \(whole)")
        }
        var header = ByteReader(bytes, Self.magic.count..<Self.headerBytes)
        let format = try header.integer(UInt16.self)
        let flags = try header.integer(UInt16.self)
        let known = Self.marginsFlag | Self.localFlag | Self.insetsFlag | Self.movementFlag
        guard format == Self.formatVersion, flags & ~known == 0 else {
            throw FingerprintError(
                .unknownVersion,
                "format \(format) with sections \(flags); this build reads format \(Self.formatVersion) with sections "
                    + "up to \(known), extract the file again")
        }
        guard flags & Self.insetsFlag == 0 || flags & Self.marginsFlag != 0 else {
            throw FingerprintError(.malformed, "insets are flagged without margins")
        }
        let bodyBytes = Int(try header.integer(UInt32.self))
        guard bodyBytes == bytes.count - whole else {
            let code: FingerprintError.Code = bodyBytes > bytes.count - whole ? .truncated : .malformed
            throw FingerprintError(code, "the header tells of \(bodyBytes) bytes, there are \(bytes.count - whole)")
        }
        let end = bytes.count - Self.checksumBytes
        var tail = ByteReader(bytes, end..<bytes.count)
        let expected = try tail.integer(UInt32.self)
        let found = Checksum.crc32c(bytes.span.extracting(0..<end))
        guard expected == found else {
            throw FingerprintError(.checksum, "checksum \(expected), the bytes give \(found)")
        }

        let duration = Double(bitPattern: try header.integer(UInt64.self))
        guard duration >= 0, duration <= FingerprintLimits.duration, duration.sign == .plus else {
            throw FingerprintError(.overLimit, "a duration of \(duration) s")
        }
        let frameCount = Int(try header.integer(UInt32.self))
        let peakCount = Int(try header.integer(UInt32.self))
        guard frameCount <= FingerprintLimits.frames, peakCount <= FingerprintLimits.soundPeaks else {
            throw FingerprintError(.overLimit, "\(frameCount) frames and \(peakCount) peaks")
        }

        var body = ByteReader(bytes, Self.headerBytes..<end)
        for expected in [FingerprintVersions.video, FingerprintVersions.audio] {
            let name = try body.name()
            guard name == expected else {
                throw FingerprintError(
                    .unknownVersion, "made by '\(name)', this build reads '\(expected)'; extract the file again")
            }
        }
        let videoReason = try body.name()
        let audioReason = try body.name()
        let frames = try Self.readFrames(frameCount, from: &body)
        let peaks = try SoundPeakCoding.decode(peakCount, from: &body)
        let margins = flags & Self.marginsFlag == 0 ? [] : try Self.readMargins(frameCount, from: &body)
        let insets = flags & Self.insetsFlag == 0 ? [] : try Self.readInsets(frameCount, from: &body)
        let local = flags & Self.localFlag == 0 ? .none : try LocalFeatureCoding.read(from: &body)
        guard flags & Self.localFlag == 0 || local != .none else {
            throw FingerprintError(.malformed, "local features are flagged, and there are none")
        }
        let movement = flags & Self.movementFlag == 0 ? .none : try Self.readMovement(from: &body)
        guard body.remaining == 0 else {
            throw FingerprintError(.malformed, "\(body.remaining) bytes are left over")
        }
        self.init(
            duration: duration,
            video: VideoFingerprint(
                frames: frames, abstainReason: videoReason.isEmpty ? nil : videoReason, margins: margins,
                insets: insets),
            audio: AudioFingerprint(peaks: peaks, abstainReason: audioReason.isEmpty ? nil : audioReason),
            local: local, movement: movement)
    }

    private static func readMovement(from body: inout ByteReader) throws(FingerprintError) -> MovementFingerprint {
        let name = try body.name()
        guard name == FingerprintVersions.movement else {
            throw FingerprintError(
                .unknownVersion,
                "made by '\(name)', this build reads '\(FingerprintVersions.movement)'; extract the file again")
        }
        let trace = try MovementCoding.readTrace(from: &body)
        let movement = MovementFingerprint(trace: trace, field: try MovementCoding.readField(from: &body))
        guard movement != .none else {
            throw FingerprintError(.malformed, "movement is flagged, and there is none")
        }
        return movement
    }

    // MARK: Frames

    private static func write(_ frames: [FrameCode], to body: inout ByteWriter) {
        var before: UInt32 = 0
        for frame in frames {
            precondition(
                frame.ptsMs >= before && frame.quality <= 100,
                "frame at \(frame.ptsMs) ms after \(before) ms, quality \(frame.quality)")
            body.varint(frame.ptsMs - before)
            body.integer(frame.quality)
            body.integer(frame.hash.word0)
            body.integer(frame.hash.word1)
            body.integer(frame.hash.word2)
            body.integer(frame.hash.word3)
            before = frame.ptsMs
        }
    }

    private static func readFrames(_ count: Int, from body: inout ByteReader) throws(FingerprintError) -> [FrameCode] {
        // Both factors are under 2³², so the product cannot overflow.
        guard count * smallestFrameBytes <= body.remaining else {
            throw FingerprintError(.truncated, "\(count) frames cannot fit into \(body.remaining) bytes")
        }
        var frames: [FrameCode] = []
        frames.reserveCapacity(count)
        var pts: UInt32 = 0
        for _ in 0..<count {
            pts = try ByteReader.sum(pts, try body.varint())
            let quality = try body.integer(UInt8.self)
            guard quality <= 100 else { throw FingerprintError(.malformed, "a quality of \(quality)") }
            let hash = PDQHash(
                try body.integer(UInt64.self), try body.integer(UInt64.self),
                try body.integer(UInt64.self), try body.integer(UInt64.self))
            frames.append(FrameCode(ptsMs: pts, hash: hash, quality: quality))
        }
        return frames
    }
}
