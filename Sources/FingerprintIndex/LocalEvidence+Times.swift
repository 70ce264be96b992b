/// Where a stretch begins and ends, and how its times map.
extension LocalEvidence {
    /// Half a step beyond the first and the last frame that agree, and up to the clip's own ends.
    func edges(_ path: Path) -> (start: Double, end: Double) {
        let first = path.frames[0].query, last = path.frames[path.frames.count - 1].query
        let half = LocalPrint.period / 2
        var start = first == 0 ? 0 : query.print.times[first] - half
        var end = query.print.ends[last] - (last + 1 < query.print.times.count ? half : -LocalPrint.period)
        start = max(start, path.line.query(at: 0))
        end = min(end, max(end - 2 * half, path.line.query(at: (reference.ends.last ?? 0) + LocalPrint.period)))
        return (start, max(start, end))
    }

    /// The line where each reference frame's closest moment lies, between the query's frames.
    func refined(_ path: Path) -> Line {
        var fit = LineFit()
        for other in Set(path.frames.map(\.reference)).sorted() {
            guard reference.ends[other] - reference.times[other] < 1.6 else { continue }
            let near = path.frames.filter { $0.reference == other }
            guard let peak = near.max(by: { $0.decades < $1.decades }) else { continue }
            func decades(_ frame: Int) -> Double { near.first { $0.query == frame }?.decades ?? 0 }
            let before = decades(peak.query - 1), after = decades(peak.query + 1)
            let depth = 2 * peak.decades - before - after
            guard depth > 1, query.print.ends[peak.query] - query.print.times[peak.query] < 0.8 else { continue }
            let shift = max(-0.5, min(0.5, (after - before) / depth / 2))
            fit.add(
                query.print.times[peak.query] + shift * LocalPrint.period, reference.times[other],
                weight: min(depth, 8))
        }
        var line = path.line
        guard fit.weight > 0 else { return line }
        if fit.spread >= 1.5, let (slope, intercept) = fit.solution, slope > 0.7, slope < 1.4,
            abs(slope / line.speed - 1) < 0.06, line.speed != 1 || abs(slope - 1) > 0.15 / fit.spread
        {
            line.speed = slope
            line.offset = intercept
            return line
        }
        if let intercept = fit.intercept(slope: line.speed) { line.offset = intercept }
        return line
    }
}
