import Foundation
import TestSupport
import Testing

@testable import Service

@Suite("Tenants do not see each other")
struct TenantTests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    @Test("Names of tenants but the home's own are kept with a prefix that nobody can give or see")
    func names() {
        let acme = TenantNames(tenant: "acme")
        #expect(acme.inner("clip.mp4") == "acme//clip.mp4")
        #expect(acme.outer("acme//clip.mp4") == "clip.mp4")
        #expect(acme.outer("clip.mp4") == nil)
        #expect(acme.outer("other//clip.mp4") == nil)
        let own = TenantNames(tenant: "default")
        #expect(own.inner("clip.mp4") == "clip.mp4")
        #expect(own.outer("acme//clip.mp4") == nil)
        #expect(!TenantNames.isAcceptable("acme//clip.mp4"))
        #expect(!TenantNames.isAcceptable("a\u{1}"))
    }

    @Test("The same video at two tenants is nobody's copy, and jobs, events, profiles and lookups stay apart")
    func isolation() async throws {
        let (red, blue) = (
            try RunningService.makeToken(home: service.home, tenant: "red"),
            try RunningService.makeToken(home: service.home, tenant: "blue")
        )
        let clip = try Project.bytes(ofClip: "fractal-lab/cells.mp4")
        var jobs: [String: String] = [:]
        for token in [red, blue] {
            let answer = try await service.ask(
                "POST", "/v1/jobs?video_id=cells&creator=same-name", body: clip, token: token)
            let id = try #require(try answer.object["id"] as? String)
            jobs[token] = id
            let job = try await service.ended(id, token: token)
            #expect(job["video_id"] as? String == "cells")
            #expect((job["matches"] as? [any Sendable])?.isEmpty == true)
        }
        let theirs = try #require(jobs[blue])
        #expect(try await service.ask("GET", "/v1/jobs/\(theirs)", token: red).status == 404)
        #expect(try await service.ask("POST", "/v1/jobs/\(theirs)/cancel", token: red).status == 404)
        #expect(try await service.ask("GET", "/v1/jobs/\(theirs)/events", token: red).status == 404)
        #expect(try await !service.ask("GET", "/v1/jobs?limit=1000", token: red).text.contains(theirs))

        let events = try await service.ask("GET", "/v1/events?limit=1000", token: blue)
        let event = try #require(try events.items.first?["event_id"] as? String)
        #expect(try await service.ask("GET", "/v1/events/\(event)", token: red).status == 404)
        #expect(
            try await service.ask("POST", "/v1/events/\(event)/reversal", json: #"{"why":"x"}"#, token: red).status
                == 404)
        #expect(!events.text.contains("blue//"))

        // Waits for the scorer.
        for _ in 0..<100 {
            if try await service.ask("GET", "/v1/profiles/same-name", token: red).status == 200 { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        let profile = try await service.ask("GET", "/v1/profiles/same-name", token: red)
        #expect(try profile.object["videos"] as? Int == 1)
        #expect(try profile.object["creator"] as? String == "same-name")
        #expect(!profile.text.contains("//"))
        #expect(try await service.ask("GET", "/v1/profiles", token: red).items.count == 1)
        #expect(try await service.get("/v1/profiles/red%2F%2Fsame-name").status == 404)

        // A lookup sees the tenant's own upload and nobody else's.
        let found = try await service.ask("POST", "/v1/lookups?hashes=false", body: clip, token: red)
        let hits = try #require(try found.object["matches"] as? [[String: any Sendable]])
        #expect(hits.compactMap { ($0["match"] as? [String: any Sendable])?["reference"] as? String } == ["cells"])
        #expect(try await service.ask("GET", "/v1/explanations/cells/cells", token: red).status == 200)
        let stranger = try RunningService.makeToken(home: service.home, tenant: "green")
        #expect(try await service.ask("GET", "/v1/explanations/cells/cells", token: stranger).status == 404)
        let nothing = try await service.ask("POST", "/v1/lookups?hashes=false", body: clip, token: stranger)
        #expect(try nothing.object["result"] as? String == "nothing_found")
        let lookup = try #require(try found.object["id"] as? String)
        #expect(try await service.ask("GET", "/v1/lookups/\(lookup)", token: blue).status == 404)

        // Banks: one's own by the same name, and shared ones that only the home's own tenant changes.
        #expect(try await service.ask("PUT", "/v1/banks/mine", json: #"{"note":"red"}"#, token: red).status == 200)
        #expect(try await service.ask("GET", "/v1/banks/mine", token: blue).status == 404)
        #expect(try await !service.ask("GET", "/v1/banks", token: blue).text.contains("mine"))
        #expect(try await !service.ask("GET", "/v1/tokens", token: red).text.contains("test-blue"))
        #expect(try await !service.ask("GET", "/v1/audit", token: blue).text.contains("mine"))
        #expect(
            try await service.ask(
                "POST", "/v1/jobs", json: #"{"url":"http://a.example/x.mp4","video_id":"blue//cells"}"#, token: red
            )
            .pointers == ["/video_id"])
    }
}
