import Fingerprints

/// A fingerprint laid out for comparison: usable frames, and the peaks of sound.
struct Prepared {
    /// Seconds.
    let duration: Double
    /// Of frames with enough quality, seconds, ascending.
    let times: [Double]
    let codes: [PDQHash]
    /// The same codes as the mirrored picture would have them.
    let mirrored: [PDQHash]
    let sound: SoundPrint
    let frameCount: Int

    init(_ fingerprint: MediaFingerprint, useVideo: Bool = true, useAudio: Bool = true) {
        let parameters = AlignerParameters.v2
        let lastMs = UInt32(parameters.timelineSeconds * 1000)
        // A stable order of time even where somebody did not keep it.
        let frames = (useVideo ? fingerprint.video.frames : [])
            .filter { $0.quality >= parameters.qualityMin && $0.ptsMs <= lastMs }
            .sorted { $0.ptsMs < $1.ptsMs }
        duration = fingerprint.duration.isFinite ? max(0, min(fingerprint.duration, 1e7)) : 0
        frameCount = useVideo ? fingerprint.video.frames.count : 0
        times = frames.map { Double($0.ptsMs) / 1000 }
        codes = frames.map(\.hash)
        mirrored = codes.map(\.mirrored)
        sound = SoundPrint(useAudio ? fingerprint.audio.peaks : [], hopsMax: Self.hopsMax)
    }

    /// Peaks later than this are not compared.
    static let hopsMax = UInt32(AlignerParameters.v2.timelineSeconds / AudioFingerprint.hopSeconds)
}
