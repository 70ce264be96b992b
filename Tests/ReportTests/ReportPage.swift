@testable import FingerprintIndex
import Foundation
import Frames
import Records
import Report
import Scoring
import Testing

@Suite struct ReportPage {
    @Test("The page is well formed, loads nothing, and has no script")
    func wellFormed() throws {
        var input = try Sample.run()
        for moment in input.neededPictures() { input.pictures[moment] = Sample.png }
        let page = PageReader(ReportWriter.html(input))
        #expect(page.faults == [])
        #expect(page.all("script").isEmpty)
        #expect(page.all("link").isEmpty)
        #expect(
            page.all("meta").contains {
                $0["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
            })
        for image in page.all("img") {
            #expect(image["src"]?.hasPrefix("data:image/png;base64,") == true)
            #expect(image["alt"]?.isEmpty == false)
            #expect(image["width"] == "1")
        }
        for link in page.all("a") {
            // Links stay in the page, and lead somewhere.
            let target = try #require(link["href"])
            #expect(target.hasPrefix("#"))
            #expect(page.tags.contains { $0.attributes["id"] == String(target.dropFirst()) }, "\(target)")
        }
    }

    @Test(
        "Names that are HTML are shown, not obeyed",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "&lt;b&gt;",
            "</title></style>",
            "a\u{0}b\u{1B}[31mc\u{202E}gpj.exe",
        ])
    func hostile(name: String) throws {
        let broken = Outcome(.undecodable, reason: name, sentence: name)
        let input = try Sample.input(
            Sample.video("a1", by: "ann", sequence: 1) + Sample.video(name, by: name, sequence: 2, still: 1)
                + Sample.video("\(name)2", by: name, sequence: 3, outcome: broken)
                + [
                    Sample.match(name, of: name, shows: "a1", of: "ann"),
                    Sample.match("a1", of: "ann", shows: "\(name)3", of: nil),
                ],
            title: name)
        let html = ReportWriter.html(input)
        let page = PageReader(html)
        #expect(page.faults == [])
        #expect(page.all("script").isEmpty)
        #expect(page.all("b").isEmpty == false)
        #expect(page.tags.allSatisfy { tag in !tag.attributes.keys.contains { $0.hasPrefix("on") } })
        #expect(page.all("style").count == 1)
        #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
        if name == "<script>alert(1)</script>" {
            #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        }
    }

    @Test("Each match shows linked stretches on two timelines and pairs of pictures with their times")
    func matches() throws {
        var input = try Sample.run()
        for moment in input.neededPictures() { input.pictures[moment] = Sample.png }
        let page = PageReader(ReportWriter.html(input))
        #expect(page.all("article").count == 2)
        // Of 10 s each: the query's 1 to 9 is joined to the reference's 2 to 10.
        let links = page.all("svg", class: "link")
        #expect(links.map { $0["aria-label"] } == Array(repeating: "0:01.0 to 0:09.0 shows 0:02.0 to 0:10.0", count: 2))
        #expect(
            page.all("path", class: "bridge").map { $0["d"] }
                == Array(repeating: "M100.0 14H900.0L1000.0 50H200.0Z", count: 2))
        #expect(page.all("div", class: "pair").count == 8)
        let alts = page.all("img").compactMap { $0["alt"] }
        for alt in ["b1 at 0:02.0", "a1 at 0:03.0", "b1 at 0:08.0", "a1 at 0:09.0", "b2 at 0:04.0"] {
            #expect(alts.contains(alt))
        }
        #expect(page.text.contains("1 in 10,000,000"))
    }

    @Test("A match found by places has pictures, says what was done to the picture, and where it lies in the copy's")
    func places() throws {
        // The left half of the earlier picture, in the right half of the later one.
        let transform = MatchTransform(
            kinds: [.cropped, .boxed], scale: 1, rotation: 0, outline: [[0.5, 0], [1.5, 0], [1.5, 1], [0.5, 1]],
            crop: .init(left: 0, top: 0, right: 0.5, bottom: 1), queryArea: 0.5, shake: nil)
        var input = Sample.input(
            [try Sample.match("b1", of: "bob", shows: "a1", of: "ann", seconds: 1, transform: transform)])
        for moment in input.neededPictures() { input.pictures[moment] = Sample.png }
        let page = PageReader(ReportWriter.html(input))
        #expect(page.faults == [])
        #expect(page.all("img").count == 2)
        #expect(page.text.contains("the picture: cropped to 50 %, fills 50 % of the frame"))
        // Of a picture of one pixel.
        #expect(page.all("svg", class: "where").map { $0["viewBox"] } == ["0 0 1 1", "0 0 1 1"])
        #expect(
            page.all("polygon", class: "under").map { $0["points"] } == [
                "0.5,0.0 1.0,0.0 1.0,1.0 0.5,1.0", "0.0,0.0 0.5,0.0 0.5,1.0 0.0,1.0",
            ])
    }

    @Test("A match says of the later video that it looks filmed off a screen, where that is likelier than not")
    func filmed() throws {
        func text(_ later: Double, _ earlier: Double) throws -> String {
            PageReader(
                ReportWriter.html(
                    Sample.input(
                        try Sample.video("a1", by: "ann", sequence: 1, recapture: earlier)
                            + Sample.video("b1", by: "bob", sequence: 2, recapture: later)
                            + [Sample.match("b1", of: "bob", shows: "a1", of: "ann")]))
            ).text
        }
        #expect(try text(0.979, 0).contains("; the later video looks filmed off a screen (97 % sure)"))
        #expect(try text(0.5, 0).contains("(50 % sure)"))
        #expect(try !text(0.49, 0.99).contains("looks filmed off a screen ("))
    }

    @Test("A page without pictures says so and keeps its times")
    func noPictures() throws {
        let page = PageReader(ReportWriter.html(try Sample.run()))
        #expect(page.faults == [])
        #expect(page.all("img").isEmpty)
        #expect(page.all("time").count == 16)
        #expect(page.text.contains("no picture"))
    }

    @Test("What is called a picture and is no PNG file is not put into the page")
    func notPNG() throws {
        var input = try Sample.run()
        for moment in input.neededPictures() { input.pictures[moment] = Data("<svg onload=alert(1)>".utf8) }
        #expect(PageReader(ReportWriter.html(input)).all("img").isEmpty)
    }

    @Test("Each reason stands with its points, its times, its events, and the way to its match")
    func reasons() throws {
        let input = try Sample.run()
        let page = PageReader(ReportWriter.html(input))
        let bob = try #require(input.profiles.first { $0.creator == "bob" })
        #expect(bob.points.map(\.points) == [-20, -2])
        for entry in bob.points {
            #expect(page.text.contains(entry.reason))
            for id in entry.eventIDs { #expect(page.text.contains(id)) }
        }
        #expect(page.text.contains("−20"))
        let copy = try #require(bob.points.first?.eventIDs.first)
        #expect(page.all("a").contains { $0["href"] == "#match-\(copy)" })
    }

    @Test("A reversed match is gone from the matches and named with who and why")
    func reversed() throws {
        let events = try Sample.run().events
        let edge = try #require(
            events.first { if case .matchEdge(let e) = $0.body { e.match.modality == .video } else { false } })
        let won = try Sample.event(
            .reversal(Event.Reversal(eventID: edge.eventID, by: "reviewer 7", why: "licence shown")))
        let page = PageReader(ReportWriter.html(Sample.input(events + [won])))
        #expect(page.all("article").count == 1)
        #expect(page.text.contains("reviewer 7"))
        #expect(page.text.contains("licence shown"))
    }

    @Test("Problem files are listed with reason and sentence, dead letters with their attempts")
    func problems() throws {
        var input = try Sample.run()
        input.problems = [
            ReportInput.Problem(
                path: "/in/bomb.mkv", reason: "deadline", sentence: "Still busy after 120 s.", attempts: 3)
        ]
        let text = PageReader(ReportWriter.html(input)).text
        for part in [
            "/in/b3.mp4", "no_streams", "There is nothing in it.", "/in/bomb.mkv", "deadline", "After 3 attempts.",
        ] {
            #expect(text.contains(part))
        }
    }

    @Test("Videos that share pictures stand in one group, the first seen first; a common song joins nobody")
    func groups() throws {
        let page = PageReader(ReportWriter.html(try Sample.run()))
        #expect(page.all("ul", class: "group").count == 1)
        #expect(page.text.contains("1 group of videos"))
    }

    @Test("A static stretch is drawn where it is: 5 of 10 s fill half of the line")
    func stillLine() throws {
        let page = PageReader(ReportWriter.html(try Sample.run()))
        #expect(page.all("rect", class: "still").map { $0["width"] } == ["500.0"])
    }

    @Test("Nothing at all makes a page that says so")
    func empty() {
        let page = PageReader(ReportWriter.html(ReportInput(title: "Empty")))
        #expect(page.faults == [])
        #expect(page.text.contains("Nothing was searched for."))
        #expect(page.text.contains("No creator is known"))
    }

    @Test("Videos without a creator are shown, without points")
    func orphans() throws {
        let page = PageReader(ReportWriter.html(Sample.input(try Sample.video("x", by: nil, sequence: 1))))
        #expect(page.text.contains("Videos without a creator"))
        #expect(page.all("ul", class: "wall").count == 1)
    }

    @Test("Equal input makes equal bytes, in whatever order it comes")
    func sameBytes() throws {
        let input = try Sample.run()
        var shuffled = input
        shuffled.events.reverse()
        shuffled.profiles.reverse()
        #expect(ReportWriter.html(input) == ReportWriter.html(shuffled))
    }
}
