import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Frames

/// Ten seconds of a damaged clip, as a lookup would ask for them.
struct Query {
    let fingerprint: MediaFingerprint
    /// The reference that holds it; nil for clips that are not there.
    let answer: String?

    static let seconds = 10
    /// Pieces begin 7 s apart, off the fingerprint's grid, as a stranger's cut would be.
    static let starts = (first: 5_003, step: 77_177)

    static func pieces(of clip: Clip, _ damage: Clip.Damage, planted: Bool) -> [Query] {
        let samples = clip.damaged[damage] ?? []
        return stride(from: starts.first, to: samples.count, by: starts.step).compactMap { start in
            let end = start + seconds * MonoBlock.sampleRateHz
            guard end <= samples.count else { return nil }
            let fingerprint = Clip.fingerprint(of: Array(samples[start..<end]))
            guard fingerprint.audio.peaks.count >= 50 else { return nil }
            return Query(fingerprint: fingerprint, answer: planted ? clip.name : nil)
        }
    }
}

/// What was measured over a set of queries.
struct Answers {
    var queries = 0
    var whole = Series()
    var wall = Series()
    var stages: [LookupStage: Series] = [:]
    var found = 0
    /// Queries with a match that is made up, and with one of another clip.
    var alarms = 0
    var others = 0

    mutating func ask(_ query: Query, _ index: FingerprintIndex) throws {
        var spent: [LookupStage: Double] = [:]
        let wallBegan = Meter.wallSeconds, began = Meter.cpuSeconds
        var last = began
        let result = try index.lookup(query.fingerprint, id: "query", options: LookupOptions()) { stage in
            let now = Meter.cpuSeconds
            spent[stage, default: 0] += now - last
            last = now
        }
        let ended = Meter.cpuSeconds
        wall.add((Meter.wallSeconds - wallBegan) * 1000)
        whole.add((ended - began) * 1000)
        for stage in LookupStage.allCases {
            stages[stage, default: Series()].add((spent[stage] ?? 0) * 1000)
        }
        queries += 1
        let references = Set(result.matches.map(\.reference))
        if let answer = query.answer, references.contains(answer) { found += 1 }
        if references.contains(where: { $0.hasPrefix(Distractors.prefix) }) { alarms += 1 }
        if references.contains(where: { !$0.hasPrefix(Distractors.prefix) && $0 != query.answer }) { others += 1 }
    }
}
