/// The vote of anchors for a line of time.
struct LocalLines {
    /// An anchor: its frame of the query, both frames' times, and what it says.
    struct Vote {
        var query: Int
        var queryTime: Double
        var referenceTime: Double
        var decades: Double
    }

    private static let binSeconds = 0.25
    /// Anchors that vote, the best first.
    static let votesMax = 512
    /// Most copies play as fast as what they are copies of.
    private static let straightFactor = 1.1

    /// The line with the most votes, each query frame having one; nil under `least`.
    ///
    /// - Parameter votes: of more than `votesMax` the first count.
    static func best(_ votes: [Vote], least: Double, isMirrored: Bool) -> (votes: Double, line: Line)? {
        let votes = votes.prefix(votesMax)
        var most: [Int: Double] = [:]
        for vote in votes { most[vote.query] = max(most[vote.query] ?? 0, weight(vote)) }
        // What all frames say together, in the order in which a bin is summed: no bin has more.
        let bound = most.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
        var best: (votes: Double, line: Line)?
        var ballots: [UInt64] = []
        for speed in AlignerParameters.current.speeds {
            let factor = speed == 1 ? straightFactor : 1
            guard bound * factor >= least, bound * factor > best?.votes ?? 0 else { continue }
            ballots.removeAll(keepingCapacity: true)
            for (index, vote) in votes.enumerated() {
                let offset = vote.referenceTime - speed * vote.queryTime
                let place = Int((offset / binSeconds).rounded())
                // Bin, frame of the query and vote in one integer; times are below half a day, so 20 bits hold a bin, and
                // 24 a frame.
                for shift in -1...1 {
                    let bin = UInt64(place + shift + 1 << 19), frame = UInt64(vote.query)
                    ballots.append(bin << 36 | frame << 12 | UInt64(index) << 2 | UInt64(shift + 1))
                }
            }
            ballots.sort()
            var start = 0
            while start < ballots.count {
                let bin = ballots[start] >> 36
                var sum = 0.0, frame = ballots[start] >> 12, said = 0.0
                while start < ballots.count, ballots[start] >> 36 == bin {
                    let ballot = ballots[start]
                    if ballot >> 12 != frame {
                        sum += said
                        (frame, said) = (ballot >> 12, 0)
                    }
                    said = max(said, weight(votes[Int(ballot >> 2 & 0x3FF)]) * (ballot & 3 == 1 ? 1 : 0.6))
                    start += 1
                }
                sum = (sum + said) * factor
                if sum > best?.votes ?? 0 {
                    let offset = Double(Int(bin) - 1 << 19) * binSeconds
                    best = (sum, Line(speed: speed, offset: offset, mirrored: isMirrored))
                }
            }
        }
        guard let best, best.votes >= least else { return nil }
        return best
    }

    private static func weight(_ vote: Vote) -> Double { min(8, vote.decades) }
}
