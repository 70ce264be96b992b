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
}
