// Measures the inverted list of sound landmarks: bytes a posting, and what a vote costs. Started by
// `ops/bench sound-index`, which turns media into samples.
//
//     sound-index-bench HOURS FOLDER CLIP.f32 ATTACKED.f32 [CLIP.f32 ATTACKED.f32 ...]
//
// Estimate for 1,000 hours, 360 million postings, before anything was measured. The keys of real sound have about 20
// bits of surprise, and log2(e x ticks / postings) is 0.2: 2.53 bytes for the best code and 0.11 for blocks, 2.6 bytes
// a posting. A dense query of 3,000 keys meets its share of common ones; those below the cap have 300 postings, of
// which half a million votes at most are cast: 1 ms of lookups (0.3 us a key), 2 ms of decoding, 3 ms of counting. A
// transformed question has a sixth of the keys, and 0.5 ms. So 6 ms for the plain question and 30 ms for all 51.
//
// Measured on 49 clips, half an hour of music, speech and surroundings (Xeon of 2019 at 2.5 GHz, shared by others): the
// keys have 19.4 bits at 1,000 hours, since a minute's worth of bursts does not repeat itself; Rice's code alone took
// 2.37 bytes a posting, with growing classes it is 2.22, and 2.36 at ten hours where Rice's took 2.80. With keys of up
// to 1,024 occurrences and half a million votes the plain question took 16 to 18 ms; with the limits now set 4.3 ms, and
// 24 ms with 50 more. Every planted piece came first; with nine of ten of its landmarks taken away and a stranger's put
// in their place 97 % were among the best 64 (96 % with the wide limits), with 29 of 30 taken away 62 % (66 %).
import FingerprintIndex
import Foundation

