import Testing

@testable import FingerprintIndex

@Suite("Lines of time through anchors")
struct LocalLinesTests {
    /// Bin by bin, as plainly as it can be said.
    private func plain(_ votes: [LocalLines.Vote], least: Double) -> (votes: Double, line: Line)? {
        var best: (votes: Double, line: Line)?
        for speed in AlignerParameters.current.speeds {
            var bins: [Int: [Int: Double]] = [:]
            for vote in votes.prefix(512) {
                let place = Int(((vote.referenceTime - speed * vote.queryTime) / 0.25).rounded())
                for shift in -1...1 {
                    let weight = min(8, vote.decades) * (shift == 0 ? 1 : 0.6)
                    bins[place + shift, default: [:]][vote.query] = max(
                        bins[place + shift]?[vote.query] ?? 0, weight)
                }
            }
            for (place, votes) in bins.sorted(by: { $0.key < $1.key }) {
                let sum = votes.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value } * (speed == 1 ? 1.1 : 1)
                if sum > best?.votes ?? 0 {
                    best = (sum, Line(speed: speed, offset: Double(place) * 0.25, mirrored: false))
                }
            }
        }
        guard let best, best.votes >= least else { return nil }
        return best
    }

    @Test("Sorted ballots elect the line that bins elect", arguments: 1...40)
    func equal(_ seed: Int) {
        var dice = Dice(UInt64(seed))
        func share() -> Double { Double(dice.next() % 10_000) / 10_000 }
        let speed = [1, 1, 1.04, 0.8][seed % 4], copies = seed % 5 * 4
        var votes = (0..<[1, 2, 30, 600][seed % 4]).map { _ in
            let frame = Int(dice.next() % 40)
            return LocalLines.Vote(
                query: frame, queryTime: Double(frame) / 2, referenceTime: 60 * share(), decades: 3 + 7 * share())
        }
        votes += (0..<copies).map { frame in
            LocalLines.Vote(
                query: frame, queryTime: Double(frame) / 2,
                referenceTime: 7 + speed * Double(frame) / 2 + 0.2 * share(),
                decades: 3 + 2 * share())
        }
        votes.sort { $0.decades > $1.decades }
        for least in [0.0, 5, 12, 100] {
            let (found, expected) = (
                LocalLines.best(votes, least: least, isMirrored: false), plain(votes, least: least)
            )
            #expect(found?.line == expected?.line, "seed \(seed), at least \(least)")
            #expect(found?.votes == expected?.votes)
        }
    }
}
