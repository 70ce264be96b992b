internal import Frames

/// What a window of a recapture meter says.
protocol WindowFinding: Sendable {
    var probability: Double { get }
}

/// Windows in time order, each judged for itself, and the stretches of them that look recaptured.
struct WindowRuns<Finding: WindowFinding>: Sendable {
    struct Run {
        var span: TimeSpan
        /// The lowest probability of its windows, and the window with the highest.
        var probability: Double
        var finding: Finding
    }

    /// A window without a finding breaks a run; each ends where the next starts, the last at `end`.
    var windows: [(start: Double, finding: Finding?)] = []

    /// Runs of at least `least` windows that all look recaptured, with a probability of `probability` or more.
    func runs(least: Int, probability: Double = 0.5, end: Double) -> [Run] {
        var runs: [Run] = []
        var open: [Finding] = []
        for index in 0...windows.count {
            if index < windows.count, let finding = windows[index].finding, finding.probability >= probability {
                open.append(finding)
                continue
            }
            if open.count >= max(1, least), let best = open.max(by: { $0.probability < $1.probability }) {
                let start = windows[index - open.count].start
                let stop = index < windows.count ? windows[index].start : end
                runs.append(
                    Run(
                        span: TimeSpan(start: start.milliseconds, end: stop.milliseconds),
                        probability: open.map(\.probability).min() ?? 0, finding: best))
            }
            open = []
        }
        return runs
    }
}
