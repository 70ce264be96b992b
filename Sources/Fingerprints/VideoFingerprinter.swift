public import Frames

/// What decides whether a picture fingerprint can tell a video from others.
public struct VideoParameters: Sendable, Equatable {
    /// Written into everything stored.
    public var version: String
    /// PDQ quality from which a frame counts; 50 is vPDQ's own threshold.
    public var usableQuality: Int
    /// Working frames under which a video is too short; 4 are a second.
    public var leastFrames: Int
    /// Usable frames under which it is too flat.
    public var leastUsableFrames: Int

    public static let v1 = VideoParameters(
        version: FingerprintVersions.video, usableQuality: 50, leastFrames: 4,
        leastUsableFrames: 2)
}

/// Working frames → one PDQ code each, how sure its bits are, and the same as insets.
///
/// Flat frames are kept with their quality, so that a later stage can weigh them. Abstains with
/// `no_video` (not a frame), `too_short` or `flat_picture`; the codes there are stay.
///
/// Cost: about 0.1 ms a frame.
public struct VideoFingerprinter {
    private let parameters: VideoParameters
    private var hasher = PDQHasher()
    private var frames: [FrameCode] = []
    private var margins: [FrameMargins] = []
    private var insets: [FrameInset] = []
    private var usable = 0

    public init(parameters: VideoParameters = .v1) {
        self.parameters = parameters
    }

    /// Frames come in order of pts; one that does not is given the time of the one before. What
    /// exceeds `FingerprintLimits.frames` is ignored.
    public mutating func add(_ frame: WorkingFrame) {
        guard frames.count < FingerprintLimits.frames else { return }
        let (result, sureness, ownInsets) = hasher.hashToAsk(frame.luma, number: frames.count)
        let seconds = frame.pts.isFinite ? min(max(frame.pts, 0), FingerprintLimits.duration) : 0
        let ptsMs = max(UInt32((seconds * 1000).rounded()), frames.last?.ptsMs ?? 0)
        frames.append(FrameCode(ptsMs: ptsMs, hash: result.hash, quality: UInt8(result.quality)))
        if frames.count <= FingerprintLimits.marginFrames { margins.append(sureness) }
        if frames.count <= FingerprintLimits.insetFrames { insets += ownInsets }
        if result.quality >= parameters.usableQuality { usable += 1 }
    }

    public consuming func finish() -> VideoFingerprint {
        let reason: String? =
            if frames.isEmpty { "no_video" } else if frames.count < parameters.leastFrames {
                "too_short"
            } else if usable < parameters.leastUsableFrames { "flat_picture" } else { nil }
        return VideoFingerprint(
            frames: frames, abstainReason: reason, margins: margins.count == frames.count ? margins : [],
            insets: insets.count == FrameInset.ofFrame * frames.count ? insets : [])
    }
}
