import FingerprintIndex
import Records
import Scoring

/// Writes the report: one HTML file with everything in it, for any browser, offline.
///
/// There is no script, and the page's own policy forbids any: whatever a file is called, nothing runs.
public enum ReportWriter {
    public static func html(_ input: ReportInput) -> String {
        let page = Page(input)
        let body: HTML = """
            <a class="skip" href="#content">Skip to content</a>
            <header class="top">\(page.masthead)</header>
            <main id="content">\(page.creatorsTable)\(page.groups)\(page.creatorSections)\(page.matchSections)\(page.problems)</main>
            \(page.foot)
            """
        let document: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <title>\(input.title) · Moiré</title>
            <style>\(HTML(stringLiteral: ReportStyle.css))</style>
            </head>
            <body>
            \(body)
            </body>
            </html>

            """
        return document.text
    }
}

/// The parts of the page and what they share.
struct Page {
    let input: ReportInput
    let catalogue: Catalogue
    let shots: Shots
    /// Worst first.
    let profiles: [CreatorProfile]
    private let sectionOfCreator: [String: Int]

    init(_ input: ReportInput) {
        self.input = input
        catalogue = Catalogue(input)
        shots = Shots(pictures: input.pictures)
        profiles = input.profiles.sorted { ($0.score, $0.creator) < ($1.score, $1.creator) }
        sectionOfCreator = Dictionary(
            profiles.enumerated().map { ($0.element.creator, $0.offset + 1) }, uniquingKeysWith: { first, _ in first })
    }

    var masthead: HTML {
        let seconds = catalogue.videos.compactMap(\.features?.duration).reduce(0, +)
        let copies = catalogue.matches.count { $0.kind == .copy && $0.notCounted == nil }
        let stats: [(String, String)] = [
            ("Creators", Numbers.grouped(profiles.count)), ("Videos", Numbers.grouped(catalogue.videos.count)),
            ("Watched", Numbers.length(seconds)), ("Copies", Numbers.grouped(copies)),
            ("Own repeats", Numbers.grouped(catalogue.matches.count { $0.kind == .ownAgain })),
            ("Recaptured", Numbers.grouped(profiles.reduce(0) { $0 + $1.recaptures })),
            ("Problem files", Numbers.grouped(problemRows.count)),
        ]
        let links: [(String, String, Bool)] = [
            ("#creators", "Creators", true), ("#groups", "Same content", !contentGroups.isEmpty),
            ("#details", "Points and videos", !catalogue.videos.isEmpty || !profiles.isEmpty),
            ("#matches", "Matches", true),
            ("#problems", "Problem files", !problemRows.isEmpty), ("#about", "Versions", true),
        ]
        return """
            <div class="brand">\(Drawings.mark)<span>Moiré</span></div>
            <h1><bdi>\(input.title)</bdi></h1>
            <p class="lead">\(input.date.map { "\($0)" as HTML } ?? "")</p>
            <dl class="stats">\(stats.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>
            <nav aria-label="Sections"><ul>\(links.filter(\.2).map { "<li><a href=\"\($0.0)\">\($0.1)</a></li>" as HTML })</ul></nav>
            """
    }

    var foot: HTML {
        let versions = [ReportInput.Version("Scoring rules", input.rules.version)] + input.versions
        return """
            <footer id="about"><p>What is listed here was measured, and where in the video, by which version. Scores follow the rules \
            named below; a person decides what follows from them. “Who was first” goes by publication time, or by order of \
            acceptance where none is given.</p>
            <dl>\(versions.map { "<dt>\($0.name)</dt><dd>\($0.value)</dd>" as HTML })</dl></footer>
            """
    }

    /// Link to a creator's section, where there is one.
    func creatorLink(_ creator: String?) -> HTML {
        guard let creator else { return "an unknown creator" }
        guard let section = sectionOfCreator[creator] else { return "<bdi>\(creator)</bdi>" }
        return "<a href=\"#creator-\(section)\"><bdi>\(creator)</bdi></a>"
    }

    /// The ids that an entry rests on, folded away.
    func eventIDs(_ ids: [String]) -> HTML {
        guard !ids.isEmpty else { return "" }
        return """
            <details class="ids"><summary>\(ids.count) event\(ids.count == 1 ? "" : "s")</summary>\
            \(ids.map { "<code>\($0)</code>" as HTML })</details>
            """
    }
}
