import CKernels
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

    init(_ fingerprint: MediaFingerprint, hopSeconds: Double = AudioFingerprint.hopLength, useVideo: Bool = true,
         useAudio: Bool = true) {
        let parameters = AlignerParameters.v1
        let frames = (useVideo ? fingerprint.video.frames : [])
            .filter { $0.quality >= parameters.qualityMin }
        duration = max(0, fingerprint.duration)
        frameCount = useVideo ? fingerprint.video.frames.count : 0
        times = frames.map { Double($0.ptsMs) / 1000 }
        codes = frames.map(\.hash)
        mirrored = codes.map(\.mirrorImage)
        let heard = useAudio ? fingerprint.audio.landmarks : []
        landmarks = heard.sorted { ($0.hash, $0.hop) < ($1.hash, $1.hop) }
        let first = heard.map(\.hop).min() ?? 0, last = heard.map(\.hop).max() ?? 0
        hopSpan = Double(last - first) + 1
        self.hopSeconds = hopSeconds
    }
}

extension PDQHash {
    /// The hash of the mirrored picture, but for bits at the median: coefficients of odd horizontal
    /// frequency change their sign, and PDQ's first column is frequency 1.
    var mirrorImage: PDQHash {
        let odd: UInt64 = 0x5555_5555_5555_5555
        return PDQHash(word0 ^ odd, word1 ^ odd, word2 ^ odd, word3 ^ odd)
    }
}

extension AudioFingerprint {
    static var hopLength: Double { 0.0232 }
}
