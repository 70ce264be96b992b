public import Frames
public import Signals

/// What the key frames of one file tell: the answer of `moire extract --fast`.
///
/// A form of its own, with its own schema and type, so that nobody takes it for an `ExtractRecord`: of what needs every
/// frame or the sound it has an abstention with the reason `fast_mode`, and no number.
public struct TriageRecord: Sendable, Codable, Equatable {
    public static let schema = "moire.triage/1"
    public static let mode = "fast"
    /// Why a signal abstains that needs more than key frames.
    public static let abstainReason = "fast_mode"

    public var schema: String
    /// Always `fast`.
    public var mode: String
    public var input: ExtractRecord.Input
    public var outcome: Outcome
    public var media: MediaInfo?
    public var keyFrames: KeyFrameSignal?
    /// Abstains.
    public var `static`: StaticSignal?
    /// Of the key frames, under a version that says so; without its curve and what needs motion.
    public var quality: QualitySignal?
    /// Abstains.
    public var recapture: RecaptureSignal?
    /// Abstains.
    public var sound: SoundSignal?
    public var fingerprints: KeyFrameCodes?
    public var decode: Advice
    public var producer: Producer

    enum CodingKeys: String, CodingKey {
        case schema, mode, input, outcome, media, keyFrames = "key_frames", `static`, quality, recapture, sound
        case fingerprints, decode, producer
    }

    /// - Parameter found: what was measured; nil where the outcome has no result.
    public init(input: ExtractRecord.Input, outcome: Outcome, media: MediaInfo?, found: Found?, producer: Producer) {
        schema = Self.schema
        mode = Self.mode
        self.input = input
        self.outcome = outcome
        self.media = media
        self.producer = producer
        decode = Advice(outcome: outcome, media: media, keyFrames: found?.keyFrames)
        guard let found else { return }
        keyFrames = found.keyFrames
        quality = found.quality
        fingerprints = found.fingerprints
        let noPicture = media?.video == nil ? "no_video" : Self.abstainReason
        self.static = StaticSignal(version: SignalVersions.static, share: nil, abstainReason: noPicture)
        recapture = RecaptureSignal(version: SignalVersions.recapture, probability: nil, abstainReason: noPicture)
        sound = SoundSignal(
            version: SignalVersions.sound, abstainReason: media?.audio == nil ? "no_audio" : Self.abstainReason)
    }

    /// What a decode child measures for a triage.
    public struct Found: Sendable, Codable, Equatable {
        public var keyFrames: KeyFrameSignal
        public var quality: QualitySignal
        public var fingerprints: KeyFrameCodes

        enum CodingKeys: String, CodingKey { case keyFrames = "key_frames", quality, fingerprints }

        public init(keyFrames: KeyFrameSignal, quality: QualitySignal, fingerprints: KeyFrameCodes) {
            self.keyFrames = keyFrames
            self.quality = quality
            self.fingerprints = fingerprints
        }
    }

    /// PDQ hashes of key frames, to ask a list of hashes for; not a fingerprint that could be stored or looked up in an
    /// index, which takes four codes a second, places and sound.
    public struct KeyFrameCodes: Sendable, Codable, Equatable {
        /// Most that a record has; of more key frames, as many spread over the video.
        public static let framesMax = 32

        public struct Code: Sendable, Codable, Equatable {
            /// Seconds on the file's timeline.
            public var pts: Double
            /// 64 lower-case hex digits.
            public var pdq: String
            /// 0...100; under 50 the picture is too flat to be told from others.
            public var quality: Int

            public init(pts: Double, pdq: String, quality: Int) {
                self.pts = pts
                self.pdq = pdq
                self.quality = quality
            }
        }

        /// The same as a full extraction's, which hashes such a frame alike.
        public var version: String
        public var keyFrames: [Code]
        public var abstainReason: String?

        enum CodingKeys: String, CodingKey { case version, keyFrames = "key_frames", abstainReason = "abstain_reason" }

        public init(version: String, keyFrames: [Code], abstainReason: String? = nil) {
            self.version = version
            self.keyFrames = keyFrames
            self.abstainReason = abstainReason
        }
    }
}

extension TriageRecord {
    /// Whether a full extraction can say more than the triage does.
    public struct Advice: Sendable, Codable, Equatable {
        public enum Reason: String, Sendable, Codable, CaseIterable {
            /// It would end in the same way: nothing in the file can be decoded, or it is over a limit.
            case noResult = "no_result"
            /// Every key frame is of one colour, and there is no sound.
            case nothingToSee = "nothing_to_see"
            /// The decoder was killed, ran into its deadline, or could not have the file.
            case notJudged = "not_judged"
            case soundOnly = "sound_only"
            /// None was found, or none could be decoded.
            case noKeyFrame = "no_key_frame"
            /// One picture tells nothing of a video.
            case singleKeyFrame = "single_key_frame"
            /// Only every frame tells whether it is one still picture.
            case mayBeStill = "may_be_still"
            /// Key frames of one colour, and sound.
            case flatPicture = "flat_picture"
            /// Nothing speaks against it.
            case ordinary
        }

        public var needsFull: Bool
        public var reason: Reason

        enum CodingKeys: String, CodingKey { case needsFull = "needs_full", reason }

        public init(needsFull: Bool, reason: Reason) {
            self.needsFull = needsFull
            self.reason = reason
        }

        init(outcome: Outcome, media: MediaInfo?, keyFrames: KeyFrameSignal?) {
            let reason = Self.reason(outcome, media, keyFrames)
            self.init(needsFull: reason != .noResult && reason != .nothingToSee, reason: reason)
        }

        private static func reason(_ outcome: Outcome, _ media: MediaInfo?, _ keyFrames: KeyFrameSignal?) -> Reason {
            guard outcome.hasResult, let keyFrames else {
                return outcome.kind == .crashed || outcome.kind == .timedOut ? .notJudged : .noResult
            }
            switch keyFrames.abstainReason {
            case "no_video": return .soundOnly
            case "no_key_frame": return .noKeyFrame
            // One flat picture may be the black that a film opens with.
            case "flat_picture" where keyFrames.decoded > 1 && media?.audio == nil: return .nothingToSee
            case "flat_picture": return .flatPicture
            case "single_key_frame": return .singleKeyFrame
            default: return keyFrames.pictures == .alike ? .mayBeStill : .ordinary
            }
        }
    }
}
