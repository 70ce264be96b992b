/// The PDQ hash of one sampled frame.
public struct FrameCode: Sendable, Equatable, BitwiseCopyable {
    /// Milliseconds on the file's timeline, from pts.
    public var ptsMs: UInt32
    public var hash: PDQHash
    /// PDQ's own gradient quality, 0...100. Under 50 a frame is too flat to tell from others.
    public var quality: UInt8

    public init(ptsMs: UInt32, hash: PDQHash, quality: UInt8) {
        self.ptsMs = ptsMs
        self.hash = hash
        self.quality = quality
    }
}

/// A moment and a frequency at which sound is louder than all around it.
public struct SoundPeak: Sendable, Equatable, BitwiseCopyable {
    /// Hops of `AudioFingerprint.hopSeconds` from the start of the timeline.
    public var hop: UInt32
    /// Quarters of a band, 96 to the octave, from 180 Hz up (`AudioFingerprint.hertz`); under `bandsMax`.
    public var band: UInt16

    public static let bandsMax: UInt16 = 468

    public init(hop: UInt32, band: UInt16) {
        self.hop = hop
        self.band = band
    }
}

public struct VideoFingerprint: Sendable, Equatable {
    /// In pts order.
    public var frames: [FrameCode]
    /// Why there is none or too little (`no_video`, `flat_picture`, `too_short`).
    public var abstainReason: String?
    /// One for each frame, or none at all: only a query's are of use, and an index keeps none.
    public var margins: [FrameMargins]
    /// `FrameInset.ofFrame` for each frame, or none at all; there are none without margins.
    public var insets: [FrameInset]

    public init(
        frames: [FrameCode], abstainReason: String? = nil, margins: [FrameMargins] = [], insets: [FrameInset] = []
    ) {
        self.frames = frames
        self.abstainReason = abstainReason
        self.margins = margins
        self.insets = insets
    }
}

public struct AudioFingerprint: Sendable, Equatable {
    /// Ordered by hop, then band.
    public var peaks: [SoundPeak]
    /// Why there is none or too little (`no_audio`, `silence`, `steady_tone`, `too_short`).
    public var abstainReason: String?

    public init(peaks: [SoundPeak], abstainReason: String? = nil) {
        self.peaks = peaks
        self.abstainReason = abstainReason
    }
}

/// What identifies one file's content under edits: the picture's and the sound's fingerprint.
public struct MediaFingerprint: Sendable, Equatable {
    /// Seconds of the longer of picture and sound.
    public var duration: Double
    public var video: VideoFingerprint
    public var audio: AudioFingerprint
    /// Places in the pictures, dense as extracted or as a reference keeps them.
    public var local: LocalFingerprint
    /// How the picture's parts change.
    public var movement: MovementFingerprint

    public init(
        duration: Double, video: VideoFingerprint, audio: AudioFingerprint, local: LocalFingerprint = .none,
        movement: MovementFingerprint = .none
    ) {
        self.duration = duration
        self.video = video
        self.audio = audio
        self.local = local
        self.movement = movement
    }
}