func measure(hours: Double, folder: String, clips: [(plain: Clip, attacked: [Float])]) throws {
    // Every second clip lies on the timeline; the others ask for what is not there.
    let planted = clips.enumerated().filter { $0.offset % 2 == 0 }.map(\.element.plain)
    func timeline(_ seconds: Double) -> Timeline {
        // A list of minutes has no room for them.
        Timeline(clips: clips.map(\.plain), planted: seconds >= 3600 ? planted : [], seconds: seconds)
    }
    let path = "\(folder)/sound-postings"
    var sizes = Table([
        "list", "postings", "a second", "keys", "bits of a key", "met", "bytes a posting", "a second", "MB", "CPU s",
    ])
    for seconds in Set([10, 300, 36_000, hours * 3600]).sorted() where seconds <= hours * 3600 {
        let facts = try timeline(seconds).write(to: path)
        sizes.add([
            seconds < 3600 ? "\(Int(seconds)) s" : "\(rounded(seconds / 3600, 0)) h", "\(facts.postings)",
            rounded(Double(facts.postings) / facts.seconds, 1), "\(facts.keys)", rounded(facts.entropy, 2),
            rounded(facts.occurrences, 1), rounded(facts.bytesPerPosting, 3), rounded(facts.bytesPerSecond, 1),
            rounded(Double(facts.bytes) / 1e6, 1), rounded(facts.buildSeconds, 1),
        ])
    }
    sizes.print()

    let whole = timeline(hours * 3600)
    var present: [Query] = [], absent: [Query] = []
    for (index, clip) in clips.enumerated() {
        // Pieces that begin 7 s apart, off the grid of hops.
        for start in stride(from: 5_003, to: clip.attacked.count, by: 77_177) {
            let isPlanted = index % 2 == 0
            let offset = isPlanted ? Double(whole.plantedStart(index / 2)) + Double(start) / 256 : nil
            guard let query = Query(attacked: clip.attacked, start: start, offset: offset) else { continue }
            if isPlanted { present.append(query) } else { absent.append(query) }
        }
    }
    present = Array(present.prefix(100))
    absent = Array(absent.prefix(100))
    guard !present.isEmpty, !absent.isEmpty else { throw BenchError("the clips are too short to cut questions from") }

    let parameters = (base: SoundVoteParameters.v1, other: SoundVoteParameters.transformed)
    var costs = Table([
        "questions", "number", "landmarks", "votes", "weighed", "CPU ms", "95 %", "most", "with 50 more", "95 %",
        "most", "their votes", "wall ms", "best votes", "first", "among \(parameters.base.diagonalsMax)",
    ])
    func ask(_ title: String, _ queries: [Query], _ postings: SoundPostings, _ scratch: inout SoundVoteScratch) throws {
        var answers = Answers()
        for query in queries { try answers.ask(query, postings, parameters, &scratch) }
        func share(_ number: Int) -> String {
            queries.first?.offset == nil ? "-" : rounded(Double(number) / Double(max(1, answers.queries)), 3)
        }
        costs.add([
            title, "\(answers.queries)", rounded(answers.landmarks.mean, 0), rounded(answers.cast.mean, 0),
            rounded(answers.weighed.mean, 0), rounded(answers.baseMs.quantile(0.5), 2),
            rounded(answers.baseMs.quantile(0.95), 2), rounded(answers.baseMs.quantile(1), 2),
            rounded(answers.allMs.quantile(0.5), 1), rounded(answers.allMs.quantile(0.95), 1),
            rounded(answers.allMs.quantile(1), 1), rounded(answers.castTransformed.mean, 0),
            rounded(answers.wallMs.quantile(0.5), 1), rounded(answers.bestVotes.quantile(0.5), 0),
            share(answers.first), share(answers.among),
        ])
    }
    var scratch = SoundVoteScratch()
    Meter.evict(path)
    let before = Meter.resident, began = Meter.wallSeconds
    let postings = try SoundPostings(path: path)
    let opened = Meter.wallSeconds - began, after = Meter.resident
    try ask("planted, not in memory", Array(present.prefix(20)), postings, &scratch)
    let asked = Meter.resident
    try ask("planted, first time", present, postings, &scratch)
    try ask("planted, again", present, postings, &scratch)
    for left in [10, 30, 60] {
        let buried = present.enumerated().map { $0.element.buried(in: absent[$0.offset % absent.count], left: left) }
        try ask("planted, 1 of \(left) left", buried, postings, &scratch)
    }
    try ask("strangers, first time", absent, postings, &scratch)
    try ask("strangers, again", absent, postings, &scratch)
    costs.print()
    print("open                          \(rounded(opened * 1e6, 0)) us")
    print("resident before opening       \(before.own / 1_000_000) MB own, \(before.all / 1_000_000) MB with files")
    print("resident before the first     \(after.own / 1_000_000) MB own, \(after.all / 1_000_000) MB with files")
    print("resident after 20 questions   \(asked.own / 1_000_000) MB own, \(asked.all / 1_000_000) MB with files")
}

let arguments = CommandLine.arguments.dropFirst()
do {
    guard arguments.count >= 4, arguments.count % 2 == 0, let hours = Double(arguments[1]), hours >= 1 else {
        throw BenchError("usage: sound-index-bench HOURS FOLDER CLIP.f32 ATTACKED.f32 ..., at least one hour")
    }
    let files = arguments.dropFirst(2)
    var clips: [(plain: Clip, attacked: [Float])] = []
    for index in stride(from: files.startIndex, to: files.endIndex, by: 2) {
        let plain = try Clip(path: files[index])
        if plain.landmarks.count > 100 { clips.append((plain, try Clip(path: files[index + 1]).samples)) }
    }
    guard clips.count >= 2 else { throw BenchError("of these clips fewer than two have sound to hold on to") }
    let seconds = clips.reduce(0) { $0 + $1.plain.samples.count } / 11_025
    print("clips                         \(clips.count), \(seconds) s")
    try measure(hours: hours, folder: arguments[2], clips: clips)
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
