import Foundation
import Testing
import TestSupport

@Suite("moire explain, on sound without a picture")
struct ExplainSoundTests {
    /// Width and height that a PNG file claims (ISO/IEC 15948, 11.2.2).
    private func size(of path: String) throws -> (width: Int, height: Int) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        try #require(bytes.count > 24 && Array(bytes[..<4]) == [0x89, 0x50, 0x4E, 0x47])
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (number(16), number(20))
    }

    @Test("A song is shown where it sounds, as peaks in the JSON and as a picture; also by its id alone")
    func song() throws {
        let note = "floor(t*4)"
        let song = try Clip.make(
            "moire-song.wav",
            [
                "-f", "lavfi", "-i",
                "aevalsrc='0.4*sin(2*PI*(300+40*mod(7*\(note)*\(note)+3*\(note),61))*t)':s=22050:d=12",
            ])
        let clip = try Clip.make("moire-clip.m4a", ["-ss", "4", "-t", "6", "-i", "@moire-song.wav", "-c:a", "aac"])
        try Folder.with { folder in
            #expect(try Programs.moire("index", "add", "--index", "\(folder)/index", song).status == 0)
            for reference in [song, "moire-song.wav"] {
                let answer = try Programs.moire(
                    "explain", "--index", "\(folder)/index", "--picture", "\(folder)/why.png", "--format", "jsonl",
                    clip,
                    reference)
                #expect(answer.status == 0, "\(answer.errors)")
                let report = try #require(try answer.objects().first)
                let nearest = try #require(report["nearest"] as? [String: Any])
                #expect(nearest["pitch_semitones"] as? Double == 0)
                let pairs = try #require(nearest["sound_pairs"] as? [[String: Double]])
                #expect(pairs.count >= 12)
                for pair in pairs {
                    let (query, there) = (try #require(pair["query"]), try #require(pair["reference"]))
                    #expect(abs(there - query - 4) < 0.1)
                    #expect(abs(try #require(pair["query_hz"]) / #require(pair["reference_hz"]) - 1) < 0.06)
                }
                // As wide as two spectrograms with the plot beside them, and no rows of frames below.
                let size = try size(of: "\(folder)/why.png")
                #expect(size.width == 1_416 && (600..<900).contains(size.height))
            }
        }
    }
}
