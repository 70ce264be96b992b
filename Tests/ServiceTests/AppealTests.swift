import Foundation
import TestSupport
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
            let clip = try Project.bytes(ofClip: "\(name)")
            let job = try await service.ask(
                "POST", "/v1/jobs?video_id=\(id)&creator=\(creator)&published_at=\(day)T00:00:00Z", body: clip,
                token: token)
            _ = try await service.ended(try #require(try job.object["id"] as? String), token: token)
        }
        func copies() async throws -> [[String: any Sendable]] {
            try await service.ask("GET", "/v1/profiles/harbor", token: token).object["copies"]
                as? [[String: any Sendable]] ?? []
        }
        for _ in 0..<600 where try await copies().isEmpty { try await Task.sleep(for: .milliseconds(100)) }
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

    @Test("A decision over HTTP is folded at once, can be undone and made again, and told to the DSA's database")
    func decision() async throws {
        let token = try RunningService.makeToken(home: service.home, tenant: "decisions")
        for (name, id, creator, day) in [
            ("trail-notes/ridge-at-dawn.mp4", "ridge", "trail", "2026-01-01"),
            ("daily-finds/ridge-fast.mp4", "fast", "finds", "2026-02-01"),
        ] {
            let clip = try Project.bytes(ofClip: "\(name)")
            let job = try await service.ask(
                "POST", "/v1/jobs?video_id=\(id)&creator=\(creator)&published_at=\(day)T00:00:00Z", body: clip,
                token: token)
            _ = try await service.ended(try #require(try job.object["id"] as? String), token: token)
        }
        func copy() async throws -> [String: any Sendable]? {
            let profile = try await service.ask("GET", "/v1/profiles/finds", token: token)
            return (try? profile.object["copies"] as? [[String: any Sendable]])?.first
        }
        for _ in 0..<600 where try await copy() == nil { try await Task.sleep(for: .milliseconds(100)) }
        let event = try #require(try await copy()?["event_id"] as? String)

        // Twice the same word: what was undone can be said again.
        for _ in 0..<2 {
            let decided = try await service.ask(
                "POST", "/v1/events/\(event)/decision", json: #"{"verdict":"licensed","why":"contract 4711"}"#,
                token: token)
            #expect(decided.status == 200)
            #expect(try await copy()?["not_counted"] as? String == "licensed")
            let decision = try #require(try decided.object["decision_id"] as? String)
            #expect(
                try await service.ask(
                    "POST", "/v1/events/\(decision)/reversal", json: #"{"why":"the contract had ended"}"#, token: token
                ).status == 200)
            #expect(try await copy()?["not_counted"] == nil)
        }
        // A reversal that is in force is answered as it is.
        for _ in 0..<2 {
            let answer = try await service.ask(
                "POST", "/v1/events/\(event)/reversal", json: #"{"why":"own footage"}"#, token: token)
            #expect(answer.status == 200)
            let reversal = try #require(try answer.object["reversal_id"] as? String)
            let again = try await service.ask(
                "POST", "/v1/events/\(event)/reversal", json: #"{"why":"another word"}"#, token: token)
            #expect(try again.object["reversal_id"] as? String == reversal)
            #expect(try again.object["why"] as? String == "own footage")
            #expect(try await copy() == nil)
            #expect(
                try await service.ask(
                    "POST", "/v1/events/\(reversal)/reversal", json: #"{"why":"it was not"}"#, token: token
                ).status == 200)
            #expect(try await copy() != nil)
        }
        let statement = try await service.ask(
            "POST", "/v1/events/\(event)/statement",
            json: """
                {"puid":"s-1","content_date":"2026-02-01","application_date":"2026-02-03","territorial_scope":["DE"],
                 "source_type":"SOURCE_VOLUNTARY","automated_decision":"AUTOMATED_DECISION_NOT_AUTOMATED",
                 "category":"STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
                 "decision_visibility":["DECISION_VISIBILITY_CONTENT_REMOVED"],
                 "decision_ground":"DECISION_GROUND_INCOMPATIBLE_CONTENT","incompatible_content_ground":"Terms, 4",
                 "incompatible_content_explanation":"The video repeats another creator's work."}
                """, token: token)
        #expect(statement.status == 200)
        #expect(try statement.object["automated_detection"] as? String == "Yes")
        #expect(
            try !statement.text.contains("finds") && (statement.object["decision_facts"] as? String)?.isEmpty == false)
        let refused = try await service.ask(
            "POST", "/v1/events/\(event)/statement", json: #"{"puid":"s 1","decision_ground":"x"}"#, token: token)
        #expect(refused.status == 422)
        #expect(refused.pointers.contains("/decision_ground") && refused.pointers.contains("/content_date"))
        #expect(
            try await service.ask(
                "POST", "/v1/events/\(event)/decision", json: #"{"verdict":"guilty","why":"x"}"#, token: token
            ).pointers == ["/verdict"])
    }

    @Test("A reversal needs a reason, and an event that is there")
    func refusals() async throws {
        #expect(try await service.post("/v1/events/nope/reversal", #"{"why":"x"}"#).status == 404)
        #expect(try await service.post("/v1/events/nope/reversal", "{}").pointers == ["/why"])
    }
}
