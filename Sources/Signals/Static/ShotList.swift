internal import Frames

extension StaticSignal.Shot {
    /// The shots between cuts, dissolves and fades; the `most` longest when there are more.
    static func list(
        cuts: [Double], dissolves: [(pts: Double, isFade: Bool)], first: Double, end: Double, _ p: StaticParameters
    ) -> [StaticSignal.Shot] {
        var starts = cuts.map { (at: $0, by: StaticSignal.Transition.cut) }
        // A cut also looks like the middle of a dissolve.
        for dissolve in dissolves where !cuts.contains(where: { abs($0 - dissolve.pts) <= p.dissolveHalfSeconds + 0.1 })
        {
            starts.append((dissolve.pts, dissolve.isFade ? .fade : .dissolve))
        }
        starts.sort { $0.at < $1.at }
        starts.insert((first, .start), at: 0)
        var shots: [StaticSignal.Shot] = []
        for (index, start) in starts.enumerated() {
            let stop = index + 1 < starts.count ? starts[index + 1].at : end
            shots.append(.init(start: start.at.milliseconds, end: stop.milliseconds, by: start.by))
        }
        let kept = Set(longest(shots.map { TimeSpan(start: $0.start, end: $0.end) }, p.shotsMax))
        return shots.filter { kept.contains(TimeSpan(start: $0.start, end: $0.end)) }
    }
}
