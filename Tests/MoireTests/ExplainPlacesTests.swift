import Foundation
import Testing
import TestSupport

@Suite("moire explain, on a picture within another")
struct ExplainPlacesTests {
    @Test("A clip in a window of half its size is found where the window is, in words and in numbers")
    func window() throws {
        let original = try Clip.make(
            "moire-window-original.mp4",
            [
                "-f", "lavfi", "-i", "mandelbrot=s=320x240:r=10:end_scale=0.05:end_pts=120", "-t", "4", "-crf", "18",
                "-pix_fmt", "yuv420p",
            ])
        // From 40 % to 90 % of the width and of the height.
        let copy = try Clip.make(
            "moire-window-copy.mp4",
            [
                "-i", "@moire-window-original.mp4", "-filter_complex",
                "color=gray:s=320x240:r=10[g];[0]scale=160:120[s];[g][s]overlay=128:96:shortest=1", "-crf", "20",
                "-pix_fmt", "yuv420p",
            ])
        try Folder.with { folder in
            #expect(try Programs.moire("index", "add", "--index", "\(folder)/index", original).status == 0)
            let found = try Programs.moire("lookup", "--index", "\(folder)/index", copy)
            #expect(found.output.contains("(fills 25 % of the frame, covers 100 % of it"), "\(found.output)")

            func explain(_ format: String) throws -> Programs.Answer {
                try Programs.moire(
                    "explain", "--index", "\(folder)/index", "--picture", "\(folder)/why.png", "--format", format, copy,
                    original)
            }
            #expect(try explain("text").lines.contains("    the picture: fills 25 % of the query's picture"))
            let report = try #require(try explain("jsonl").objects().first)
            let nearest = try #require(report["nearest"] as? [String: Any])
            let pairs = try #require(nearest["place_pairs"] as? [[String: Any]])
            #expect(pairs.count >= 4)
            for pair in pairs {
                let outline = try #require(pair["outline"] as? [[Double]])
                for (corner, place) in zip(outline, [[0.4, 0.4], [0.9, 0.4], [0.9, 0.9], [0.4, 0.9]]) {
                    // Measured: at most 0.01, which is three pixels.
                    #expect(abs(corner[0] - place[0]) < 0.02 && abs(corner[1] - place[1]) < 0.02, "\(outline)")
                }
            }
        }
    }

    @Test("The nearest miss is told as a match is: gate, evidence, span, and where the picture would lie")
    func miss() throws {
        let original = try Project.clip("tide-pool/reef-walk.mp4")
        // Two seconds of it in a window of a fifth: features enough for a line, too few to be sure.
        let query = try Clip.make(
            "moire-window-miss.mp4",
            [
                "-f", "lavfi", "-i", "mandelbrot=s=640x360:r=25:end_scale=0.05:end_pts=120", "-i", original,
                "-filter_complex", "[1]scale=128:72[s];[0][s]overlay=180:100:enable='between(t,1,2.9)'", "-an",
                "-t", "4", "-crf", "18", "-pix_fmt", "yuv420p",
            ])
        try Folder.with { folder in
            #expect(try Programs.moire("index", "add", "--index", "\(folder)/index", original).status == 0)
            func explain(_ format: String, _ reference: String) throws -> Programs.Answer {
                try Programs.moire(
                    "explain", "--index", "\(folder)/index", "--picture", "\(folder)/why.png", "--format", format,
                    query, reference)
            }
            let report = try #require(try explain("jsonl", original).objects().first)
            #expect(report["gate"] as? String == "score_below_threshold")
            #expect((report["matches"] as? [Any])?.isEmpty == true)
            let nearest = try #require(report["nearest"] as? [String: Any])
            func number(_ key: String) throws -> Double { try #require(nearest[key] as? Double, "\(key)") }
            // Measured: 3.0 of 4 decades.
            #expect(try number("decades") > 1)
            #expect(try number("decades") < 3.9)
            #expect(try number("decades_needed") == 4)
            #expect(
                abs(
                    try number("video_decades") + number("audio_decades") - number("search_cost") - number("decades"))
                    < 1e-9)
            // Places are sampled twice a second.
            for (key, seconds) in [
                ("query_start", 1.0), ("query_end", 2.9), ("reference_start", 1.0), ("reference_end", 2.9),
            ] {
                #expect(try abs(number(key) - seconds) <= 0.5, "\(key)")
            }
            let transform = try #require(nearest["transform"] as? [String: Any])
            #expect(transform["kinds"] as? [String] == ["boxed"])
            let outline = try #require(transform["outline"] as? [[Double]])
            let window = [[180, 100], [308, 100], [308, 172], [180, 172]].map { [$0[0] / 640.0, $0[1] / 360.0] }
            for (corner, place) in zip(outline, window) {
                // Measured: at most 0.007 of the width and of the height.
                #expect(abs(corner[0] - place[0]) < 0.02 && abs(corner[1] - place[1]) < 0.02, "\(outline)")
            }
            let text = try explain("text", original).lines
            #expect(text.contains("  stopped by: score_below_threshold"), "\(text)")
            #expect(
                text.contains { $0.contains(" s would show ") && $0.hasSuffix("fills 4 % of the query's picture") },
                "\(text)")
            #expect(
                text.contains { $0.hasPrefix("  evidence: ") && $0.hasSuffix("; a match needs 4.00") }, "\(text)")
        }
    }

    @Test("Where nothing lies on a common line, the two frames that are most alike are named")
    func mostAlike() throws {
        try Folder.with { folder in
            let reference = try Project.clip("night-tram/last-tram.mp4")
            #expect(try Programs.moire("index", "add", "--index", "\(folder)/index", reference).status == 0)
            let answer = try Programs.moire(
                "explain", "--index", "\(folder)/index", "--picture", "\(folder)/why.png", "--format", "jsonl",
                try Project.clip("fractal-lab/zoom-of-the-day.mp4"), reference)
            let report = try #require(try answer.objects().first)
            #expect(report["nearest"] == nil)
            let closest = try #require(report["closest_pair"] as? [String: Any])
            let pair = try #require(closest["pair"] as? [String: Any])
            let distance = try #require(pair["distance"] as? Int)
            #expect(distance == report["closest_frames"] as? Int)
            // Unrelated pictures differ in about 128 bits; the closest of some hundreds in about a hundred.
            #expect((80...120).contains(distance))
            #expect((report["explanation"] as? String)?.contains("closer than \(distance) bits") == true)
        }
    }
}
