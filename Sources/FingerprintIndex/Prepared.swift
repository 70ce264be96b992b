import Fingerprints

/// A fingerprint laid out for comparison: usable frames, and landmarks by hash.
struct Prepared {
    /// Seconds.
    let duration: Double
    /// Of frames with enough quality, seconds, ascending.
    let times: [Double]
    let codes: [PDQHash]
    /// The same codes as the mirrored picture would have them.
    let mirrored: [PDQHash]
    /// Ascending by hash, then hop.
    let landmarks: [Landmark]
    /// Hops from the first to beyond the last landmark; at least 1.
    let hopSpan: Double
    let frameCount: Int
    let hopSeconds: Double

    init(_ fingerprint: MediaFingerprint, useVideo: Bool = true, useAudio: Bool = true) {
        let parameters = AlignerParameters.v1
        let lastMs = UInt32(parameters.timelineSeconds * 1000)
        let lastHop = UInt32(parameters.timelineSeconds / AudioFingerprint.hopSeconds)
        // A stable order of time even where somebody did not keep it.
        let frames = (useVideo ? fingerprint.video.frames : [])
            .filter { $0.quality >= parameters.qualityMin && $0.ptsMs <= lastMs }
            .sorted { $0.ptsMs < $1.ptsMs }
        duration = fingerprint.duration.isFinite ? max(0, min(fingerprint.duration, 1e7)) : 0
        frameCount = useVideo ? fingerprint.video.frames.count : 0
        times = frames.map { Double($0.ptsMs) / 1000 }
        codes = frames.map(\.hash)
        mirrored = codes.map(\.mirrored)
        let heard = useAudio ? fingerprint.audio.landmarks.filter { $0.hop <= lastHop } : []
        landmarks = heard.sorted { ($0.hash, $0.hop) < ($1.hash, $1.hop) }
        let first = heard.map(\.hop).min() ?? 0, last = heard.map(\.hop).max() ?? 0
        hopSpan = Double(last - first) + 1
        hopSeconds = AudioFingerprint.hopSeconds
    }
}
