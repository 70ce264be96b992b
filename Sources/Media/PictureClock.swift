/// Turns a picture stream's timestamps into seconds on the file's timeline, never backwards.
///
/// - A frame without a timestamp follows its predecessor by that one's duration.
/// - Times before the start of the timeline become zero.
/// - A frame that is not later than its predecessor is kept (decoders hand pictures out in the order
///   of display, so it is the stamp that is wrong) and put half a frame after it: that leaves room for
///   the next frame's stamp to be right again.
///
/// Time is never a frame number times a rate.
struct PictureClock {
    let secondsPerTick: Double
    let startTime: Double
    /// Seconds, from the stream's claimed rate: used only until two frames have come.
    private(set) var usualDuration: Double
    private(set) var last: Double?
    /// The longest time from one frame to the next so far; nil before the second.
    private(set) var longestStep: Double?

    /// The longer of the last two times from one frame to the next; nil before the third.
    private(set) var recentStep: Double?
    private var lastStep: Double?

    init(secondsPerTick: Double, startTime: Double, claimedFrameRate: Double?) {
        self.secondsPerTick = secondsPerTick
        self.startTime = startTime
        usualDuration = if let rate = claimedFrameRate, rate >= 1 { 1 / rate } else { 0.04 }
    }

    /// Of a stamp, as it stands.
    func seconds(_ timestamp: Int64) -> Double { Double(timestamp) * secondsPerTick - startTime }

    /// - Parameter duration: ticks, zero when unknown.
    /// - Parameter passedOver: frames that were not decoded since the last one.
    /// - Returns: when the frame is shown and for how long; the duration is zero when unknown.
    mutating func place(timestamp: Int64?, duration: Int64, passedOver: Int = 0) -> (pts: Double, duration: Double) {
        let length = Double(duration) * secondsPerTick
        var pts = timestamp.map { Double($0) * secondsPerTick - startTime } ?? (last ?? -usualDuration) + usualDuration
        pts = max(0, pts)
        if let last, pts <= last { pts = last + usualDuration / 2 }
        // Frames of a normal rate say what the usual step is; gaps and slides do not.
        let frames = Double(1 + passedOver)
        if let last, pts - last <= 1 { usualDuration = max(0.001, (pts - last) / frames) }
        if length > 0, length <= 1 { usualDuration = max(0.001, length) }
        if let last {
            let step = (pts - last) / frames
            longestStep = max(longestStep ?? 0, step)
            recentStep = lastStep.map { max($0, step) }
            lastStep = step
        }
        last = pts
        return (pts, length)
    }

    /// When the last frame ends: its own duration, or the usual one.
    func end(lastDuration: Double) -> Double {
        guard let last else { return 0 }
        return last + (lastDuration > 0 ? lastDuration : usualDuration)
    }
}
