import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Foundation

/// Ten seconds of a clip, as the decoder reads them.
struct WholeQuery {
    var asked: MediaFingerprint
    /// nil where nothing in the index shows it.
    var answer: String?

    /// What was cut out between two key frames may be nothing but grey.
    var showsSomething: Bool { asked.video.frames.contains { $0.quality >= Picture.usable } }
}

/// What lookups of one kind cost and found.
private struct WholeAnswers {
    var found = 0
    var strangers = (whole: 0, places: 0)
    var first = Series(), cpu = Series()
    var stages: [LookupStage: Double] = [:]

    mutating func ask(_ query: WholeQuery, _ index: FingerprintIndex) throws {
        let began = Meter.cpuSeconds
        _ = try index.lookup(query.asked, id: "query")
        first.add((Meter.cpuSeconds - began) * 1000)

        let start = Meter.cpuSeconds
        var last = start
        _ = try index.lookup(query.asked, id: "query", options: LookupOptions()) { stage in
            let now = Meter.cpuSeconds
            stages[stage, default: 0] += (now - last) * 1000
            last = now
        }
        cpu.add((Meter.cpuSeconds - start) * 1000)

        // Sound would answer for the pictures.
        let options = LookupOptions(modality: .video)
        let matches = try index.lookup(query.asked, id: "query", options: options).matches
        if let answer = query.answer, matches.contains(where: { $0.reference == answer }) { found += 1 }
        var whole = query.asked, places = query.asked
        whole.local = .none
        places.video = VideoFingerprint(frames: [], margins: [])
        strangers.whole += try index.candidates(of: whole, options: options).ids.count { $0 != query.answer }
        strangers.places += try index.candidates(of: places, options: options).ids.count { $0 != query.answer }
    }
}

/// Looks videos up by all that they have.
func askWhole(_ archive: Archive, _ sets: [(title: String, queries: [WholeQuery])]) throws {
    func line(_ title: String, _ text: String) {
        print(title.padding(toLength: 30, withPad: " ", startingAt: 0) + text)
    }
    let before = Meter.resident
    let index = try FingerprintIndex(at: archive.path, create: false)
    func resident(_ title: String) {
        let now = Meter.resident
        line(
            title,
            "\((now.own - before.own) / 1_000_000) MB more of its own, \((now.all - now.own - before.all + before.own) / 1_000_000) "
                + "MB more of files")
    }
    resident("memory, opened")
    if let query = sets.first?.queries.first {
        _ = try index.lookup(query.asked, id: "query")
        resident("memory, after one lookup")
    }
    let groups: [(title: String, stages: [LookupStage])] = [
        ("frames", [.counting, .seeing]), ("lists", [.meeting]), ("anchors", [.arranging]), ("turned", [.turning]),
        ("sound", [.voting, .looking, .votingChanged, .lookingChanged]), ("verdicts", [.comparing]),
    ]
    var table = Table(
        ["ten seconds ask", "queries", "found", "strangers by frames", "by places", "CPU ms"] + groups.map(\.title)
            + ["95 %", "most", "first time"])
    for (title, queries) in sets where !queries.isEmpty {
        var answers = WholeAnswers()
        for query in queries { try answers.ask(query, index) }
        let count = Double(queries.count)
        table.add(
            [
                title, "\(queries.count)", queries[0].answer == nil ? "-" : rounded(Double(answers.found) / count, 3),
                rounded(Double(answers.strangers.whole) / count, 2),
                rounded(Double(answers.strangers.places) / count, 2), rounded(answers.cpu.mean, 1),
            ] + groups.map { group in rounded(group.stages.reduce(0) { $0 + (answers.stages[$1] ?? 0) } / count, 2) }
                + [
                    rounded(answers.cpu.quantile(0.95), 1), rounded(answers.cpu.quantile(1), 1),
                    rounded(answers.first.mean, 1),
                ])
    }
    resident("memory, after all lookups")
    let places = try index.places(), seconds = try index.references().reduce(0) { $0 + $1.duration }
    line(
        "places in pictures",
        "\(places.features) features, \(rounded(Double(places.features) / seconds, 1)) a second; "
            + "\(rounded(Double(places.bytes) / Double(places.features), 2)) bytes each, "
            + "\(rounded(Double(places.bytes) / seconds, 0)) a second")
    let sum = try index.statistics()
    line(
        "the whole index",
        "\(rounded(seconds / 3600, 1)) h, \(rounded(Double(sum.bytes) / seconds, 0)) bytes a second, \(sum.peaks) peaks of sound\n"
    )
    table.print()
}
