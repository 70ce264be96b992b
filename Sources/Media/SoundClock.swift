/// Places decoded sound on the timeline: samples are counted inside a contiguous run, and a new run
/// begins where the timestamps say that something is missing.
///
/// Containers round timestamps to a millisecond or worse, so a stamp that differs from the count by
/// less than `gapTolerance` is the container's rounding and the count is right. A stamp further ahead
/// is a gap, and is kept as a gap. A stamp further behind is not followed: sound never runs backwards.
struct SoundClock {
    /// Seconds. Two AAC frames at 48 kHz; above the jitter of every container in the allow-list.
    static let gapTolerance = 0.045

    private var runStart: Double?
    private var runSamples = 0
    private var rateHz = 1.0

    /// End of the sound so far, seconds.
    var end: Double { (runStart ?? 0) + Double(runSamples) / rateHz }

    /// - Parameter pts: seconds on the timeline, nil when the block has no stamp.
    /// - Returns: the block's time, and whether it begins a new run.
    mutating func place(pts: Double?, samples: Int, rateHz: Int) -> (pts: Double, startsRun: Bool) {
        let rate = Double(rateHz)
        if runStart == nil {
            runStart = max(0, pts ?? 0)
        } else if rate == self.rateHz, (pts ?? end) - end <= Self.gapTolerance {
            let start = end
            runSamples += samples
            return (start, false)
        } else {
            runStart = max(end, pts ?? end)
        }
        self.rateHz = rate
        runSamples = samples
        return (runStart ?? 0, true)
    }
}
