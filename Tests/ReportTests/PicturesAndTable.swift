import Foundation
import Frames
import Records
import Report
import Scoring
import Testing

@Suite struct PicturesAndTable {
    @Test("Wanted are the pairs of counted matches, then posters, then the pairs of other matches")
    func needed() throws {
        let needed = try Sample.run().neededPictures()
        // Eight matching seconds: pictures in the middles of four parts of two seconds; posters at a tenth.
        #expect(
            needed
                == [
                    ("b1", 2000), ("a1", 3000), ("b1", 4000), ("a1", 5000), ("b1", 6000), ("a1", 7000), ("b1", 8000),
                    ("a1", 9000),
                    ("a1", 1000), ("b1", 1000), ("b2", 1000), ("b2", 2000), ("b2", 4000), ("b2", 6000), ("b2", 8000),
                ].map { PictureMoment(video: $0.0, milliseconds: $0.1) })
        #expect(try Sample.run().neededPictures(atMost: 3).count == 3)
    }

    @Test("A match of one second wants one pair")
    func shortMatch() throws {
        let input = Sample.input([try Sample.match("b1", of: "bob", shows: "a1", of: "ann", seconds: 1)])
        #expect(
            input.neededPictures() == [
                PictureMoment(video: "b1", milliseconds: 1500), PictureMoment(video: "a1", milliseconds: 2500),
            ])
    }

    @Test("The table lists creators worst first, with whom and when they copied")
    func table() throws {
        #expect(
            CreatorTable.text(try Sample.run().profiles) == """
                creator  score  standing       videos  static  quality  recaptured  copies
                bob        178  good standing       3     25%     61.0           0  1: b1 0:01.0–0:09.0 is a1 of ann 0:02.0–0:10.0
                ann        200  good standing       1      0%     61.0           0  0

                """)
    }

    @Test("Wide letters take two cells, marks none, and a name cannot steer the terminal")
    func wide() throws {
        let names = ["寿司", "e\u{301}x", "\u{1B}[2Jx", "🍣"]
        let profiles = names.map { CreatorProfile(creator: $0, rulesVersion: "1", score: 200, band: "ok") }
        #expect(
            CreatorTable.text(profiles) == """
                creator  score  standing  videos  static  quality  recaptured  copies
                \u{FFFD}[2Jx      200  ok             0       -        -           0  0
                e\u{301}x         200  ok             0       -        -           0  0
                寿司       200  ok             0       -        -           0  0
                🍣         200  ok             0       -        -           0  0

                """)
    }

    @Test("Of many copies four are listed and the rest is counted")
    func manyCopies() throws {
        let events = try (0..<6).map { try Sample.match("b\($0)", of: "bob", shows: "a\($0)", of: "ann") }
        let lines = CreatorTable.text(Sample.input(events).profiles).split(separator: "\n")
        #expect(lines.count == 6)
        #expect(lines[1].contains("6: b0 0:01.0–0:09.0 is a0 of ann"))
        #expect(lines[5].hasSuffix("   and 2 more"))
    }

    @Test("No profiles make a sentence")
    func none() {
        #expect(CreatorTable.text([]) == "No creator is known for these videos.\n")
    }
}
