internal import Frames
internal import Crypto
internal import FingerprintIndex
internal import Foundation
internal import Pictures
internal import Records
internal import Report
internal import Scoring

/// One case to take away: a page, its pictures, and everything as JSON, each part with its SHA-256.
///
/// `sha256sum -c MANIFEST.sha256` in the unpacked folder checks it without us.
struct EvidenceBundle {
    let file: CaseFile
    let report: PairReport?
    let console: ConsoleDesk
    let names: TenantNames
    /// Who takes it.
    let by: String

    static let schema = "moire.bundle/1"

    private struct Summary: Encodable {
        struct Side: Encodable {
            var video: String
            var creator: String?
            var duration: Double
            var digest: String?
            var producer: Producer?
        }

        struct Decision: Encodable {
            var decision: CreatorProfile.Ruling
            var undone: Event.Reversal?
        }

        struct Threshold: Encodable {
            var name: String
            var measured: String
            var needed: String
            var isMet: Bool

            enum CodingKeys: String, CodingKey { case name, measured, needed, isMet = "is_met" }
        }

        struct Entry: Encodable {
            var creator: String
            var entry: CreatorProfile.PointEntry
        }

        var schema: String
        var event: Event
        var query: Side
        var reference: Side
        var share: Double
        var notCounted: String?
        var entries: [Entry]
        var thresholds: [Threshold]
        var decisions: [Decision]
        var rulesVersion: String
        var exportedBy: String
        var exportedAt: String
        var moire: String

        enum CodingKeys: String, CodingKey {
            case schema, event, query, reference, share, notCounted = "not_counted", entries, thresholds, decisions
            case rulesVersion = "rules_version", exportedBy = "exported_by", exportedAt = "exported_at", moire
        }
    }

    /// Blocks: it decodes.
    func zip() throws -> Data {
        var parts: [(name: String, data: Data)] = []
        parts.append(("case.json", json(try CanonicalJSON.string(summary))))
        if let report { parts.append(("comparison.json", json(try CanonicalJSON.string(report)))) }
        parts.append(("rules.json", json(try CanonicalJSON.string(file.rules))))
        let pictures = try self.pictures()
        parts += pictures
        parts.append(("index.html", page(pictures.map(\.name))))
        var archive = ZipArchive()
        var manifest = ""
        for part in parts {
            archive.add(part.name, part.data)
            manifest += "\(Hexadecimal.text(of: SHA256.hash(data: part.data)))  \(part.name)\n"
        }
        archive.add("MANIFEST.sha256", Data(manifest.utf8))
        return archive.data
    }

    private func json(_ text: String) -> Data { Data(names.outer(text: text).utf8) }

    private var summary: Summary {
        func side(_ side: CaseFile.Side) -> Summary.Side {
            .init(
                video: side.id, creator: side.creator, duration: side.duration, digest: side.digest,
                producer: side.producer)
        }
        return Summary(
            schema: Self.schema, event: file.review.view.event, query: side(file.query),
            reference: side(file.reference), share: file.review.share, notCounted: file.review.view.notCounted,
            entries: file.entries.map { .init(creator: $0.creator, entry: $0.entry) },
            thresholds: file.thresholds.map {
                .init(name: $0.name, measured: $0.measured, needed: $0.needed, isMet: $0.isMet)
            },
            decisions: file.history.map { .init(decision: $0.decision, undone: $0.undone) },
            rulesVersion: file.rules.version, exportedBy: by, exportedAt: Date().formatted(.iso8601),
            moire: Producer.version)
    }

