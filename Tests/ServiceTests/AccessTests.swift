import Foundation
import Testing

@testable import Service

@Suite("Who may ask for what")
struct AccessTests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    @Test("A token's text has its id and its secret, and anything else is no token")
    func tokenText() throws {
        let token = try #require(TokenText("moire_0123456789ab_" + String(repeating: "f", count: 64)))
        #expect(token.id == "0123456789ab")
        #expect(
            [
                "", "moire_0123456789ab", "moire_0123456789ab_ff",
                "other_0123456789ab_" + String(repeating: "f", count: 64),
            ]
            .allSatisfy { TokenText($0) == nil })
    }

    @Test("A token matches its own hash alone; the comparison looks at every byte")
    func hash() {
        let token = TokenText.random()
        #expect(token.matches(hash: token.hash))
        #expect(!token.matches(hash: String(token.hash.reversed())))
        #expect(!token.matches(hash: ""))
        #expect(ConstantTime.equal("abc", "abc"))
        #expect(!ConstantTime.equal("abc", "abd"))
    }

    @Test("Without a token: 401 with a challenge; with a wrong one: 401; with the wrong scope: 403")
    func refusals() async throws {
        let none = try await service.ask("GET", "/v1/jobs", token: nil)
        #expect(none.status == 401)
        #expect(none.code == "unauthenticated")
        #expect(none.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        #expect(try await service.ask("GET", "/v1/jobs", token: "moire_nobody").code == "bad_token")
        let lookup = try service.token("lookup")
        let refused = try await service.ask("GET", "/v1/jobs", token: lookup)
        #expect(refused.status == 403)
        #expect(refused.code == "missing_scope")
        #expect(try await service.ask("GET", "/v1/banks", token: lookup).status == 200)
    }

    @Test("The database holds no secret of a token")
    func atRest() throws {
        let secret = try #require(TokenText(service.token)).secret
        for name in ["service.sqlite", "service.sqlite-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(service.home)/\(name)"))
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
        }
    }

    @Test("A token made over HTTP works, is told once, and is refused two seconds after it was revoked")
    func revoking() async throws {
        let made = try await service.post("/v1/tokens", #"{"name":"short","scopes":["submit"]}"#)
        #expect(made.status == 201)
        let token = try #require(try made.object["token"] as? String)
        #expect(try await service.ask("GET", "/v1/jobs", token: token).status == 200)
        let id = try #require(TokenText(token)).id
        #expect(try await service.get("/v1/tokens").text.contains(id))
        #expect(try await !service.get("/v1/tokens").text.contains(TokenText(token)?.secret ?? ""))
        #expect(try await service.ask("DELETE", "/v1/tokens/\(id)", token: service.token).status == 204)
        try await Task.sleep(for: .seconds(2.2))
        #expect(try await service.ask("GET", "/v1/jobs", token: token).status == 401)
        #expect(try await service.get("/v1/audit?limit=1000").text.contains("token.revoked"))
    }

    @Test("A token that has expired is refused")
    func expiry() async throws {
        let made = try await service.post(
            "/v1/tokens", #"{"name":"old","scopes":["submit"],"expires_at":"2020-01-01T00:00:00Z"}"#)
        let token = try #require(try made.object["token"] as? String)
        #expect(try await service.ask("GET", "/v1/jobs", token: token).status == 401)
    }
}
