import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Foundation

/// What it took to fill an index.
struct BuildFacts {
    var seconds = 0.0
    var addCPU = 0.0
    var addedSegments = 0
    var addPeak = 0
    var compactCPU = 0.0
    var compactPeak = 0
}

extension Distractors {
    /// Seconds of sound that are added in one call, as an archive would be taken in.
    static let portionSeconds = 36_000.0

    /// Adds `planted` clips and distractors up to `seconds` of sound to an index, and sets it in order.
    func fill(_ index: FingerprintIndex, planting planted: [Clip], seconds: Double) throws -> BuildFacts {
        var facts = BuildFacts()
        var portion = planted.map { (Reference(id: $0.name, duration: $0.fingerprint.duration), $0.fingerprint) }
        let there = try index.references()
        var inPortion = 0.0, number = max(0, there.count - planted.count)
        func add() throws {
            let began = Meter.cpuSeconds
            try index.add(portion)
            facts.addCPU += Meter.cpuSeconds - began
            (portion, inPortion) = ([], 0)
        }
        Meter.forgetPeak()
        facts.seconds = (there.isEmpty ? portion.map(\.0) : there).reduce(0) { $0 + $1.duration }
        while facts.seconds < seconds {
            let next = reference(number)
            number += 1
            facts.seconds += next.1.duration
            inPortion += next.1.duration
            portion.append(next)
            if inPortion >= Self.portionSeconds { try add() }
        }
        try add()
        facts.addPeak = Meter.peak
        facts.addedSegments = try index.statistics().segments
        Meter.forgetPeak()
        let began = Meter.cpuSeconds
        try index.compact()
        facts.compactCPU = Meter.cpuSeconds - began
        facts.compactPeak = Meter.peak
        return facts
    }
}
