public import Frames
public import Signals

/// Everything one pass over one file found: the answer of `moire extract`, without the fingerprint bytes.
public struct ExtractRecord: Sendable, Codable, Equatable {
    public static let schema = "moire.extract/1"

    public var schema: String
    public var input: Input
    public var outcome: Outcome
    public var media: MediaInfo?
    public var `static`: StaticSignal?
    public var quality: QualitySignal?
    public var recapture: RecaptureSignal?
    public var sound: SoundSignal?
    public var fingerprints: FingerprintSummary?
    public var producer: Producer

    public init(
        input: Input, outcome: Outcome, media: MediaInfo? = nil, static: StaticSignal? = nil,
        quality: QualitySignal? = nil, recapture: RecaptureSignal? = nil, sound: SoundSignal? = nil,
        fingerprints: FingerprintSummary? = nil, producer: Producer
    ) {
        self.schema = Self.schema
        self.input = input
        self.outcome = outcome
        self.media = media
        self.static = `static`
        self.quality = quality
        self.recapture = recapture
        self.sound = sound
        self.fingerprints = fingerprints
        self.producer = producer
    }

    public struct Input: Sendable, Codable, Equatable {
        /// As given by the caller; for people, never opened again from here.
        public var path: String
        public var bytes: Int64
        /// `sha256:` and 64 hex digits of the file's bytes; nil when it could not be read.
        public var digest: String?

        public init(path: String, bytes: Int64, digest: String? = nil) {
            self.path = path
            self.bytes = bytes
            self.digest = digest
        }
    }

    public struct FingerprintSummary: Sendable, Codable, Equatable {
        public var videoFrames: Int
        public var videoVersion: String
        public var videoAbstainReason: String?
        public var audioPeaks: Int
        public var audioVersion: String
        public var audioAbstainReason: String?
        /// Bytes of the stored form.
        public var bytes: Int
        /// Only where it was asked for.
        public var chromaprint: ChromaprintSummary?

        enum CodingKeys: String, CodingKey {
            case videoFrames = "video_frames", videoVersion = "video_version"
            case videoAbstainReason = "video_abstain_reason", audioPeaks = "audio_peaks"
            case audioVersion = "audio_version", audioAbstainReason = "audio_abstain_reason", bytes, chromaprint
        }

        public init(
            videoFrames: Int, videoVersion: String, videoAbstainReason: String?, audioPeaks: Int,
            audioVersion: String, audioAbstainReason: String?, bytes: Int, chromaprint: ChromaprintSummary? = nil
        ) {
            self.videoFrames = videoFrames
            self.videoVersion = videoVersion
            self.videoAbstainReason = videoAbstainReason
            self.audioPeaks = audioPeaks
            self.audioVersion = audioVersion
            self.audioAbstainReason = audioAbstainReason
            self.bytes = bytes
            self.chromaprint = chromaprint
        }
    }
}

/// Who made a record, so that a later flaw in a decoder can be answered with "which results came from it".
public struct Producer: Sendable, Codable, Equatable {
    public enum SandboxLevel: String, Sendable, Codable, CaseIterable { case full, partial, none }

    public var name: String
    public var build: String
    /// `libavcodec 59.37.100`, ... ; empty where no decoder was involved.
    public var libraries: [String]
    public var sandbox: SandboxLevel?

    public init(name: String, build: String, libraries: [String] = [], sandbox: SandboxLevel? = nil) {
        self.name = name
        self.build = build
        self.libraries = libraries
        self.sandbox = sandbox
    }

    /// This build of Moiré.
    public static let version = "0.1.0"
}
