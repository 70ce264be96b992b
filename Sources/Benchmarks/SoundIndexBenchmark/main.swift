// Measures lookups by sound in an index of many hours. Started by `ops/bench sound-index`, which turns media into
// samples.
//
//     sound-index-bench HOURS FOLDER STEM [STEM ...]
//
// The index is made in FOLDER/index through `FingerprintIndex.add` and `compact`; one that is there already, of the same
// clips, is taken on from where it ends, so that the same hours can be asked again. See `Distractors` for what is in it, and `Clip`
// for the damage.
//
// Measured at 1,000 hours, 9,291 references made of 33 clips of music, speech and surroundings, two segments (EPYC, two
// processors): 265 bytes a second; 4.5 ms where the sound is found as it is, 22 and 25 ms faster or higher, 40 ms faster
// and lower, and 31 ms where it is not found at all, at the 95th percentile 12, 28, 29, 46 and 35; of a hundred questions
// through a loudspeaker, and through it faster, higher, or faster and lower, 100, 97, 96 and 91 are answered, and no
// stranger is. In one hour 100, 99, 100 and 99, for 5, 31, 31, 59 and 54 ms.
import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Foundation

func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000) MB" }

func measure(hours: Double, folder: String, clips: [Clip]) throws {
    // Every second clip is in the index; the others ask for what is not there.
    let planted = clips.indices.filter { $0 % 2 == 0 }.map { clips[$0] }
    let path = "\(folder)/index"
    do {
        let index = try FingerprintIndex(at: path, create: true)
        var seconds = try index.references().reduce(0) { $0 + $1.duration }
        if seconds < hours * 3600 {
            let facts = try Distractors(from: clips).fill(index, planting: planted, seconds: hours * 3600)
            print(
                "adding                        \(rounded(facts.addCPU, 1)) s CPU for "
                    + "\(rounded((facts.seconds - seconds) / 3600, 0)) h, \(facts.addedSegments) segments, "
                    + "peak \(megabytes(facts.addPeak))")
            print(
                "compacting                    \(rounded(facts.compactCPU, 1)) s CPU, peak "
                    + megabytes(facts.compactPeak))
            seconds = facts.seconds
        }
        let statistics = try index.statistics()
        print(
            "index                         \(rounded(seconds / 3600, 1)) h, \(statistics.references) references, "
                + "\(rounded(Double(statistics.peaks) / seconds, 1)) peaks a second, \(statistics.segments) segments")
        print("bytes a second of sound       \(rounded(Double(statistics.bytes) / seconds, 1))")
    }
    try ask(path, clips: clips, planted: planted)
}

func ask(_ path: String, clips: [Clip], planted: [Clip]) throws {
    var sets: [(title: String, queries: [Query])] = Clip.Damage.allCases.map { damage in
        ("planted, \(damage.rawValue)", planted.flatMap { Query.pieces(of: $0, damage, planted: true) })
    }
    let strangers = clips.indices.filter { $0 % 2 == 1 }.map { clips[$0] }
    sets.append(("never referenced", strangers.flatMap { Query.pieces(of: $0, .room, planted: false) }))
    // Of each set as many as there is patience for, spread over the clips.
    let most = 100
    sets = sets.map { set in
        let step = max(1, (set.queries.count + most - 1) / most)
        return (set.title, stride(from: 0, to: set.queries.count, by: step).map { set.queries[$0] })
    }
    guard sets.allSatisfy({ !$0.queries.isEmpty }) else {
        throw BenchError("the clips are too short to cut questions from")
    }

    for name in try FileManager.default.contentsOfDirectory(atPath: path) { Meter.evict("\(path)/\(name)") }
    let before = Meter.resident, began = (wall: Meter.wallSeconds, cpu: Meter.cpuSeconds)
    let index = try FingerprintIndex(at: path, create: false)
    let opened = (wall: Meter.wallSeconds - began.wall, cpu: Meter.cpuSeconds - began.cpu), after = Meter.resident
    var cold = Answers()
    for query in sets[0].queries.prefix(10) { try cold.ask(query, index) }
    let asked = Meter.resident
    print(
        "opening, not in memory        \(rounded(opened.cpu * 1000, 1)) ms CPU, \(rounded(opened.wall * 1000, 1)) ms")
    print(
        "first ten, not in memory      \(rounded(cold.wall.quantile(0.5), 1)) ms each, most "
            + "\(rounded(cold.wall.quantile(1), 1))")
    print("resident before opening       \(megabytes(before.own)) own, \(megabytes(before.all)) with files")
    print("resident before the first     \(megabytes(after.own)) own, \(megabytes(after.all)) with files")
    print("resident after ten            \(megabytes(asked.own)) own, \(megabytes(asked.all)) with files\n")

    var table = Table(
        ["questions of 10 s", "number", "found", "made-up", "others", "CPU ms", "95 %", "most"]
            + LookupStage.allCases.map(\.rawValue))
    for set in sets {
        // Once for the pages, once for the figures.
        for query in set.queries {
            var warming = Answers()
            try warming.ask(query, index)
        }
        var answers = Answers()
        for query in set.queries { try answers.ask(query, index) }
        func share(_ number: Int) -> String { rounded(Double(number) / Double(answers.queries), 3) }
        table.add(
            [
                set.title, "\(answers.queries)", set.queries[0].answer == nil ? "-" : share(answers.found),
                share(answers.alarms), share(answers.others), rounded(answers.whole.quantile(0.5), 1),
                rounded(answers.whole.quantile(0.95), 1), rounded(answers.whole.quantile(1), 1),
            ] + LookupStage.allCases.map { rounded(answers.stages[$0]?.mean ?? 0, 2) })
    }
    table.print()
    // Published constants: both were measured on another machine of this class over two hours of references, 145 of
    // them, with questions of 3 to 30 s; CPU of the search itself, without the start of its program.
    var peers = Table(["peers, at 2 hours", "bytes a second", "CPU ms a query", "of it search"])
    peers.add(["Olaf", "845", "13.6", "1.3"])
    peers.add(["audfprint", "88.7", "200", "16.1"])
    peers.add(["audfprint, 100 landmarks a second", "357", "262", "42.6"])
    peers.print()
}

let arguments = CommandLine.arguments.dropFirst()
do {
    guard arguments.count >= 4, let hours = Double(arguments[1]), hours >= 1 else {
        throw BenchError("usage: sound-index-bench HOURS FOLDER STEM ..., at least one hour and two clips")
    }
    let clips = try arguments.dropFirst(2).map { try Clip(stem: $0) }.filter { $0.peaks.count > 100 }
    guard clips.count >= 2 else { throw BenchError("of these clips fewer than two have sound to hold on to") }
    let seconds = clips.reduce(0) { $0 + $1.fingerprint.duration }
    print("clips                         \(clips.count), \(rounded(seconds, 0)) s")
    try measure(hours: hours, folder: arguments[2], clips: clips)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
