import Foundation
import TestSupport
import Testing

@Suite("moire events")
struct EventsTests {
    @Test("The flat events of a real run name each job once, and who copied whom; a reader goes on where it stopped")
    func flat() throws {
        try Folder.with { folder in
            let home = "\(folder)/home"
            let films = try ["night-tram/last-tram.mp4", "daily-finds/tram-cropped.mp4", "old-backups/notes.mp4"].map {
                try Project.clip($0)
            }
            // One after the other, so that the copy is the later one.
            for film in films { _ = try Programs.moire("run", "--home", home, film) }
            let all = try Programs.moire("events", "--home", home, "--flat", "--format", "jsonl")
            let events = try all.objects()
            #expect(events.map { ($0["path"] as? String) ?? "" } == films)
            #expect(events.map { $0["outcome"] as? String } == ["complete", "complete", "undecodable"])
            #expect(events[1]["match_role"] as? String == "copy")
            #expect(events[1]["match_video_id"] as? String == events[0]["video_id"] as? String)
            #expect(events[1]["match_creator"] as? String == "night-tram" && events[0]["matches"] as? Int == 0)
            #expect(events[0]["quality_score"] is Double && events[2]["quality_score"] == nil)
            #expect(events.allSatisfy { $0.values.allSatisfy { !($0 is [Any]) && !($0 is [String: Any]) } })

            let place = try #require(events[0]["sequence"] as? Int)
            let rest = try Programs.moire(
                "events", "--home", home, "--flat", "--after", "\(place)", "--limit", "1", "--format", "jsonl")
            #expect(rest.lines == [all.lines[1]])
            let osprey = try Programs.moire(
                "events", "--home", home, "--flat", "--envelope", "osprey", "--limit", "1", "--format", "jsonl")
            let action = try #require(try osprey.objects().first?["data"] as? [String: Any])
            #expect(action["action_id"] as? Int == place && action["action_name"] as? String == "moire_job_finished")
            #expect((action["data"] as? NSDictionary) == (events[0] as NSDictionary))

            let edges = try Programs.moire("events", "--home", home, "--types", "match.edge", "--format", "jsonl")
            let edge = try #require(try edges.objects().first)
            #expect(
                edge["type"] as? String == "match.edge"
                    && edge["event_id"] as? String == events[1]["match_event_id"] as? String)
            #expect(try #require(edge["sequence"] as? Int) > place)
            #expect(try Programs.moire("events", "--home", home).lines.count > 7)
        }
    }

    @Test("Following prints what comes, as it comes, and ends when it is asked to")
    func following() throws {
        try Folder.with { folder in
            let home = "\(folder)/home"
            let output = "\(folder)/events.jsonl"
            _ = FileManager.default.createFile(atPath: output, contents: nil)
            // It starts before there is a home, as it does beside a fleet that is only being started.
            let follower = Process()
            follower.executableURL = Programs.folder.appendingPathComponent("moire")
            follower.arguments = [
                "events", "--home", home, "--flat", "--follow", "--every", "0.1", "--format", "jsonl",
            ]
            follower.standardInput = FileHandle.nullDevice
            follower.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
            try follower.run()
            defer { if follower.isRunning { follower.terminate() } }
            func lines() throws -> Int {
                try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").count
            }
            func wait(for count: Int) throws -> Int {
                let deadline = ContinuousClock.now + .seconds(60)
                while try lines() < count, ContinuousClock.now < deadline { usleep(50_000) }
                return try lines()
            }
            _ = try Programs.moire("run", "--home", home, try Project.clip("night-tram/last-tram.mp4"))
            #expect(try wait(for: 1) == 1)
            _ = try Programs.moire("run", "--home", home, try Project.clip("old-backups/notes.mp4"))
            #expect(try wait(for: 2) == 2)
            follower.terminate()
            follower.waitUntilExit()
            #expect(follower.terminationReason == .exit && follower.terminationStatus == 0)
        }
    }

    @Test("A type that there is not, and a home that there is not, are named")
    func trouble() throws {
        let type = try Programs.moire("events", "--home", "/nowhere", "--types", "video.seen")
        #expect(type.status == 2 && type.errors.contains("there is no type video.seen"))
        #expect(try Programs.moire("events", "--home", "/nowhere", "--flat", "--types", "appeal").status == 2)
        let home = try Programs.moire("events", "--home", NSTemporaryDirectory() + "moire-none-\(UUID().uuidString)")
        #expect(home.status == 3 && home.errors.contains("has no store yet"))
    }
}
