import CKernels
import Fingerprints

/// What the pictures of two clips say about each other.
struct VideoEvidence {
    private let query: Prepared
    private let reference: Prepared
    private let parameters: AlignerParameters
    /// Decades for each distance 0...256.
    private let decades: [Double]

    /// A query frame on the line with its nearest reference frame.
    struct Aligned {
        var query: Int
        var reference: Int
        var distance: Int
    }

    /// Agreement along one line.
    struct Path {
        var line: Line
        /// Frames inside the span, in the query's order.
        var frames: [Aligned]
        var queryStart: Double
        var queryEnd: Double
        /// Decades, before the price of the search.
        var decades: Double
        /// Sum of the distinct moments' weights.
        var moments: Double
        var distinct: Int

        var meanDistance: Double {
            frames.isEmpty ? 256 : Double(frames.reduce(0) { $0 + $1.distance }) / Double(frames.count)
        }
    }

    init(query: Prepared, reference: Prepared, parameters: AlignerParameters = .current) {
        self.query = query
        self.reference = reference
        self.parameters = parameters
        let table = parameters.likelihood
        decades = (0...256).map { distance in
            let d = Double(distance)
            let upper = max(1, table.firstIndex { $0.distance >= d } ?? table.count - 1)
            let (a, b) = (table[upper - 1], table[upper])
            return a.decades + (b.decades - a.decades) * (d - a.distance) / (b.distance - a.distance)
        }
    }

    var isEmpty: Bool { query.codes.isEmpty || reference.codes.isEmpty }

    // MARK: Votes

    struct Vote {
        var query: Int
        var reference: Int
        var distance: Int
    }

    /// Pairs of frames within the radius; of too many, the closest.
    func votes(mirrored: Bool, radius: UInt32) -> [Vote] {
        let codes = mirrored ? query.mirrored : query.codes
        // Both arrays live for the calls and are as long as their counts say.
        return unsafe codes.withHashWords { queryWords, queryCount in
            unsafe reference.codes.withHashWords { referenceWords, referenceCount in
                var radius = radius
                if queryCount * referenceCount > parameters.votesMax {
                    var histogram = [UInt64](repeating: 0, count: 257)
                    // The kernel reads four words a code and writes 257 counts: the arrays are that long.
                    unsafe histogram.withUnsafeMutableBufferPointer { counts in
                        unsafe moire_index_distances(
                            queryWords, queryCount, referenceWords, referenceCount,
                            counts.baseAddress)
                    }
                    var sum: UInt64 = 0
                    for (distance, count) in histogram.enumerated() {
                        sum += count
                        if sum > UInt64(parameters.votesMax) {
                            radius = min(radius, UInt32(max(0, distance - 1)))
                            break
                        }
                    }
                }
                var pairs = [moire_code_pair](
                    repeating: moire_code_pair(query: 0, reference: 0, distance: 0),
                    count: min(queryCount * referenceCount, parameters.votesMax))
                // At most `pairs.count` are written.
                let found = unsafe pairs.withUnsafeMutableBufferPointer { buffer in
                    unsafe moire_index_pairs(
                        queryWords, queryCount, referenceWords, referenceCount, radius,
                        buffer.baseAddress, buffer.count)
                }
                return pairs.prefix(found).map {
                    Vote(query: Int($0.query), reference: Int($0.reference), distance: Int($0.distance))
                }
            }
        }
    }

