import FingerprintIndex
import Foundation

/// What a list weighs, and how its keys are distributed.
struct ListFacts {
    var postings = 0
    var seconds = 0.0
    var bytes = 0
    var buildSeconds = 0.0
    /// Different keys.
    var keys = 0
    /// Sum over keys of occurrences × log2(occurrences), and × occurrences.
    private var logs = 0.0
    private var squares = 0.0

    mutating func add(occurrences: Int) {
        keys += 1
        postings += occurrences
        logs += Double(occurrences) * log2(Double(occurrences))
        squares += Double(occurrences) * Double(occurrences)
    }

    /// Bits of surprise of a posting's key.
    var entropy: Double { log2(Double(postings)) - logs / Double(postings) }
    /// Occurrences of a posting's key, over postings: what a query meets.
    var occurrences: Double { squares / Double(postings) }
    var bytesPerPosting: Double { Double(bytes) / Double(postings) }
    var bytesPerSecond: Double { Double(bytes) / seconds }
}

extension Timeline {
    /// Postings sorted at a time: half a gigabyte.
    static let portion = 1 << 26

    /// Writes the list to a file, one range of keys after another: each range is made anew from the references' numbers
    /// and sorted in memory, so that neither memory nor disk holds more than the list and a portion.
    func write(to path: String) throws -> ListFacts {
        var facts = ListFacts()
        let began = Meter.cpuSeconds
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("cannot write \(path)") }
        var encoder = SoundPostingsEncoder(ticks: ticks)
        for keys in portions() {
            var postings: [UInt64] = []
            append(keys, to: &postings)
            postings.sort()
            var index = 0
            while index < postings.count {
                let key = UInt32(postings[index] >> 32)
                var occurrences = 0
                var previous: UInt64?
                while index < postings.count, UInt32(postings[index] >> 32) == key {
                    let posting = postings[index]
                    index += 1
                    if posting == previous { continue }
                    previous = posting
                    occurrences += 1
                    encoder.append(SoundPosting(key: key, place: UInt32(truncatingIfNeeded: posting)))
                }
                facts.add(occurrences: occurrences)
            }
            try file.write(contentsOf: Data(encoder.drain()))
        }
        try file.write(contentsOf: Data(encoder.finish()))
        facts.bytes = Int(try file.offset())
        try file.close()
        facts.seconds = seconds
        facts.buildSeconds = Meter.cpuSeconds - began
        return facts
    }

    /// Ranges of keys that hold about a portion each, by the keys of a few references.
    private func portions() -> [Range<UInt32>] {
        var sample: [UInt64] = []
        let step = max(1, references / 500)
        for reference in stride(from: 0, to: references, by: step) { append(reference, 0..<1 << 24, to: &sample) }
        sample.sort()
        let expected = sample.count * step
        let count = max(1, (expected + Self.portion - 1) / Self.portion)
        var edges: [UInt32] = [0]
        for index in 1..<max(1, count) { edges.append(UInt32(sample[sample.count * index / count] >> 32)) }
        edges.append(1 << 24)
        return zip(edges, edges.dropFirst()).filter { $0 < $1 }.map { $0..<$1 }
    }
}
