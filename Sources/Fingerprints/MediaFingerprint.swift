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

/// Two spectral peaks: what they are (`hash`) and when the first one sounds.
public struct Landmark: Sendable, Equatable, BitwiseCopyable {
    /// Quantised frequencies and time difference.
    public var hash: UInt32
    /// Hops of `AudioFingerprint.hopSeconds` from the start of the timeline.
    public var hop: UInt32

    public init(hash: UInt32, hop: UInt32) {
        self.hash = hash
        self.hop = hop
    }
}

public struct VideoFingerprint: Sendable, Equatable {
    /// In pts order.
    public var frames: [FrameCode]
    /// Why there is none or too little (`no_video`, `flat_picture`, `too_short`).
    public var abstainReason: String?

    public init(frames: [FrameCode], abstainReason: String? = nil) {
        self.frames = frames
        self.abstainReason = abstainReason
    }
}

public struct AudioFingerprint: Sendable, Equatable {
    /// Ordered by hop, then hash.
    public var landmarks: [Landmark]
    /// Why there is none or too little (`no_audio`, `silence`, `steady_tone`, `too_short`).
    public var abstainReason: String?

    public init(landmarks: [Landmark], abstainReason: String? = nil) {
        self.landmarks = landmarks
        self.abstainReason = abstainReason
    }
}

/// What identifies one file's content under edits: the picture's and the sound's fingerprint.
public struct MediaFingerprint: Sendable, Equatable {
    /// Seconds of the longer of picture and sound.
    public var duration: Double
    public var video: VideoFingerprint
    public var audio: AudioFingerprint

    public init(duration: Double, video: VideoFingerprint, audio: AudioFingerprint) {
        self.duration = duration
        self.video = video
        self.audio = audio
    }
}