    /// The lines most votes fall on, best first.
    func lines(votes: [Vote], mirrored: Bool) -> [(line: Line, votes: Double)] {
        guard let queryLast = query.times.last, let referenceLast = reference.times.last, !votes.isEmpty else {
            return []
        }
        // A frame that resembles everything shares its vote among all it resembles.
        var ofQuery = [Double](repeating: 0, count: query.codes.count)
        var ofReference = [Double](repeating: 0, count: reference.codes.count)
        for vote in votes {
            ofQuery[vote.query] += 1
            ofReference[vote.reference] += 1
        }
        let weights = votes.map { vote in
            max(0.05, decades[vote.distance]) / max(ofQuery[vote.query], ofReference[vote.reference]).squareRoot()
        }
        let plain = votes.map { max(0, decades[$0.distance]) }
        var peaks: [(line: Line, votes: Double)] = []
        for speed in parameters.speeds {
            let lowest = -speed * queryLast
            let binCount = Int((referenceLast - lowest) / parameters.stepSeconds) + 3
            var sums = [Double](repeating: 0, count: binCount)
            var lastQuery = [Int32](repeating: -1, count: binCount)
            var lastWeight = [Double](repeating: 0, count: binCount)
            var unshared = [Double](repeating: 0, count: binCount)
            for (index, vote) in votes.enumerated() {
                let weight = weights[index]
                let offset = reference.times[vote.reference] - speed * query.times[vote.query]
                let bin = min(binCount - 2, max(1, Int((offset - lowest) / parameters.stepSeconds + 1.5)))
                unshared[bin] += plain[index]
                // One query frame votes once in a bin, with its best.
                if lastQuery[bin] == Int32(vote.query) {
                    sums[bin] += max(0, weight - lastWeight[bin])
                    lastWeight[bin] = max(lastWeight[bin], weight)
                } else {
                    sums[bin] += weight
                    lastQuery[bin] = Int32(vote.query)
                    lastWeight[bin] = weight
                }
            }
            for bin in 1..<binCount - 1 where sums[bin] > 0 {
                let sum = sums[bin] + 0.5 * (sums[bin - 1] + sums[bin + 1])
                let left = sums[bin - 1] + 0.5 * ((bin > 1 ? sums[bin - 2] : 0) + sums[bin])
                let right = sums[bin + 1] + 0.5 * ((bin + 2 < binCount ? sums[bin + 2] : 0) + sums[bin])
                guard sum > left, sum >= right else { continue }
                let line = Line(
                    speed: speed, offset: lowest + Double(bin - 1) * parameters.stepSeconds, mirrored: mirrored)
                // A line whose votes together would not pay for the search cannot become a match.
                guard unshared[bin - 1] + unshared[bin] + unshared[bin + 1] > searchCost(line) else { continue }
                peaks.append((line, sum))
            }
        }
        peaks.sort { a, b in
            if a.votes != b.votes { return a.votes > b.votes }
            let (x, y) = (abs(a.line.speed - 1), abs(b.line.speed - 1))
            return x != y ? x < y : a.line.offset < b.line.offset
        }
        return Array(peaks.prefix(parameters.linesMax))
    }

    // MARK: Judging one line

    /// Every query frame on the line whose place in the reference was sampled.
    func aligned(on line: Line) -> [Aligned] {
        let codes = line.mirrored ? query.mirrored : query.codes
        var result: [Aligned] = []
        var next = 0  // first reference frame at or after the place
        for index in codes.indices {
            let place = line.reference(at: query.times[index])
            while next < reference.times.count, reference.times[next] < place { next += 1 }
            var best: Aligned?
            for candidate in [next - 1, next] where reference.times.indices.contains(candidate) {
                guard abs(reference.times[candidate] - place) <= parameters.toleranceSeconds else { continue }
                let distance = codes[index].hammingDistance(to: reference.codes[candidate])
                if best.map({ distance < $0.distance }) ?? true {
                    best = Aligned(query: index, reference: candidate, distance: distance)
                }
            }
            if let best { result.append(best) }
        }
        return result
    }

    /// The spans of agreement on a line, in the query's order.
    func paths(on line: Line) -> [Path] {
        let frames = aligned(on: line)
        var paths: [Path] = []
        var start = 0
        while start < frames.count {
            // Up to a gap of many frames that do not agree.
            var end = start, silent = 0
            while end < frames.count, silent < parameters.gapFrames {
                silent = decades[frames[end].distance] > 0 ? 0 : silent + 1
                end += 1
            }
            if let path = bestStretch(frames[start..<end], line: line) { paths.append(path) }
            start = end
        }
        return paths
    }

    /// The stretch whose frames agree most: largest sum of clipped decades (Kadane).
    private func bestStretch(_ frames: ArraySlice<Aligned>, line: Line) -> Path? {
        var best = 0.0, bestRange = frames.startIndex..<frames.startIndex
        var sum = 0.0, from = frames.startIndex
        for index in frames.indices {
            if sum <= 0 {
                sum = 0
                from = index
            }
            sum += min(1, max(-1, decades[frames[index].distance]))
            if sum > best {
                best = sum
                bestRange = from..<index + 1
            }
        }
        guard !bestRange.isEmpty else { return nil }
        return path(of: Array(frames[bestRange]), line: line)
    }

    /// Weighs a stretch: frames that show the same picture as one before are the same moment.
    private func path(of frames: [Aligned], line: Line) -> Path {
        var leaders: [Aligned] = [], weights: [Double] = [], sums: [Double] = [], counts: [Double] = []
        for frame in frames {
            var novelty = Int.max, nearest = 0
            for (index, leader) in leaders.enumerated() {
                let apart = min(
                    query.codes[frame.query].hammingDistance(to: query.codes[leader.query]),
                    reference.codes[frame.reference].hammingDistance(to: reference.codes[leader.reference]))
                if apart < novelty { (novelty, nearest) = (apart, index) }
            }
            if novelty >= parameters.noveltyMin {
                let weight =
                    leaders.isEmpty
                    ? 1
                    : min(1, (Double(novelty) - parameters.noveltyFloor) / parameters.noveltyFull)
                leaders.append(frame)
                weights.append(weight)
                sums.append(decades[frame.distance])
                counts.append(1)
            } else {
                sums[nearest] += decades[frame.distance]
                counts[nearest] += 1
            }
        }
        var evidence = 0.0
        for index in leaders.indices { evidence += weights[index] * sums[index] / counts[index] }
        let span = edges(of: frames, line: line)
        return Path(
            line: line, frames: frames, queryStart: span.start, queryEnd: span.end, decades: evidence,
            moments: weights.reduce(0, +), distinct: leaders.count)
    }

