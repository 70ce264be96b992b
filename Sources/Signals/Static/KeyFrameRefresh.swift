internal import Frames

/// Looks back from a key frame: at a low bit rate a picture that stops is coarse until the next one, which sharpens it in a
/// step as large as motion's.
struct KeyFrameRefresh: Sendable {
    /// Frames of the last moments, the latest last.
    private var recent: [(pts: Double, thumb: LumaImage)] = []
    /// What was shown before the key frame that moved last, and the mean levels of its step; nil after other motion.
    private var last: (before: [(pts: Double, thumb: LumaImage)], step: Double)?

    /// Every frame, before what comes after it is told of.
    mutating func add(_ tick: FrameTick, keeping seconds: Double) {
        recent.append((tick.pts, tick.thumb))
        while let first = recent.first, tick.pts - first.pts > seconds { recent.removeFirst() }
    }

    /// - Parameter step: mean levels by which `tick` differs from the frame added last.
    mutating func moved(_ tick: FrameTick, by step: Double) { last = tick.isKeyframe ? (recent, step) : nil }

    /// When the picture that the last motion left behind began to stand: before that motion, where it was but a key frame
    /// that sharpens it.
    func stillSince(_ picture: LumaImage, _ p: StaticParameters) -> Double? {
        guard let last, let before = last.before.last, picture.correlation(with: before.thumb) >= p.samePicture else {
            return nil
        }
        let same = last.before.reversed().prefix {
            BlockDifferences($0.thumb, before.thumb).mean <= p.refreshShare * last.step
        }
        return same.last?.pts
    }
}
