// Measures lookups by pictures among millions of frame codes. Started by `ops/bench index`, which turns media into
// pictures and compares what comes out with other programs.
//
//     frame-index-bench CODES FOLDER DECODER STEM [STEM ...]
//
// The index is made in FOLDER/index through `FingerprintIndex.add` and `compact`, and asked where it is there already.
// See `Distractors` for what is in it and `Clip` for the damage. FOLDER receives what the comparison needs: `codes`,
// `references`, `frame-queries` and `video-queries` (32 bytes a code), `video-answers`, and what was found.
//
// Measured at 10,000,231 codes made of 65 clips, without local features and sound: one segment of 43.1 bytes a code (EPYC
// with 32 MB of cache, two processors shared by others, faiss 1.15.1 in the same run): of what an exact scan finds within
// 31 / 64 / 80 bits, 96 blocks find .98 / .83 / .67 in 0.017 ms and 256 find 1.00 / .92 / .76 in 0.041 ms; MultiHash 16x16
// finds .98 / .62 / .45 in 0.85 to 1.2 ms and IVF 4096 with 128 probes .96 / .73 / .57 in 0.64 ms.
//
// At 10,000,023 codes with 118 million local features and 887 h of sound, in 8 segments: of 47 clips, filmed, cut and
// captioned, 16 frames find .96 in 0.7 ms, IVF .66 in 8.4 ms, and a scan to 92 bits .92 in 217. In one segment, of 36
// clips, with 115 million local features (21.5 bytes each) and 887 h: a second 138 bytes of whole frames (44.2 a code), 776
// of places, 319 of sound; 16 frames find 21 of 23 in 1.3 ms. Whole lookups of up to ten seconds of 26 planted clips, on a
// machine that was half as fast again at other times: as they are all in 61 ms, cut 24 in 63, filmed from an angle all but
// one in 85, in a window all in 72, turned all in 101, negative all in 103; strangers in 122; at most 245. Two strangers by
// frames each, a third of one by places.
import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Fleet
import Foundation

/// Blocks that are opened for a frame.
let efforts = [48, 96, 192, 256, 512, 768, 1536, 3072]
let radiusMost = 80

func askFrames(_ archive: Archive, _ queries: [FrameQuery]) throws {
    try write(queries.map(\.picture.hash), to: "\(archive.folder)/frame-queries")
    let neighbours = try FrameNeighbours(of: try FingerprintIndex(at: archive.path, create: false))
    var table = Table(["one frame asks", "CPU ms", "codes looked at"])
    var lines = ""
    for (title, withMargins, blocks) in efforts.map({ ("\($0) blocks", true, $0) }) + [
        ("512 blocks, no margins", false, 512)
    ] {
        var looked = 0, found: [[FrameNeighbours.Frame]] = []
        func ask() throws {
            (looked, found) = (0, [])
            for query in queries {
                let answer = try neighbours.near(
                    query.picture.hash, margins: withMargins ? query.picture.margins : nil, radius: radiusMost,
                    blocks: blocks)
                looked += answer.looked
                found.append(answer.frames)
            }
        }
        // Margins are made with the hash when a file is read, so their making is no part of a lookup.
        let began = Meter.cpuSeconds
        for query in queries { _ = (query.picture.hash, withMargins ? query.picture.margins : nil) }
        let making = Meter.cpuSeconds - began
        // Once for the pages, then for the figures.
        try ask()
        let start = Meter.cpuSeconds
        for _ in 0..<5 { try ask() }
        let each = ((Meter.cpuSeconds - start) / 5 - making) / Double(queries.count) * 1000
        table.add([title, rounded(each, 4), rounded(Double(looked) / Double(queries.count), 0)])
        lines += "\(title)\t\(each)\n"
        for frames in found {
            lines += frames.map { "\(neighbours.reference(of: $0))/\($0.frame)" }.sorted().joined(separator: " ") + "\n"
        }
    }
    try lines.write(toFile: "\(archive.folder)/frames-found", atomically: true, encoding: .utf8)
    table.print()
}

func askVideos(_ archive: Archive, _ sets: [(title: String, queries: [VideoQuery])]) throws {
    let neighbours = try FrameNeighbours(of: try FingerprintIndex(at: archive.path, create: false))
    var table = Table(["sixteen frames ask", "queries", "found", "others each", "CPU ms", "95 %", "most"])
    for (title, withMargins) in [("", true), (", no margins", false)] {
        for set in sets {
            var cpu = Series(), found = 0, others = 0
            for query in set.queries {
                let asked = fingerprint(query.frames, perSecond: Clip.wholePerSecond, withMargins: withMargins)
                _ = try neighbours.references(showing: asked)
                let began = Meter.cpuSeconds
                let ids = try neighbours.references(showing: asked)
                cpu.add((Meter.cpuSeconds - began) * 1000)
                if let answer = query.answer, ids.contains(answer) { found += 1 }
                others += ids.count { $0 != query.answer }
            }
            let count = Double(set.queries.count)
            table.add([
                set.title + title, "\(set.queries.count)",
                set.queries.first?.answer == nil ? "-" : rounded(Double(found) / count, 3),
                rounded(Double(others) / count, 3), rounded(cpu.mean, 3), rounded(cpu.quantile(0.95), 3),
                rounded(cpu.quantile(1), 3),
            ])
            if set.queries.first?.answer != nil, withMargins {
                try "\(Double(found) / count)\t\(cpu.mean)\n".write(
                    toFile: "\(archive.folder)/videos-found", atomically: true, encoding: .utf8)
            }
        }
    }
    table.print()
    let planted = sets[0].queries
    try write(planted.flatMap { $0.frames.map(\.hash) }, to: "\(archive.folder)/video-queries")
    try planted.map { "\($0.answer ?? "-") \($0.frames.count)\n" }.joined()
        .write(toFile: "\(archive.folder)/video-answers", atomically: true, encoding: .utf8)
}

