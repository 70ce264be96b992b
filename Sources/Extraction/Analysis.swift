import Chromaprints
import DecodeWire
import Fingerprints
import Frames
import Media
import Records
import Signals

/// Everything that is measured in one pass, fed from the one stream of frames and samples.
final class Analysis: MediaSink {
    private var info: MediaInfo?
    private var stills = StaticDetector()
    private var quality = QualityMeter()
    private var recapture = RecaptureMeter()
    private var hearing = SoundMeter()
    private var pictures = VideoFingerprinter()
    private var places = LocalFingerprinter()
    private var movement = MovementFingerprinter()
    private var sounds = AudioFingerprinter()
    /// Nil unless it was asked for.
    private var chromaprinter: Chromaprinter?
    private let chromaprintLength: ChromaprintLength?
    /// Nil unless somebody asked what stages cost. Each call ends with the clock where the pass needs it, at `decode`.
    private let stages: StageClock?

    init(chromaprint: ChromaprintLength? = nil, stages: StageClock? = nil) throws(ChromaprintError) {
        chromaprintLength = chromaprint
        self.stages = stages
        if let chromaprint { chromaprinter = try Chromaprinter(secondsMax: chromaprint.secondsMax) }
    }

    func begin(_ info: MediaInfo) { self.info = info }

    var mayPassOver: Bool { stills.isSureOfFilm && recapture.mayPassOver }

    func tick(_ tick: FrameTick) {
        stages?.enter(.static)
        stills.add(tick)
        stages?.enter(.quality)
        quality.add(tick)
        stages?.enter(.recapture)
        recapture.add(tick)
        stages?.enter(.movement)
        movement.add(tick)
        stages?.enter(.decode)
    }

    func sample(_ frame: WorkingFrame) {
        stages?.enter(.static)
        stills.add(frame)
        stages?.enter(.quality)
        quality.add(frame)
        stages?.enter(.recapture)
        recapture.add(frame)
        stages?.enter(.pictures)
        pictures.add(frame)
        stages?.enter(.places)
        places.add(frame)
        stages?.enter(.decode)
    }

    func sound(_ block: SoundBlock) {
        stages?.enter(.sound)
        hearing.add(block)
        stages?.enter(.decode)
    }

    func mono(_ block: MonoBlock) {
        stages?.enter(.sound)
        hearing.add(block)
        stages?.enter(.peaks)
        sounds.add(block)
        if chromaprinter != nil {
            stages?.enter(.chromaprint)
            chromaprinter?.add(block)
        }
        stages?.enter(.decode)
    }

    /// Completes the answer and returns the fingerprint in its stored form, with the Chromaprint's words
    /// behind it.
    func finish(_ pass: PassResult, into answer: inout ExtractAnswer) throws(ChromaprintError) -> [UInt8] {
        stages?.enter(.static)
        answer.static = stills.finish(videoEnd: pass.duration)
        stages?.enter(.quality)
        answer.quality = quality.finish()
        stages?.enter(.recapture)
        answer.recapture = recapture.finish()
        stages?.enter(.sound)
        answer.recapture?.sound = hearing.recapture()
        answer.sound = hearing.finish()
        stages?.enter(.pictures)
        let video = pictures.finish()
        stages?.enter(.peaks)
        let audio = sounds.finish()
        stages?.enter(.places)
        let local = places.finish()
        stages?.enter(.movement)
        let movement = movement.finish()
        stages?.enter(.answer)
        let fingerprint = MediaFingerprint(
            duration: pass.duration, video: video, audio: audio, local: local, movement: movement)
        let stored = fingerprint.encoded()
        answer.fingerprints = ExtractRecord.FingerprintSummary(
            videoFrames: fingerprint.video.frames.count, videoVersion: FingerprintVersions.video,
            videoAbstainReason: fingerprint.video.abstainReason, audioPeaks: fingerprint.audio.peaks.count,
            audioVersion: FingerprintVersions.audio, audioAbstainReason: fingerprint.audio.abstainReason,
            bytes: stored.count)
        guard let chromaprinter = chromaprinter.take() else { return stored }
        stages?.enter(.chromaprint)
        let print = try chromaprinter.finish()
        stages?.enter(.answer)
        answer.fingerprints?.chromaprint = ExtractRecord.ChromaprintSummary(
            algorithm: Chromaprint.name(ofAlgorithm: Chromaprint.defaultAlgorithm), library: Chromaprinter.library,
            words: print.words.count, duration: print.duration ?? 0, secondsMax: chromaprintLength?.secondsMax,
            abstainReason: print.abstainReason)
        var blob = stored
        for word in print.words { LittleEndian.append(word, to: &blob) }
        return blob
    }
}
