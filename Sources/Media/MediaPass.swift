import CFFmpeg
public import Frames

/// What a pass over a file came to.
public struct PassResult: Sendable {
    /// Nil when the header could not be read.
    public var info: MediaInfo?
    public var outcome: Outcome
    /// Frames for which a tick was handed out.
    public var videoFrames: Int
    /// Samples per channel.
    public var audioSamples: Int
    /// Seconds on the timeline: the later of the picture's and the sound's end.
    public var duration: Double

    public init(
        info: MediaInfo? = nil, outcome: Outcome, videoFrames: Int = 0, audioSamples: Int = 0, duration: Double = 0
    ) {
        self.info = info
        self.outcome = outcome
        self.videoFrames = videoFrames
        self.audioSamples = audioSamples
        self.duration = duration
    }
}

/// What a pass over the key frames of a file came to.
public struct KeyFramePass: Sendable {
    /// `videoFrames` are the key frames handed out.
    public var result: PassResult
    /// Packets of the picture.
    public var packets = 0
    /// Key frames among them, decoded or not.
    public var found = 0
    /// Mean bytes of a key frame, and of any other packet of the picture; nil where there is none.
    public var meanBytes: (key: Double?, other: Double?) = (nil, nil)
}

/// One demux-and-decode pass over a file: everything that is measured is measured from it.
///
/// The timeline's zero is the earliest start of the picture and sound streams in use. Edit lists and
/// encoder delay are applied as FFmpeg's demuxers give them, and what they discard is not handed out.
/// Pictures come in display orientation with square pixels; see `Orientation`, `PictureClock`,
/// `SoundClock` and `SampleGrid` for the rules, `OutcomeRules` for the judgement.
///
/// One thread from start to end, so the same file gives the same calls in the same order.
public enum MediaPass {
    /// - Parameter descriptor: open for reading; stays open. A regular file is read from its beginning
    ///   whatever its offset; anything else is read as a pipe.
    /// - Parameter stages: told when pictures or sound are converted; the sink tells it of its own work.
    public static func run(
        descriptor: Int32, limits: MediaLimits = .standard, sink: any MediaSink, stages: StageClock? = nil
    ) -> PassResult {
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(limits.allocationBytes)
        let run: PassRun
        do {
            run = try PassRun(descriptor: descriptor, limits: limits, sink: sink, stages: stages)
        } catch {
            return PassResult(outcome: OutcomeRules.judge(error, decodedUntil: nil))
        }
        return run.toEnd()
    }

    /// Key frames only, at most one every `KeyFrameSelection.spacing`, each as a tick and as a sample; the sound until a
    /// first block of it has come. All packets are read, so that the end and what is missing at it are known.
    ///
    /// Ticks have no `changes`: what lies between two key frames was not decoded.
    public static func keyFrames(
        descriptor: Int32, limits: MediaLimits = .standard, sink: any MediaSink, stages: StageClock? = nil
    ) -> KeyFramePass {
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(limits.allocationBytes)
        do {
            let run = try PassRun(
                descriptor: descriptor, limits: limits, sink: sink, isKeyFramesOnly: true, stages: stages)
            var pass = KeyFramePass(result: run.toEnd())
            pass.packets = run.picturePackets
            pass.found = run.keyFramesFound
            pass.meanBytes = run.packetSizes
            return pass
        } catch {
            return KeyFramePass(result: PassResult(outcome: OutcomeRules.judge(error, decodedUntil: nil)))
        }
    }

    /// The same pass without the picture, up to about `end` seconds of sound.
    static func hear(descriptor: Int32, until end: Double, limits: MediaLimits, sink: any MediaSink) -> PassResult {
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(limits.allocationBytes)
        do {
            return try PassRun(descriptor: descriptor, limits: limits, sink: sink, soundUntil: end).toEnd()
        } catch {
            return PassResult(outcome: OutcomeRules.judge(error, decodedUntil: nil))
        }
    }
}
