import Frames
import Records
import Scoring

extension Page {
    /// All creators in one table, worst first.
    var creatorsTable: HTML {
        guard !profiles.isEmpty else {
            return
                "<section id=\"creators\"><h2>Creators</h2><p class=\"card empty\">No creator is known for these videos, so there are no profiles.</p></section>"
        }
        let rows: [HTML] = profiles.enumerated().map { index, profile in
            """
            <tr><th scope="row"><a href="#creator-\(index + 1)"><bdi>\(profile.creator)</bdi></a></th>
            <td><div class="score"><b>\(profile.score)</b>\(Drawings.score(profile, input.rules))</div></td>
            <td>\(bandPill(profile))</td>
            <td>\(Drawings.history(profile.history))</td>
            <td class="n">\(Numbers.grouped(profile.videos))</td>
            <td class="n">\(profile.staticShare.map(Numbers.percent) ?? "–")</td>
            <td class="n">\(profile.qualityMean.map { Numbers.fixed($0, 1) } ?? "–")</td>
            <td class="n">\(count(profile.countedCopies.count))</td>
            <td class="n">\(count(profile.recaptures))</td></tr>
            """
        }
        return """
            <section id="creators"><h2>Creators</h2>
            <p class="lead">Scores run from \(input.rules.score.lowest) to \(input.rules.score.highest) and start at \
            \(input.rules.score.start); gaps in the bars mark the milestones. Worst first.</p>
            <div class="card scroll" tabindex="0"><table class="creators"><thead><tr><th scope="col">Creator</th><th scope="col">Score</th>\
            <th scope="col">Standing</th><th scope="col">History</th><th scope="col" class="n">Videos</th>\
            <th scope="col" class="n">Static</th><th scope="col" class="n">Quality</th><th scope="col" class="n">Copies</th>\
            <th scope="col" class="n">Recaptured</th></tr></thead><tbody>\(rows)</tbody></table></div></section>
            """
    }

    /// Points, notes and videos of each creator; open while there are few.
    var creatorSections: HTML {
        let orphans = catalogue.videos(of: nil)
        guard !profiles.isEmpty || !orphans.isEmpty else { return "" }
        let open: HTML = profiles.count <= 8 ? " open" : ""
        var sections: HTML = ""
        for (index, profile) in profiles.enumerated() {
            sections += """
                <details class="card creator" id="creator-\(index + 1)"\(open)><summary><h3><bdi>\(profile.creator)</bdi></h3>\
                \(bandPill(profile))<span class="soft small">\(profile.videos) video\(profile.videos == 1 ? "" : "s")</span>\
                <span class="big">\(profile.score)</span></summary><div class="inside">\(inside(profile))</div></details>
                """
        }
        if !orphans.isEmpty {
            sections += """
                <details class="card creator"\(open)><summary><h3>Videos without a creator</h3>\
                <span class="soft small">no points are counted</span></summary><div class="inside"><h4>Videos</h4>\(wall(orphans))</div></details>
                """
        }
        return "<section id=\"details\"><h2>Points and videos</h2>\(sections)</section>"
    }

