import Foundation
import Testing

@Suite("Profiles and appeals over HTTP")
struct AppealTests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    @Test("A reversed event leaves the profile at once, with who and why, and reversing the reversal brings it back")
    func reversal() async throws {
        let token = try RunningService.makeToken(home: service.home, tenant: "appeals")
        let names = [
            ("clip-harbor/noodles-again.mp4", "noodles", "harbor", "2026-02-01"),
            ("kitchen-lab/ramen-in-ten.mp4", "ramen", "night", "2026-01-01"),
        ]
        for (name, id, creator, day) in names.reversed() {
            let clip = try Data(contentsOf: URL(fileURLWithPath: "\(RunningService.clips)/\(name)"))
            let job = try await service.ask(
                "POST", "/v1/jobs?video_id=\(id)&creator=\(creator)&published_at=\(day)T00:00:00Z", body: clip,
                token: token)
            _ = try await service.ended(try #require(try job.object["id"] as? String), token: token)
        }
        func copies() async throws -> [[String: any Sendable]] {
            try await service.ask("GET", "/v1/profiles/harbor", token: token).object["copies"]
                as? [[String: any Sendable]] ?? []
        }
        for _ in 0..<100 where try await copies().isEmpty { try await Task.sleep(for: .milliseconds(100)) }
        let before = try await service.ask("GET", "/v1/profiles/harbor", token: token).object
        let events = try await copies().compactMap { $0["event_id"] as? String }
        try #require(!events.isEmpty)

        var reversals: [String] = []
        for event in events {
            let answer = try await service.ask(
                "POST", "/v1/events/\(event)/reversal", json: #"{"why":"licensed by night"}"#, token: token)
            #expect(answer.status == 200)
            #expect(try answer.object["is_folded"] as? Bool == true)
            #expect(try answer.object["creators"] as? [String] == ["harbor", "night"])
            reversals.append(try #require(try answer.object["reversal_id"] as? String))
        }
        let after = try await service.ask("GET", "/v1/profiles/harbor", token: token).object
        #expect(try await copies().isEmpty)
        #expect(try #require(after["score"] as? Int) > #require(before["score"] as? Int))
        let reversed = try #require((after["reversed"] as? [[String: any Sendable]])?.first)
        #expect(reversed["by"] as? String == "test-appeals")
        #expect(reversed["why"] as? String == "licensed by night")

        for reversal in reversals {
            let undone = try await service.ask(
                "POST", "/v1/events/\(reversal)/reversal", json: #"{"why":"the licence was for another clip"}"#,
                token: token)
            #expect(undone.status == 200)
        }
        let again = try await service.ask("GET", "/v1/profiles/harbor", token: token).object
        #expect(again["score"] as? Int == before["score"] as? Int)
        let log = try await service.ask("GET", "/v1/profiles/harbor/events", token: token)
        #expect(try log.items.compactMap { $0["type"] as? String }.contains("appeal"))
        #expect(try await service.ask("GET", "/v1/audit?limit=1000", token: token).text.contains("event.reversed"))
    }

    @Test("A reversal needs a reason, and an event that is there")
    func refusals() async throws {
        #expect(try await service.post("/v1/events/nope/reversal", #"{"why":"x"}"#).status == 404)
        #expect(try await service.post("/v1/events/nope/reversal", "{}").pointers == ["/why"])
    }
}