/// What no scan can be faster than: reading all codes once, GB a second.
func readingSpeed(_ bytes: Int) -> Double {
    let words = [UInt64](repeating: 1, count: max(1 << 20, bytes / 8))
    var sum: UInt64 = 0, best = 0.0
    for _ in 0..<4 {
        let began = Meter.cpuSeconds
        for word in words.span.indices { sum &+= words[word] }
        best = max(best, Double(words.count * 8) / (Meter.cpuSeconds - began) / 1e9)
    }
    return sum == 0 ? 0 : best
}

func opening(_ archive: Archive) throws {
    let megabyte = 1_000_000
    for name in try FileManager.default.contentsOfDirectory(atPath: archive.path) {
        Meter.evict("\(archive.path)/\(name)")
    }
    for title in ["opening, not in memory", "opening, in memory"] {
        let before = Meter.resident, began = (wall: Meter.wallSeconds, cpu: Meter.cpuSeconds)
        let index = try FingerprintIndex(at: archive.path, create: false)
        let spent = (wall: Meter.wallSeconds - began.wall, cpu: Meter.cpuSeconds - began.cpu), after = Meter.resident
        print(
            title.padding(toLength: 30, withPad: " ", startingAt: 0)
                + "\(rounded(spent.cpu * 1000, 2)) ms CPU, \(rounded(spent.wall * 1000, 2)) ms; "
                + "\((after.all - before.all) / megabyte) MB more in memory, files' pages and all")
        _ = try index.candidates(
            of: fingerprint(
                [Picture(coefficients: (0..<256).map { Float($0 * 37 % 251) }, quality: 100)], perSecond: 1,
                withMargins: true))
    }
    let sum = try FingerprintIndex(at: archive.path, create: false).statistics()
    print(
        "index                         \(sum.references) references, \(sum.codes) codes, \(sum.segments) segments, "
            + "\(rounded(Double(sum.bytes) / Double(sum.codes), 2)) bytes a code")
}

let arguments = CommandLine.arguments.dropFirst()
do {
    guard arguments.count >= 5, let count = Int(arguments[1]), count >= 1000 else {
        throw BenchError(
            "usage: frame-index-bench CODES FOLDER DECODER STEM ..., at least a thousand codes and two clips")
    }
    let decoder = try DecodeService(decoderPath: arguments[3], sandboxRequired: false)
    let pairs = try arguments.dropFirst(3).enumerated().map {
        (clip: try Clip(stem: $1, number: $0), reading: try Reading(stem: $1, number: $0, decoder: decoder))
    }.filter { pair in pair.clip.frames.count { $0.quality >= Picture.usable } >= 8 }
    // Every fourth clip stays outside and asks for what is not there.
    let planted = pairs.indices.filter { $0 % 4 != 3 }.map { pairs[$0] }
    let strangers = pairs.indices.filter { $0 % 4 == 3 }.map { pairs[$0] }
    let distractors = try Distractors(from: pairs.map(\.clip), readings: pairs.map(\.reading.whole))
    let archive = Archive(folder: arguments[2])
    print("clips                         \(pairs.count), \(planted.count) of them in the index")
    if !FileManager.default.fileExists(atPath: archive.references) {
        try archive.fill(planting: planted.map { ($0.clip, $0.reading.whole) }, distractors: distractors, count: count)
    }
    // In a process of its own what was allocated to build would be counted.
    try opening(archive)
    let speed = readingSpeed(32 * count)
    print(
        "reading all codes once        \(rounded(speed, 1)) GB/s: no scan of 32 bytes a code takes less than "
            + "\(rounded(Double(32 * count) / speed / 1e6, 1)) ms\n")
    try "\(Double(32 * count) / speed / 1e6)\n".write(
        toFile: "\(archive.folder)/scan-bound", atomically: true, encoding: .utf8)
    try askFrames(archive, FrameQuery.drawn(from: planted.map(\.clip)))
    try askVideos(
        archive,
        [
            ("planted clips", VideoQuery.whole(planted.map(\.clip), planted: true)),
            ("other clips", VideoQuery.whole(strangers.map(\.clip), planted: false)),
            ("made, half of them stills", VideoQuery.unrelated(distractors, count: 1000)),
        ])
    try askWhole(
        archive,
        Reading.Edit.allCases.map { edit in
            (
                "planted, \(edit)",
                planted.map { WholeQuery(asked: $0.reading.again[edit]!, answer: $0.reading.name) }
                    .filter(\.showsSomething)
            )
        } + [
            ("other clips", strangers.map { WholeQuery(asked: $0.reading.again[.plain]!, answer: nil) })
        ])
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
