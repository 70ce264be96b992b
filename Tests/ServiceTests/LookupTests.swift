import Foundation
import TestSupport
import Testing

@Suite("Lookups, explanations and banks over HTTP")
struct LookupTests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    private func clip(_ name: String) throws -> Data {
        try Project.bytes(ofClip: "\(name)")
    }

    @Test("A reference is found by the next lookup, with hashes and matches in one answer, and what was searched")
    func addAndFind() async throws {
        #expect(try await service.ask("PUT", "/v1/banks/films", json: "{}", token: service.token).status == 200)
        let added = try await service.ask(
            "POST", "/v1/banks/films/references?id=films-reef&creator=tide", body: try clip("tide-pool/reef-walk.mp4"),
            token: service.token)
        #expect(added.status == 201)
        #expect(added.headers["location"] == "/v1/banks/films/references/films-reef")
        let answer = try await service.ask(
            "POST", "/v1/lookups?banks=films", body: try clip("clip-harbor/reef-flip.mp4"), token: service.token)
        #expect(answer.status == 200)
        let object = try answer.object
        #expect(object["result"] as? String == "found")
        let hit = try #require((object["matches"] as? [[String: any Sendable]])?.first)
        let match = try #require(hit["match"] as? [String: any Sendable])
        #expect(match["reference"] as? String == "films-reef")
        #expect(match["mirrored"] as? Bool == true)
        #expect(hit["reference_creator"] as? String == "tide")
        let hashes = (object["query"] as? [String: any Sendable])?["hashes"] as? [[String: any Sendable]]
        #expect(hashes?.allSatisfy { ($0["pdq"] as? String)?.count == 64 } == true)
        let recapture = (object["query"] as? [String: any Sendable])?["recapture"] as? [String: any Sendable]
        #expect(try #require(recapture?["probability"] as? Double) < 0.1)
        #expect(((object["searched"] as? [String: any Sendable])?["references"] as? Int ?? 0) >= 1)

        // The answer is kept, without its hashes.
        let id = try #require(object["id"] as? String)
        let kept = try await service.get("/v1/lookups/\(id)")
        #expect(try kept.object["result"] as? String == "found")
        #expect(!kept.text.contains("pdq"))

        // Switched off, it is not found; switched on, it is.
        let path = "/v1/banks/films/references/films-reef"
        #expect(try await service.ask("PATCH", path, json: #"{"enabled":false}"#, token: service.token).status == 200)
        let off = try await service.ask(
            "POST", "/v1/lookups?banks=films&mode=precheck", body: try clip("clip-harbor/reef-flip.mp4"),
            token: service.token)
        #expect(try off.object["result"] as? String == "nothing_found")
        #expect(try off.object["id"] == nil)
        #expect(try await service.ask("PATCH", path, json: #"{"enabled":true}"#, token: service.token).status == 200)

        // A bank's threshold hides what lies under it.
        _ = try await service.ask("PUT", "/v1/banks/films", json: #"{"minimum_score":1}"#, token: service.token)
        let strict = try await service.ask(
            "POST", "/v1/lookups?banks=films&hashes=false", body: try clip("clip-harbor/reef-flip.mp4"),
            token: service.token)
        #expect(try strict.object["result"] as? String == "nothing_found")

        // A bank with references is not deleted by a slip.
        #expect(try await service.ask("DELETE", "/v1/banks/films", token: service.token).code == "bank_not_empty")
        #expect(try await service.ask("DELETE", path, token: service.token).status == 204)
        #expect(try await service.ask("DELETE", "/v1/banks/films", token: service.token).status == 204)
        #expect(try await service.get(path).status == 404)
    }

    @Test("A fingerprint that a lookup gave can be looked up again without the media, and so can its vPDQ hashes")
    func withoutMedia() async throws {
        _ = try await service.ask("PUT", "/v1/banks/trams", json: "{}", token: service.token)
        _ = try await service.ask(
            "POST", "/v1/banks/trams/references?id=trams-last", body: try clip("night-tram/last-tram.mp4"),
            token: service.token)
        let first = try await service.ask(
            "POST", "/v1/lookups?banks=trams&fingerprint_wanted=true", body: try clip("night-tram/last-tram.mp4"),
            token: service.token)
        let query = try #require(try first.object["query"] as? [String: any Sendable])
        let fingerprint = try #require(query["fingerprint"] as? String)
        let again = try await service.post(
            "/v1/lookups", #"{"fingerprint":"\#(fingerprint)","banks":["trams"],"hashes":false}"#)
        #expect(try again.object["result"] as? String == "found")
        let hashes = try #require(query["hashes"] as? [[String: any Sendable]])
        let vpdq = hashes.enumerated().map { index, hash in
            "\(index),\(hash["quality"] ?? 0),\(hash["pdq"] ?? ""),\(hash["pts"] ?? 0)"
        }.joined(separator: "\\n")
        let byHashes = try await service.post("/v1/lookups", #"{"vpdq":"\#(vpdq)","banks":["trams"],"hashes":false}"#)
        #expect(try byHashes.object["result"] as? String == "found", "\(byHashes.text)")
        #expect(try await service.post("/v1/lookups", #"{"fingerprint":"AAAA"}"#).pointers == ["/fingerprint"])
        #expect(try await service.post("/v1/lookups", #"{"vpdq":"1,2","banks":["none"]}"#).pointers == ["/vpdq"])
    }

    @Test("A file that is no media is not searched, and says why; nothing found says in how much")
    func nothing() async throws {
        let words = try await service.ask("POST", "/v1/lookups", body: Data("words".utf8), token: service.token)
        #expect(words.status == 200)
        #expect(try words.object["result"] as? String == "not_searched")
        #expect(words.text.contains("unknown_format"))
        let none = try await service.ask(
            "POST", "/v1/lookups?banks=uploads&minimum_score=0.3", body: try clip("quiet-frames/lighthouse-story.mp4"),
            token: service.token)
        #expect(none.status == 200)
        #expect(try none.object["searched"] != nil)
        #expect(try await service.post("/v1/lookups", "{}").pointers == ["/path"])
        #expect(try await service.post("/v1/lookups", #"{"video":"never-seen"}"#).pointers == ["/video"])
    }

    @Test("Why two videos match is told as JSON and as a picture, and who looked is in the audit log")
    func explanation() async throws {
        var record: [String: any Sendable]?
        for (name, id) in [("trail-notes/ridge-at-dawn.mp4", "x-ridge"), ("daily-finds/ridge-fast.mp4", "x-fast")] {
            let job = try await service.ask(
                "POST", "/v1/jobs?video_id=\(id)", body: try clip(name), token: service.token)
            let ended = try await service.ended(try #require(try job.object["id"] as? String))
            record = ended["record"] as? [String: any Sendable]
        }
        let answer = try await service.get("/v1/explanations/x-fast/x-ridge")
        #expect(try answer.object["gate"] as? String == "matched")
        let picture = try await service.get("/v1/explanations/x-fast/x-ridge", headers: ["Accept": "image/png"])
        #expect(picture.body.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        let again = try await service.get("/v1/explanations/x-fast/x-ridge", headers: ["Accept": "image/png"])
        #expect(again.body == picture.body)
        #expect(try await service.get("/v1/audit?limit=1000").text.contains("x-fast | x-ridge"))
        #expect(try await service.get("/v1/explanations/x-fast/nobody").status == 404)
        // What was measured of a stored video is told when it is looked up.
        let stored = try await service.post("/v1/lookups", #"{"video":"x-fast","hashes":false}"#)
        let asked = try #require(try stored.object["query"] as? [String: any Sendable])
        let recapture = try #require(asked["recapture"] as? [String: any Sendable], "\(stored.text)")
        let measured = try #require(record?["recapture"] as? [String: any Sendable])
        #expect(try #require(recapture["probability"] as? Double) == measured["probability"] as? Double)
        #expect(recapture["version"] as? String == measured["version"] as? String)
    }
}