    private func pictures() throws -> [(name: String, data: Data)] {
        var parts: [(name: String, data: Data)] = []
        let match = file.review.edge.match
        let (query, reference) = (try console.media(of: match.query), try console.media(of: match.reference))
        if let report {
            let image = PairExplanation(
                report: report,
                query: .init(
                    name: names.outer(match.query) ?? match.query, duration: file.query.duration, path: query?.path),
                reference: .init(
                    name: names.outer(match.reference) ?? match.reference, duration: file.reference.duration,
                    path: reference?.path)
            ).image(console.desk.decoder)
            parts.append(("evidence.png", Data(try PNG.encode(image))))
        }
        guard match.modality != .audio else { return parts }
        let moments = CaseModelMaker.moments(of: file, report).map { ($0.query, $0.reference) }
        let times = moments.isEmpty ? file.review.view.pairs.map { ($0.query.seconds, $0.reference.seconds) } : moments
        for (side, media, seconds) in [
            ("later", query, times.map(\.0)), ("earlier", reference, times.map(\.1)),
        ] {
            guard let media else { continue }
            let milliseconds = seconds.map(CaseModelMaker.milliseconds)
            console.evidence.want(media, milliseconds, side: EvidenceFolder.frame)
            for (index, time) in milliseconds.enumerated() {
                guard let png = console.evidence.frame(media, milliseconds: time, side: EvidenceFolder.frame) else {
                    continue
                }
                parts.append(("frames/\(index + 1)-\(side)-\(time)ms.png", png))
            }
        }
        return parts
    }

    private func page(_ pictures: [String]) -> Data {
        let (review, match) = (file.review, file.review.edge.match)
        let rows: [(String, String)] = [
            (
                "Later video",
                "\(match.query), \(Numbers.clock(file.query.span.start))–\(Numbers.clock(file.query.span.end))"
            ),
            (
                "Earlier video",
                "\(match.reference), \(Numbers.clock(file.reference.span.start))–\(Numbers.clock(file.reference.span.end))"
            ),
            ("Creators", "\(review.edge.queryCreator ?? "unknown"); \(review.edge.referenceCreator ?? "unknown")"),
            ("Who was first", CaseFile.order(review.edge.direction)),
            ("Seen by", CaseWords.seenBy(match)), ("Share of the later video", Numbers.percent(review.share)),
            ("Score", Numbers.fixed(match.score, 3)), ("By chance", Numbers.oneIn(match.falseMatchRate)),
            ("Method", match.method), ("Scoring rules", file.rules.version), ("Match’s event", review.id),
        ]
        let decisions: [HTML] = file.history.map { one in
            let undone = one.undone.map { "; undone by \($0.by): \($0.why)" } ?? ""
            return
                "<li>\(CaseWords.verdict(one.decision.verdict).text) by \(one.decision.by), \(one.decision.at): \(one.decision.why)\(undone)</li>"
        }
        let thresholds: [HTML] = file.thresholds.map {
            "<tr><th>\($0.name)</th><td>\($0.measured)</td><td>\($0.needed)</td><td>\($0.isMet ? "met" : "not met")</td></tr>"
        }
        let points: [HTML] = file.entries.map {
            "<li>\($0.creator): \(Numbers.signed($0.entry.points)). \($0.entry.reason) <code>\($0.entry.eventIDs.joined(separator: ", "))</code></li>"
        }
        let images: [HTML] = pictures.map {
            "<figure><img src=\"\($0)\" alt=\"\($0)\"><figcaption>\($0)</figcaption></figure>"
        }
        let style = HTML(stringLiteral: ReportStyle.css)
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1"><title>\(match.query) and \(match.reference)</title>
            <style>\(style) img{max-width:100%}figure{margin:0 0 18px}figcaption{color:var(--soft);font-size:13px}</style></head>
            <body><header class="top"><div class="brand">\(Drawings.mark)<span>Moiré, evidence</span></div>
            <h1>\(match.query) \(CaseWords.verb(review)) \(match.reference)</h1></header><main>
            <section class="card scroll"><table>\(rows.map { "<tr><th>\($0.0)</th><td>\($0.1)</td></tr>" as HTML })</table></section>
            <h2>Pictures</h2>\(images)
            <h2>Points</h2><ul>\(points)</ul>
            <h2>Thresholds</h2><section class="card scroll"><table>\(thresholds)</table></section>
            <h2>Decisions</h2><ul>\(decisions)</ul>
            <p class="soft">What was measured is in case.json and comparison.json, the rules in rules.json. MANIFEST.sha256 has the
            SHA-256 of every part: <code>sha256sum -c MANIFEST.sha256</code>.</p></main></body></html>

            """
        return Data(names.outer(text: html.text).utf8)
    }
}