    /// From half a step before the first agreeing frame to half a step after the last, and up to the clip's
    /// own ends where nothing speaks against it.
    private func edges(of frames: [Aligned], line: Line) -> (start: Double, end: Double) {
        let first = frames[0], last = frames[frames.count - 1]
        var start = query.times[first.query], end = query.times[last.query]
        if first.query > 0 {
            start = max((start + query.times[first.query - 1]) / 2, start - parameters.stepSeconds / 2)
        } else {
            start = start <= parameters.stepSeconds ? 0 : start - parameters.stepSeconds / 2
        }
        if last.query + 1 < query.times.count {
            end = min((end + query.times[last.query + 1]) / 2, end + parameters.stepSeconds / 2)
        } else {
            end =
                query.duration - end <= 1.5 * parameters.stepSeconds
                ? max(end, query.duration)
                : end + parameters.stepSeconds / 2
        }
        // The reference has to be there, too.
        start = max(start, line.query(at: 0))
        end = min(end, max(end - parameters.stepSeconds, line.query(at: reference.duration)))
        return (start, max(start, end))
    }

    // MARK: Refinement

    /// The line through each frame's best neighbour on the path, to a fraction of the sampling step.
    ///
    /// For a moving picture the distance grows on both sides of the right moment in much the same way, so
    /// the three distances around the closest frame place the minimum; a still picture has no say.
    func refined(_ path: Path) -> Line {
        let codes = path.line.mirrored ? query.mirrored : query.codes
        var fit = LineFit()
        for frame in path.frames where decades[frame.distance] > 0 {
            let around = max(0, frame.reference - 2)...min(reference.codes.count - 1, frame.reference + 2)
            guard
                let best = around.min(by: {
                    (codes[frame.query].hammingDistance(to: reference.codes[$0]), abs($0 - frame.reference))
                        < (codes[frame.query].hammingDistance(to: reference.codes[$1]), abs($1 - frame.reference))
                }), best > 0, best + 1 < reference.codes.count
            else { continue }
            let before = Double(codes[frame.query].hammingDistance(to: reference.codes[best - 1]))
            let here = Double(codes[frame.query].hammingDistance(to: reference.codes[best]))
            let after = Double(codes[frame.query].hammingDistance(to: reference.codes[best + 1]))
            let depth = max(before, after) - here
            guard depth >= 6 else { continue }  // less is within the noise of a compressed still
            let shift = max(-0.5, min(0.5, 0.5 * (before - after) / depth))
            let step =
                shift >= 0
                ? reference.times[best + 1] - reference.times[best]
                : reference.times[best] - reference.times[best - 1]
            guard step <= 2 * parameters.stepSeconds else { continue }
            fit.add(query.times[frame.query], reference.times[best] + shift * step, weight: depth)
        }
        var line = path.line
        guard fit.weight > 0 else { return line }
        if fit.spread >= 0.75, let (slope, intercept) = fit.solution, slope > 0.7, slope < 1.4,
            abs(slope / line.speed - 1) < 0.06
        {
            // Sampling places a moment to about 0.05 s; over the fit's spread that is the slope's error.
            if abs(slope - 1) > 0.06 / fit.spread || line.speed != 1 {
                line.speed = slope
                line.offset = intercept
                return line
            }
        }
        if let intercept = fit.intercept(slope: line.speed) { line.offset = intercept }
        return line
    }

    /// What it costs to have looked everywhere, decades.
    func searchCost(_ line: Line) -> Double {
        let places = Double(query.codes.count + reference.codes.count)
        // Moments, not frames, are independent: about one a second.
        return log10Of(1 + places / 4) + (line.mirrored ? parameters.mirrorCost : 0)
            + (reference.turn == .none ? 0 : parameters.turnCost)
            + (abs(line.speed - 1) > 0.02 ? parameters.speedCost : 0)
    }

    func pairs(of path: Path) -> [FramePair] {
        path.frames.map {
            FramePair(query: query.times[$0.query], reference: reference.times[$0.reference], distance: $0.distance)
        }
    }
}

extension [PDQHash] {
    /// Lends the hashes to a kernel, four words each.
    func withHashWords<Result>(_ body: (UnsafePointer<UInt64>?, Int) -> Result) -> Result {
        // PDQHash is four UInt64 in order: its memory is the kernel's.
        unsafe withUnsafeBytes { bytes in
            unsafe body(bytes.assumingMemoryBound(to: UInt64.self).baseAddress, count)
        }
    }
}
