import Foundation
import TestSupport
import Testing

@Suite("Jobs over HTTP")
struct JobTests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    @Test("An upload is accepted with its address, and its signals and matches come back")
    func upload() async throws {
        let original = try Project.bytes(ofClip: "kitchen-lab/ramen-in-ten.mp4")
        let copy = try Project.bytes(ofClip: "clip-harbor/noodles-again.mp4")
        let first = try await service.ask(
            "POST", "/v1/jobs?video_id=ramen&creator=kitchen&published_at=2026-01-01T00:00:00Z", body: original,
            token: service.token)
        #expect(first.status == 202)
        let id = try #require(try first.object["id"] as? String)
        #expect(first.headers["location"] == "/v1/jobs/\(id)")
        #expect(["accepted", "queued", "running"].contains(try first.object["state"] as? String))
        _ = try await service.ended(id)
        let second = try await service.ask(
            "POST", "/v1/jobs?video_id=noodles&creator=harbor&published_at=2026-02-01T00:00:00Z", body: copy,
            token: service.token)
        let job = try await service.ended(try #require(try second.object["id"] as? String))
        let record = try #require(job["record"] as? [String: any Sendable])
        #expect((record["quality"] as? [String: any Sendable])?["score"] is Double)
        let matches = try #require(job["matches"] as? [[String: any Sendable]])
        let match = try #require(
            matches.first { ($0["match"] as? [String: any Sendable])?["reference"] as? String == "ramen" })
        #expect(match["query_creator"] as? String == "harbor")
        #expect(match["reference_creator"] as? String == "kitchen")
        #expect(match["direction"] as? String == "published")
        #expect((job["references_searched"] as? Int ?? 0) >= 1)
    }

    @Test("A batch is accepted as a whole, in its order")
    func batch() async throws {
        let answer = try await service.post(
            "/v1/jobs",
            """
            {"jobs":[{"path":"\(Project.clips)/tide-pool/reef-walk.mp4","creator":"tide","key":"a"},
                     {"path":"\(Project.clips)/night-tram/last-tram.mp4","creator":"tram","key":"b"}]}
            """)
        #expect(answer.status == 202)
        #expect(try answer.items.map { $0["key"] as? String } == ["a", "b"])
        for item in try answer.items {
            #expect(try await service.ended(try #require(item["id"] as? String))["state"] as? String == "done")
        }
    }

    @Test("What is wrong with a batch is told with a pointer to each field, and nothing of it is taken")
    func pointers() async throws {
        let answer = try await service.post(
            "/v1/jobs",
            """
            {"jobs":[{"path":"\(Project.clips)/tide-pool/reef-walk.mp4","key":"refused-whole"},
                     {"path":"/etc/passwd","surface":"moon"},{"url":"ftp://x","published":"2026"}],"x":1}
            """)
        #expect(answer.status == 422)
        #expect(answer.headers["content-type"] == "application/problem+json")
        #expect(answer.pointers == ["/jobs/1/path", "/jobs/1/surface", "/jobs/2/url", "/jobs/2/published", "/x"])
        #expect(try await !service.get("/v1/jobs?limit=1000").text.contains("refused-whole"))
    }

    @Test("A file outside the opened folders looks the same as one that does not exist, also through a link")
    func roots() async throws {
        let link = "\(service.home)/link.mp4"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "\(Project.clips)/tide-pool/reef-walk.mp4")
        var details: Set<String> = []
        for path in ["/etc/passwd", "/no/such/file", "\(Project.clips)/../README.md", "\(Project.clips)"] {
            let answer = try await service.post("/v1/jobs", #"{"path":"\#(path)"}"#)
            #expect(answer.status == 422)
            details.insert(try #require(try answer.object["detail"] as? String))
        }
        #expect(details.count == 1)
        // The link's own folder is not open, but what it leads to is.
        #expect(try await service.post("/v1/jobs", #"{"path":"\#(link)"}"#).status == 202)
    }

    @Test("The same key and request is the same job; another request under it is refused")
    func idempotency() async throws {
        let body = #"{"path":"\#(Project.clips)/trail-notes/ridge-at-dawn.mp4","creator":"trail"}"#
        let first = try await service.post("/v1/jobs", body, headers: ["Idempotency-Key": "order-1"])
        let again = try await service.post("/v1/jobs", body, headers: ["Idempotency-Key": "order-1"])
        #expect(first.status == 202)
        #expect(again.status == 202)
        #expect(try first.object["id"] as? String == again.object["id"] as? String)
        #expect(again.headers["idempotent-replayed"] == "true")
        let other = try await service.post(
            "/v1/jobs", body.replacing("trail\"}", with: "other\"}"), headers: ["Idempotency-Key": "order-1"])
        #expect(other.status == 422)
        #expect(other.code == "idempotency_key_reused")
        #expect(other.pointers == ["header/Idempotency-Key"])
    }

    @Test("While a key's first request is under way, a second one is told 409")
    func inFlight() async throws {
        let clip = try Project.bytes(ofClip: "fractal-lab/zoom-of-the-day.mp4")
        // A slow upload, by a real connection that stops in the middle.
        let slow = try SlowUpload(to: service, path: "/v1/jobs?video_id=slow", key: "slow-1", body: clip)
        defer { slow.close() }
        try slow.send(upTo: clip.count / 2)
        try arrival(of: clip.count / 2)
        // By a program of its own, so that this test keeps its thread: the silent upload is not waited for for ever.
        let said = try Ran(
            "/usr/bin/curl",
            [
                "--silent", "--write-out", "\n%{http_code}", "-H", "Authorization: Bearer \(service.token)", "-H",
                "Idempotency-Key: slow-1", "-X", "POST", "-T", try Project.clip("fractal-lab/zoom-of-the-day.mp4"),
                "\(service.address)/v1/jobs?video_id=slow",
            ]
        ).text
        #expect(said.hasSuffix("\n409"))
        #expect(said.contains("idempotency_key_in_flight"))
        try slow.send(upTo: clip.count)
        #expect(try slow.answer().hasPrefix("HTTP/1.1 202"))
    }

    /// Whether so much of an upload is written down; others come at the same time.
    private func isThere(_ bytes: Int) throws -> Bool {
        let folder = "\(service.home)/uploads/incoming"
        return try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
            let facts = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            return (facts?[.size] as? NSNumber)?.intValue == bytes
        }
    }

    /// Waits half a minute for it to go.
    private func hasGone(_ bytes: Int) throws -> Bool {
        for _ in 0..<600 {
            if try !isThere(bytes) { return true }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }

    /// Waits until the service has written this much of an upload down. Blocks: a test that gives its thread away may
    /// get it back after the service has given the silent upload up.
    private func arrival(of bytes: Int) throws {
        for _ in 0..<600 {
            if try isThere(bytes) { return }
            Thread.sleep(forTimeInterval: 0.05)
        }
        throw RunningService.Trouble(description: "\(bytes) bytes of an upload did not come in half a minute")
    }

    @Test("An upload that breaks off leaves no job and no file")
    func brokenUpload() async throws {
        let clip = try Project.bytes(ofClip: "fractal-lab/zoom-of-the-day.mp4")
        let slow = try SlowUpload(to: service, path: "/v1/jobs?video_id=broken", key: "broken-1", body: clip)
        try slow.send(upTo: clip.count / 2)
        try arrival(of: clip.count / 2)
        slow.close()
        #expect(try hasGone(clip.count / 2))
        #expect(try await !service.get("/v1/jobs?limit=1000").text.contains("\"broken\""))
    }

    @Test("A job that cannot be decoded says why; what is not a job is not found")
    func trouble() async throws {
        let answer = try await service.ask(
            "POST", "/v1/jobs?video_id=words", body: Data("no media at all".utf8), token: service.token)
        let job = try await service.ended(try #require(try answer.object["id"] as? String))
        let outcome = try #require(job["outcome"] as? [String: any Sendable])
        #expect(outcome["kind"] as? String == "undecodable")
        #expect(outcome["reason"] as? String == "unknown_format")
        #expect(try await service.get("/v1/jobs/nope").status == 404)
        #expect(try await service.get("/v1/nothing").code == "not_found")
        let wrong = try await service.ask("DELETE", "/v1/jobs", token: service.token)
        #expect(wrong.status == 405)
        #expect(wrong.headers["allow"] == "GET, POST")
    }

    @Test("A job's states come as events, until its end")
    func stream() async throws {
        let answer = try await service.post(
            "/v1/jobs",
            #"{"path":"\#(Project.clips)/desk-tour/small-desk.mp4","creator":"desk","key":"streamed"}"#)
        let id = try #require(try answer.object["id"] as? String)
        let stream = try await service.get("/v1/jobs/\(id)/events", headers: ["Accept": "text/event-stream"])
        #expect(stream.headers["content-type"] == "text/event-stream")
        let events = stream.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }
        #expect(events.last == "event: done")
    }

    @Test("While a long video is decoded, the events tell how many seconds of it are done")
    func progress() throws {
        // A minute of pictures that are large enough to take seconds.
        let clip = try Clip.make(
            "progress.mp4",
            ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=60", "-c:v", "mpeg4", "-qscale:v", "12"])
        // One program asks for both, so that nothing of this process comes between them.
        let script = """
            id=$(curl -sS -H "$2" -H 'Content-Type: video/mp4' --data-binary "@$3" "$1/v1/jobs?video_id=progress" |
                sed -E 's/.*"id":"([0-9a-f-]+)".*/\\1/')
            exec curl -sSN -H "$2" -H 'Accept: text/event-stream' "$1/v1/jobs/$id/events"
            """
        let stream = try Ran(
            "/bin/sh", ["-c", script, "sh", service.address, "Authorization: Bearer \(service.token)", clip])
        let told = stream.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.dropFirst(6).utf8)) as? [String: Any]
        }
        let progress = told.compactMap { $0["progress"] as? [String: Any] }
        let times = progress.filter { $0["stage"] as? String == "decode" }.compactMap { $0["pts"] as? Double }
        #expect(times.count >= 1 && times == times.sorted() && times.allSatisfy { (0.5...60).contains($0) })
        #expect(progress.contains { $0["duration"] as? Double == 60 })
        #expect(told.last?["state"] as? String == "done" && told.last?["progress"] == nil)
        // Once it runs, it is not said to wait again.
        let states = told.compactMap { $0["state"] as? String }
        #expect(states.drop { $0 != "running" }.filter { $0 == "queued" } == [])
    }

    @Test("Bodies that are not JSON, too deep, or of another kind end in a problem, never in a fault")
    func malformed() async throws {
        #expect(try await service.post("/v1/jobs", "{").code == "malformed_json")
        #expect(try await service.post("/v1/jobs", "[]").code == "invalid_field")
        #expect(try await service.post("/v1/jobs", String(repeating: "[", count: 100_000)).code == "malformed_json")
        #expect(try await service.post("/v1/jobs", #"{"path":null,"key":7}"#).pointers == ["/path", "/key"])
        let kind = try await service.ask("POST", "/v1/tokens", body: Data("x".utf8), token: service.token)
        #expect(kind.status == 415)
        #expect(try await service.ask("POST", "/v1/jobs", body: Data(), token: service.token).code == "empty_body")
    }
}