    private func inside(_ profile: CreatorProfile) -> HTML {
        var html: HTML = ""
        if let milestone = input.rules.milestones.first(where: { $0.at == profile.milestone }) {
            html += "<p class=\"flag\">\(milestone.sentence)</p>"
        }
        for flag in profile.flags {
            html += """
                <p class="flag"><b>Posting limit.</b> \(flag.reason) <span class="soft">\
                \(flag.videos.joined(separator: ", "))</span></p>
                """
        }
        html += pointsTable(profile)
        if !profile.notes.isEmpty {
            let notes: [HTML] = profile.notes.map {
                "<li>\(videoName($0.video)): \($0.reason) <span class=\"soft\">\($0.advice)</span></li>"
            }
            html += "<h4>Notes</h4><ul class=\"small\">\(notes)</ul>"
        }
        if !profile.reversed.isEmpty {
            let rows: [HTML] = profile.reversed.map {
                """
                <tr><td>\($0.type.rawValue)</td><td>\(videoName($0.video))</td><td>\($0.by)</td><td class="why">\($0.why)</td>\
                <td>\(eventIDs([$0.eventID, $0.reversalID]))</td></tr>
                """
            }
            html += """
                <h4>No longer counted</h4><div class="scroll" tabindex="0"><table class="plain"><thead><tr><th scope="col">What</th>\
                <th scope="col">Video</th><th scope="col">Decided by</th><th scope="col">Why</th><th scope="col">Evidence</th></tr></thead>\
                <tbody>\(rows)</tbody></table></div>
                """
        }
        return html + "<h4>Videos</h4>\(wall(catalogue.videos(of: profile.creator)))"
    }

    private func pointsTable(_ profile: CreatorProfile) -> HTML {
        guard !profile.points.isEmpty else {
            return "<h4>Points</h4><p class=\"soft small\">Nothing has moved the score.</p>"
        }
        let rows: [HTML] = profile.points.map { entry in
            let tone = entry.points < 0 ? "minus" : entry.points > 0 ? "plus" : "zero"
            let link: HTML =
                entry.eventIDs.compactMap { catalogue.anchors[$0] }.first.map {
                    " <a href=\"#\($0)\">see the match</a>"
                } ?? ""
            return """
                <tr><td class="n \(tone)">\(Numbers.signed(entry.points))</td><td class="why">\(entry.reason)\(link)\
                \(limit(entry))<span class="advice">\(entry.points > 0 ? "" : entry.advice)</span></td><td>\(videoName(entry.video))</td>\
                <td>\(times(entry.spans))\(eventIDs(entry.eventIDs))</td><td class="n">\(entry.scoreAfter)</td></tr>
                """
        }
        return """
            <h4>Points</h4><div class="scroll" tabindex="0"><table class="plain points"><thead><tr><th scope="col" class="n">Points</th>\
            <th scope="col">Reason</th><th scope="col">Video</th><th scope="col">Evidence</th><th scope="col" class="n">Score</th></tr></thead>\
            <tbody><tr><td class="n zero">–</td><td class="soft">Start</td><td></td><td></td><td class="n">\(input.rules.score.start)</td></tr>\
            \(rows)</tbody></table></div>
            """
    }

    private func limit(_ entry: CreatorProfile.PointEntry) -> HTML {
        let why: String? =
            switch entry.limitedBy {
            case "per_video": "most for one video"
            case "per_window": "most for one period"
            case "per_creator": "most for one creator"
            case "bounds": "end of the scale"
            default: nil
            }
        return why.map { " <span class=\"pill\">\($0) reached, of \(Numbers.signed(entry.nominal))</span>" } ?? ""
    }

    private func times(_ spans: [TimeSpan]) -> HTML {
        guard !spans.isEmpty else { return "" }
        let shown = spans.prefix(3).map { "\(Numbers.clock($0.start))–\(Numbers.clock($0.end))" }.joined(
            separator: ", ")
        return "<span class=\"small\">\(shown)\(spans.count > 3 ? " and \(spans.count - 3) more" : "")</span>"
    }

    private func bandPill(_ profile: CreatorProfile) -> HTML {
        let flag: HTML = profile.flags.isEmpty ? "" : " <span class=\"pill warn\">posting limit</span>"
        return
            "<span class=\"pill \(Drawings.tone(profile, input.rules, "bad", "warn", "good"))\">\(profile.band)</span>\(flag)"
    }

    private func count(_ value: Int) -> HTML {
        value == 0 ? "<span class=\"zero\">0</span>" : "\(Numbers.grouped(value))"
    }

    func videoName(_ id: String) -> HTML { "<bdi>\(id)</bdi>" }
}
