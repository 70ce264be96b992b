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
    private var sounds = AudioFingerprinter()
    /// Nil unless it was asked for.
    private var chromaprinter: Chromaprinter?
    private let chromaprintLength: ChromaprintLength?

    init(chromaprint: ChromaprintLength? = nil) throws(ChromaprintError) {
        chromaprintLength = chromaprint
        if let chromaprint { chromaprinter = try Chromaprinter(secondsMax: chromaprint.secondsMax) }
    }

    func begin(_ info: MediaInfo) { self.info = info }

    func tick(_ tick: FrameTick) {
        stills.add(tick)
        quality.add(tick)
        recapture.add(tick)
    }

    func sample(_ frame: WorkingFrame) {
        stills.add(frame)
        quality.add(frame)
        recapture.add(frame)
        pictures.add(frame)
        places.add(frame)
    }

    func sound(_ block: SoundBlock) { hearing.add(block) }

    func mono(_ block: MonoBlock) {
        hearing.add(block)
        sounds.add(block)
        chromaprinter?.add(block)
    }

    /// Completes the answer and returns the fingerprint in its stored form, with the Chromaprint's words
    /// behind it.
    func finish(_ pass: PassResult, into answer: inout ExtractAnswer) throws(ChromaprintError) -> [UInt8] {
        answer.static = stills.finish(videoEnd: pass.duration)
        answer.quality = quality.finish()
        answer.recapture = recapture.finish()
        answer.sound = hearing.finish()
        let fingerprint = MediaFingerprint(
            duration: pass.duration, video: pictures.finish(), audio: sounds.finish(), local: places.finish())
        let stored = fingerprint.encoded()
        answer.fingerprints = ExtractRecord.FingerprintSummary(
            videoFrames: fingerprint.video.frames.count, videoVersion: FingerprintVersions.video,
            videoAbstainReason: fingerprint.video.abstainReason, audioPeaks: fingerprint.audio.peaks.count,
            audioVersion: FingerprintVersions.audio, audioAbstainReason: fingerprint.audio.abstainReason,
            bytes: stored.count)
        guard let print = try chromaprinter.take()?.finish() else { return stored }
        answer.fingerprints?.chromaprint = ExtractRecord.ChromaprintSummary(
            algorithm: Chromaprint.name(ofAlgorithm: Chromaprint.defaultAlgorithm), library: Chromaprinter.library,
            words: print.words.count, duration: print.duration ?? 0, secondsMax: chromaprintLength?.secondsMax,
            abstainReason: print.abstainReason)
        var blob = stored
        for word in print.words { LittleEndian.append(word, to: &blob) }
        return blob
    }
}
