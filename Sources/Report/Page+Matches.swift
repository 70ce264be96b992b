import FingerprintIndex
import Frames
import Records
import Scoring

extension Page {
    /// Matches shown of one kind: the strongest, as nobody reads further and browsers grow slow.
    static let cardsMax = 400

    var matchSections: HTML {
        guard !catalogue.matches.isEmpty else {
            let sentence =
                catalogue.searches == 0
                ? "Nothing was searched for."
                : "Searched for \(Numbers.grouped(catalogue.searches)) of the videos, and nothing found: none shows or sounds like an earlier one."
            return "<section id=\"matches\"><h2>Matches</h2><p class=\"card empty\">\(sentence)</p></section>"
        }
        let sections: [(Catalogue.MatchView.Kind, String, String)] = [
            (.copy, "Copies", "The picture was somebody else’s before."),
            (.ownAgain, "Own videos again", "The picture was the same creator’s before."),
            (.sound, "Same sound, other picture", "A popular song is no copy: this never costs points."),
        ]
        var html: HTML = ""
        for (kind, title, lead) in sections {
            let matches = catalogue.matches.filter { $0.kind == kind }
            guard !matches.isEmpty else { continue }
            let counting = matches.count { $0.notCounted == nil }
            let sum =
                kind == .sound
                ? ""
                : " \(counting) of \(matches.count) count\(counting == matches.count ? "" : "; the others say why not")."
            let more: HTML =
                matches.count > Self.cardsMax
                ? "<p class=\"soft\">and \(Numbers.grouped(matches.count - Self.cardsMax)) more, weaker ones</p>" : ""
            html += """
                <h2>\(title) <span class="soft">\(Numbers.grouped(matches.count))</span></h2><p class="lead">\(lead)\(sum)</p>\
                \(matches.prefix(Self.cardsMax).map(card))\(more)
                """
        }
        return "<section id=\"matches\">\(html)</section>"
    }

    private func card(_ view: Catalogue.MatchView) -> HTML {
        let (edge, match) = (view.edge, view.edge.match)
        let queryDuration = catalogue.duration(of: match.query, showing: view.query, coverage: match.queryCoverage)
        let referenceDuration = catalogue.duration(
            of: match.reference, showing: view.reference, coverage: match.referenceCoverage)
        let verb = view.kind == .sound ? "sounds like" : "shows"
        return """
            <article class="card match" id="\(view.anchor)"><header><h3>\(videoName(match.query)) <span class="soft">\(verb)</span> \
            \(videoName(match.reference))</h3>\(verdict(view))<p>\(creatorLink(edge.queryCreator)), later; \
            \(edge.referenceCreator == nil ? "bank \(match.bank)" : creatorLink(edge.referenceCreator)), earlier\
            \(order(edge.direction))\(changes(match))\(recapture(match))</p></header>
            <div class="lane"><b>\(videoName(match.query))</b><span>\(Numbers.clock(view.query.start))–\(Numbers.clock(view.query.end)) \
            of \(Numbers.clock(queryDuration))</span></div>
            \(Drawings.link(view, queryDuration: queryDuration, referenceDuration: referenceDuration))
            <div class="lane"><b>\(videoName(match.reference))</b><span>\(Numbers.clock(view.reference.start))–\
            \(Numbers.clock(view.reference.end)) of \(Numbers.clock(referenceDuration))</span></div>
            \(pairs(view))\(numbers(view))</article>
            """
    }

    /// Pictures at aligned moments: left the later video, right the earlier one.
    private func pairs(_ view: Catalogue.MatchView) -> HTML {
        let match = view.edge.match
        let (later, earlier) = outlines(match)
        let items: [HTML] = view.pairs.map { pair in
            let (at, to) = (Numbers.clock(pair.query.seconds), Numbers.clock(pair.reference.seconds))
            return """
                <li><div class="pair">\(shots.image(pair.query, alt: "\(match.query) at \(at)", badge: "<time>\(at)</time>", outline: later))\
                \(shots.image(pair.reference, alt: "\(match.reference) at \(to)", badge: "<time>\(to)</time>", outline: earlier))\
                </div></li>
                """
        }
        return
            "<ul class=\"pairs\" aria-label=\"Aligned pictures, later video left, earlier video right\">\(items)</ul>"
    }

    /// What was done to the earlier video's picture, as the end of a sentence.
    private func changes(_ match: Match) -> HTML {
        guard let words = TransformWords.of(match, .short) else { return "" }
        return "; the picture: \(words)"
    }

    /// What is suspected of the later video, as the end of a sentence: by its own measurement, not by the match.
    private func recapture(_ match: Match) -> HTML {
        guard let signal = catalogue.video(match.query)?.features?.recapture,
            let words = RecaptureWords.suspicion(signal)
        else { return "" }
        return "; the later video \(words)"
    }

    /// Where the earlier picture lies in the later one, and what of it is seen there; nothing where a picture has all,
    /// and nothing where this changes from one moment to the next.
    private func outlines(_ match: Match) -> (later: [PictureOutline.Point], earlier: [PictureOutline.Point]) {
        guard let transform = match.transform, !transform.kinds.contains(.zoomed),
            let outline = PictureOutline(transform.outline)
        else { return ([], []) }
        return (
            transform.kinds.contains(.boxed) ? outline.inQuery : [],
            transform.kinds.contains(.cropped) ? outline.inReference : []
        )
    }

    private func numbers(_ view: Catalogue.MatchView) -> HTML {
        let match = view.edge.match
        var rows: [(String, String)] = [
            ("Seen by", match.modality == .both ? "picture and sound" : match.modality == .video ? "picture" : "sound"),
            ("Score", Numbers.fixed(match.score, 2)), ("By chance", Numbers.oneIn(match.falseMatchRate)),
            ("Of the later video", Numbers.percent(match.queryCoverage)),
            ("Of the earlier video", Numbers.percent(match.referenceCoverage)),
            ("Offset", "\(Numbers.fixed(match.offset, 1)) s"), ("Speed", "× \(Numbers.fixed(match.speed, 3))"),
            ("Mirrored", match.mirrored ? "yes" : "no"),
        ]
        if let video = match.video { rows.append(("Pictures agreeing", "\(video.moments)")) }
        if let audio = match.audio { rows.append(("Instants of sound", "\(audio.moments)")) }
        return """
            <dl class="nums">\(rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML })\
            <div class="wide"><dt class="v">Evidence</dt><dd class="soft">Method \(match.method), bank \(match.bank), \
            event <code>\(view.event.eventID)</code></dd></div></dl>
            """
    }

    private func order(_ direction: Event.MatchEdge.Direction) -> HTML {
        switch direction {
        case .published: " by the publication times given"
        case .accepted: " by order of acceptance"
        case .unknown: ", but the order is not known"
        case .decided: " by a reviewer’s decision"
        }
    }

    private func verdict(_ view: Catalogue.MatchView) -> HTML {
        let decided: HTML = view.decision.map { " <span class=\"soft small\">by \($0.by): \($0.why)</span>" } ?? ""
        guard let why = view.notCounted else {
            return "<span class=\"pill bad\">\(view.decision == nil ? "counts" : "confirmed")</span>\(decided)"
        }
        return "<span class=\"pill\">\(NotCounted.sentence(why, isDecided: view.decision != nil))</span>\(decided)"
    }
}
