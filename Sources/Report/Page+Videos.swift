import FingerprintIndex
import Frames
import Records
import Scoring
import Signals

extension Page {
    /// Videos shown of one creator; a wall of more is not looked through.
    static let tilesMax = 200

    /// Pictures of videos with what was measured in each.
    func wall(_ videos: [Catalogue.Video]) -> HTML {
        guard !videos.isEmpty else { return "<p class=\"soft small\">None.</p>" }
        let more: HTML =
            videos.count > Self.tilesMax
            ? "<p class=\"soft small\">and \(Numbers.grouped(videos.count - Self.tilesMax)) more</p>" : ""
        return "<ul class=\"wall\">\(videos.prefix(Self.tilesMax).map(tile))</ul>\(more)"
    }

    private func tile(_ video: Catalogue.Video) -> HTML {
        let badge: HTML = video.duration.map { "<span class=\"len\">\(Numbers.clock($0))</span>" } ?? ""
        let outcome: HTML =
            switch video.observed?.outcome.kind {
            case .complete, nil: ""
            case .partial: "<span class=\"pill warn\">partial</span>"
            case .some(let kind): "<span class=\"pill bad\">\(kind.rawValue.replacing("_", with: " "))</span>"
            }
        return """
            <li>\(shots.image(video.poster, alt: "Picture of \(video.id)", badge: badge))<p class="name">\(video.name) \(outcome)</p>\
            \(stillLine(video))<dl class="facts">\(facts(of: video).map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" as HTML })</dl></li>
            """
    }

    private func stillLine(_ video: Catalogue.Video) -> HTML {
        guard let signal = video.features?.static, signal.share != nil, let duration = video.duration else { return "" }
        return Drawings.still(signal.spans, of: duration)
    }

    private func facts(of video: Catalogue.Video) -> [(String, String)] {
        guard let features = video.features else {
            return video.observed.map { [("Reason", $0.outcome.reason.replacing("_", with: " "))] } ?? []
        }
        var facts: [(String, String)] = []
        func add(_ name: String, _ value: String?, _ abstained: String?) {
            if let value {
                facts.append((name, value))
            } else if let abstained {
                facts.append((name, "– (\(abstained.replacing("_", with: " ")))"))
            }
        }
        add("Static", features.static?.share.map(Numbers.percent), features.static?.abstainReason)
        add("Quality", features.quality?.score.map { Numbers.fixed($0, 0) }, features.quality?.abstainReason)
        add("Recapture", features.recapture?.probability.map(Numbers.percent), features.recapture?.abstainReason)
        add(
            "Loudness", features.sound?.integratedLUFS.map { "\(Numbers.fixed($0, 1)) LUFS" },
            features.sound?.abstainReason)
        return facts
    }

    /// Videos joined by matching pictures, in order of acceptance, the largest group first.
    var contentGroups: [[Catalogue.Video]] {
        var parent: [String: String] = [:]
        func root(_ id: String) -> String {
            var id = id
            while let next = parent[id] {
                // Halves the way for the next one who asks.
                if let further = parent[next] { parent[id] = further }
                id = next
            }
            return id
        }
        for match in catalogue.matches where match.kind != .sound {
            let (a, b) = (root(match.edge.match.query), root(match.edge.match.reference))
            // The lesser id is the root, whichever match comes first.
            if a != b { parent[max(a, b)] = min(a, b) }
        }
        var groups: [String: [Catalogue.Video]] = [:]
        for video in catalogue.videos { groups[root(video.id), default: []].append(video) }
        return groups.values.filter { $0.count > 1 }.sorted {
            $0.count != $1.count ? $0.count > $1.count : $0[0].id < $1[0].id
        }
    }

    var groups: HTML {
        let groups = contentGroups
        guard !groups.isEmpty else { return "" }
        let cards: [HTML] = groups.map { group in
            let items: [HTML] = group.prefix(12).enumerated().map { index, video in
                """
                <li>\(shots.image(video.poster, alt: "Picture of \(video.id)"))<b>\(video.name)</b>\
                <br><span class="soft">\(index == 0 ? "first seen" : "")\(index == 0 && video.creator != nil ? ", " : "")\
                \(video.creator.map { "<bdi>\($0)</bdi>" as HTML } ?? "")</span></li>
                """
            }
            let more: HTML = group.count > 12 ? "<li class=\"soft\">and \(group.count - 12) more</li>" : ""
            return
                "<div class=\"card match\(group.count > 2 ? " long" : "")\"><ul class=\"group\">\(items)\(more)</ul></div>"
        }
        return """
            <section id="groups"><h2>Same content</h2><p class="lead">\(groups.count) group\(groups.count == 1 ? "" : "s") of videos \
            that share pictures, directly or by way of another one.</p><div class="groups">\(cards)</div></section>
            """
    }

    /// Observations without a result, then dead letters.
    var problemRows: [ReportInput.Problem] {
        let seen = catalogue.videos.compactMap(\.observed).filter { $0.outcome.kind != .complete }.map {
            ReportInput.Problem(
                path: $0.path, creator: $0.video.creator, reason: $0.outcome.reason, sentence: $0.outcome.sentence)
        }
        return seen + input.problems.sorted { ($0.path, $0.reason) < ($1.path, $1.reason) }
    }

    var problems: HTML {
        let rows = problemRows
        guard !rows.isEmpty else { return "" }
        let cells: [HTML] = rows.map {
            """
            <tr><th scope="row"><bdi>\($0.path)</bdi></th><td>\($0.creator.map { "<bdi>\($0)</bdi>" as HTML } ?? "–")</td>\
            <td><code>\($0.reason)</code></td><td class="why">\($0.sentence)\($0.attempts.map { " After \($0) attempts." } ?? "")</td></tr>
            """
        }
        return """
            <section id="problems"><h2>Problem files</h2><p class="lead">Not judged, or not to their end. None of them costs points.</p>\
            <div class="card scroll" tabindex="0"><table><thead><tr><th scope="col">File</th><th scope="col">Creator</th><th scope="col">Reason</th>\
            <th scope="col">What happened</th></tr></thead><tbody>\(cells)</tbody></table></div></section>
            """
    }
}
