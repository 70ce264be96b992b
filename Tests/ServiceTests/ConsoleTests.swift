import EngineSupport
import Foundation
import TestSupport
import Testing

@Suite("The review console")
struct ConsoleTests {
    /// A fleet that has done the project's clips, with a service before it.
    private static let reviewed = Result { () throws -> RunningService in
        let service = try RunningService()
        try service.doFixtures()
        return service.endsWithProcess()
    }

    /// The same on a server.
    private static let reviewedOnPostgres = Result { () throws -> RunningService in
        let service = try RunningService(database: TestPostgres.shared().database())
        try service.doFixtures()
        return service.endsWithProcess()
    }

    @Test(
        "A reviewer's day in a real browser: in, queue, case, licensed, undone, turned around, exported, out",
        arguments: Engine.durable)
    func tour(engine: Engine) throws {
        let service = try (engine == .postgres ? Self.reviewedOnPostgres : Self.reviewed).get()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("console_tour.py").path
        let ran = try Ran("/usr/bin/python3", [script, service.address, service.token])
        #expect(ran.status == 0, Comment(rawValue: ran.text + ran.errors))
        // What is looked at and decided is in the audit log.
        let log = try Ran(
            "/usr/bin/curl",
            ["-sS", "-H", "Authorization: Bearer \(service.token)", service.address + "/v1/audit?limit=1000"]
        ).text
        for action in [
            "event.reversed", "evidence.exported", "evidence.frames.viewed", "evidence.viewed", "match.decided",
            "profile.viewed", "session.begun",
        ] {
            #expect(log.contains("\"\(action)\""), "\(action) in \(log)")
        }
    }

    @Test("Another tenant sees neither cases nor creators nor frames, and may not decide")
    func tenants() async throws {
        let service = try Self.reviewed.get()
        let queue = try await service.ask("GET", "/console/cases?state=all", token: service.token).text
        let id = try #require(queue.firstMatch(of: /\/console\/cases\/([0-9a-f]{32})/)?.1)
        let frame = try #require(queue.firstMatch(of: /src="(\/console\/frames\/[^"]+)"/)?.1)
        #expect(try await service.ask("GET", "/console/cases/\(id)", token: service.token).status == 200)
        #expect(try await service.ask("GET", String(frame), token: service.token).status == 200)
        let other = try service.token(tenant: "elsewhere", "review", "admin")
        let theirs = try await service.ask("GET", "/console/cases?state=all&kind=all", token: other)
        #expect(theirs.status == 200 && !theirs.text.contains(id) && theirs.text.contains("No case is like that."))
        for path in [
            "/console/cases/\(id)", "/console/cases/\(id)/bundle", String(frame), "/console/creators/clip-harbor",
        ] {
            #expect(try await service.ask("GET", path, token: other).status == 404, "\(path)")
        }
        let decided = try await service.ask(
            "POST", "/console/cases/\(id)/decisions", body: Data("verdict=dismissed&why=theirs".utf8), token: other)
        #expect(decided.status == 404)
        let creators = try await service.ask("GET", "/console/creators", token: other).text
        #expect(!creators.contains("clip-harbor"))
    }

    @Test("Pages allow no script but ours; a reviewer without the fleet's scope does not see it; nonsense is refused")
    func doors() async throws {
        let service = try Self.reviewed.get()
        let page = try await service.ask("GET", "/console/cases", token: service.token)
        let policy = page.headers.first { $0.key.lowercased() == "content-security-policy" }?.value ?? ""
        #expect(
            policy.contains("script-src 'self'") && policy.contains("default-src 'none'") && !policy.contains("unsafe"))
        #expect(!page.text.contains("<script>") && !page.text.contains(" onclick=") && !page.text.contains(" style="))
        let reviewer = try service.token("review")
        #expect(try await service.ask("GET", "/console/fleet", token: reviewer).status == 403)
        #expect(try await service.ask("GET", "/console/cases", token: try service.token("submit")).status == 403)
        let id = try #require(page.text.firstMatch(of: /\/console\/cases\/([0-9a-f]{32})/)?.1)
        for form in ["verdict=guilty&why=x", "verdict=confirmed", "verdict=confirmed&why=%20", "why=x", "%%%"] {
            let status = try await service.ask(
                "POST", "/console/cases/\(id)/decisions", body: Data(form.utf8), token: service.token
            ).status
            #expect(status == 422 || status == 400, "\(form): \(status)")
        }
        for path in [
            "/console/cases/none", "/console/frames/none/0/240", "/console/frames/none/0/9999", "/console/sounds/x/9/1",
        ] {
            #expect(try await service.ask("GET", path, token: service.token).status == 404, "\(path)")
        }
        #expect(
            try await service.ask("GET", "/console/login?next=https://elsewhere.example/", token: nil).text
                .contains("elsewhere") == false)
    }
}
