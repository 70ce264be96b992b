import Foundation
import TestSupport
import Testing

@Suite("What goes wrong around the work")
struct TroubleTests {
    @Test("A home whose store is no store ends the run with 3 and a sentence, instead of waiting for ever")
    func unsoundStore() throws {
        try Folder.with { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/home", withIntermediateDirectories: true)
            try Data(repeating: 0x5A, count: 8192).write(to: URL(fileURLWithPath: "\(folder)/home/store.sqlite"))
            let answer = try Programs.moire(
                "run", "--home", "\(folder)/home", try Project.clip("old-backups/flipped-bits.mp4"))
            #expect(answer.status == 3)
            #expect(answer.errors.contains("store.sqlite"), "\(answer.errors)")
        }
    }

    @Test("Two files of one name in folders of one name are two videos")
    func sameNames() throws {
        try Folder.with { folder in
            for year in ["2025", "2026"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(year)/kitchen", withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    atPath: try Project.clip("old-backups/flipped-bits.mp4"),
                    toPath: "\(folder)/\(year)/kitchen/clip.mp4")
            }
            let answer = try Programs.moire(
                "submit", "--home", "\(folder)/home", "--format", "jsonl", "\(folder)/2025", "\(folder)/2026")
            #expect(answer.status == 0, "\(answer.errors)")
            let ids = try answer.objects().compactMap { $0["video_id"] as? String }
            #expect(ids == ["2025/kitchen/clip.mp4", "2026/kitchen/clip.mp4"])
        }
    }

    @Test("A manifest's ids may be numbers, its mistakes are named with their line")
    func manifests() throws {
        try Folder.with { folder in
            let clip = try Project.clip("old-backups/flipped-bits.mp4")
            func submit(_ line: String) throws -> Programs.Answer {
                try Data(line.utf8).write(to: URL(fileURLWithPath: "\(folder)/m.jsonl"))
                return try Programs.moire(
                    "submit", "--home", "\(folder)/home", "--format", "jsonl", "--manifest", "\(folder)/m.jsonl")
            }
            let numbered = try submit(#"{"path":"\#(clip)","video_id":99,"creator":4711,"views":12}"#)
            #expect(try numbered.objects().map { $0["video_id"] as? String } == ["99"])
            let listed = try submit(#"{"path":"\#(clip)","creator":["ann"]}"#)
            #expect(listed.status == 2)
            #expect(listed.errors.contains("m.jsonl:1: the field `creator`"), "\(listed.errors)")
            let late = try submit(#"{"path":"\#(clip)","published_at":"yesterday"}"#)
            #expect(late.status == 2)
            #expect(late.errors.contains("yesterday"))
        }
    }

    @Test("A creator all of whose events are reversed has no profile, as if there had been none")
    func allReversed() throws {
        try Folder.with { folder in
            try Data(#"{"path":"\#(try Project.clip("old-backups/notes.mp4"))","creator":"ann"}"#.utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/m.jsonl"))
            let home = "\(folder)/home"
            #expect(
                try Programs.moire("run", "--home", home, "--no-report", "--manifest", "\(folder)/m.jsonl").status == 1)
            let profile = try #require(
                try Programs.moire("profile", "--home", home, "--format", "jsonl", "ann").objects().first)
            let notes = try #require(profile["notes"] as? [[String: Any]])
            let events = Set(notes.flatMap { $0["event_ids"] as? [String] ?? [] })
            try #require(events.count == 1)
            let gone = try Programs.moire(
                "profile", "--home", home, "--reverse", try #require(events.first), "--by", "review-1", "--why",
                "wrong file", "ann")
            #expect(gone.status == 1)
            #expect(gone.errors.contains("no profile of ann"), "\(gone.errors)")
        }
    }
}
