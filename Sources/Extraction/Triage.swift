import DecodeWire
import Fingerprints
import Frames
import Media
import Records
import Signals

/// What is measured of key frames alone.
final class Triage: MediaSink {
    private var info: MediaInfo?
    private var frames = KeyFrameMeter()
    private var quality = QualityMeter()
    private var hasher = PDQHasher()
    private var codes: [TriageRecord.KeyFrameCodes.Code] = []
    /// Nil unless somebody asked what stages cost.
    private let stages: StageClock?

    init(stages: StageClock?) { self.stages = stages }

    func begin(_ info: MediaInfo) { self.info = info }

    func tick(_ tick: FrameTick) {
        // Counted as the static signal's, whose question it asks.
        stages?.enter(.static)
        frames.add(tick)
        stages?.enter(.decode)
    }

    func sample(_ frame: WorkingFrame) {
        stages?.enter(.quality)
        quality.add(frame)
        stages?.enter(.pictures)
        let result = hasher.hash(frame.luma)
        codes.append(
            .init(pts: (frame.pts * 1000).rounded() / 1000, pdq: result.hash.hex, quality: result.quality))
        stages?.enter(.decode)
    }

    // The pass decodes no more of the sound than shows that it can be decoded.
    func sound(_ block: SoundBlock) {}
    func mono(_ block: MonoBlock) {}

    func finish(_ pass: KeyFramePass) -> TriageRecord.Found {
        stages?.enter(.quality)
        var quality = quality.finish()
        // Key frames are a coder's best pictures, so this is another scale and has another name; and nothing in it may
        // count on pictures that follow each other.
        quality.version += "+" + SignalVersions.keyFrames
        quality.curve = nil
        quality.curvePeriod = nil
        quality.worst = nil
        if codes.isEmpty, info?.video != nil { quality.abstainReason = "no_key_frame" }
        stages?.enter(.answer)
        let usable = codes.contains { $0.quality >= VideoParameters.v1.usableQuality }
        let reason =
            codes.isEmpty ? (info?.video == nil ? "no_video" : "no_key_frame") : usable ? nil : "flat_picture"
        let signal = frames.finish(
            packets: pass.packets, found: pass.found, meanBytes: pass.meanBytes, end: pass.result.duration,
            hasVideo: info?.video != nil)
        return TriageRecord.Found(
            keyFrames: signal, quality: quality,
            fingerprints: .init(version: FingerprintVersions.video, keyFrames: spread(), abstainReason: reason))
    }

    /// As many codes as a record takes, from the first key frame to the last.
    private func spread() -> [TriageRecord.KeyFrameCodes.Code] {
        let most = TriageRecord.KeyFrameCodes.framesMax
        guard codes.count > most else { return codes }
        return (0..<most).map { codes[$0 * (codes.count - 1) / (most - 1)] }
    }
}
