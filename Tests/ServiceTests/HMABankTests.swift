import Foundation
import TestSupport
import Testing

@Suite("Banks kept over Hasher-Matcher-Actioner's interface")
struct HMABankTests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    private func form(_ field: String, _ bytes: Data) -> (body: Data, headers: [String: String]) {
        // A field without a file before it, as Coop sends its own name of the content.
        var body = Data("--edge\r\nContent-Disposition: form-data; name=\"content_id\"\r\n\r\n17\r\n".utf8)
        body += Data("--edge\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"blob\"\r\n\r\n".utf8)
        body += bytes + Data("\r\n--edge--\r\n".utf8)
        return (body, ["Content-Type": "multipart/form-data; boundary=edge"])
    }

    private func picture(_ clip: String, _ name: String) throws -> Data {
        try Data(
            contentsOf: URL(
                fileURLWithPath: try Clip.make(
                    name, ["-ss", "2", "-i", try Project.clip(clip), "-frames:v", "1", "-update", "1"])))
    }

    @Test(
        "As Coop does it: a bank is made, filled, renamed, emptied and deleted, and /v1/banks and lookups see each step"
    )
    func asCoop() async throws {
        let token = try service.token(tenant: "hma-coop", "lookup", "admin")
        let hma = "/hma/\(token)"
        func ask(_ method: String, _ path: String, _ json: String? = nil) async throws -> RunningService.Answer {
            try await service.ask(method, hma + path, json: json, token: nil)
        }
        // The name is free, and belongs to no exchange.
        #expect(try await ask("GET", "/c/bank/COOP_1_CLIPS").status == 404)
        #expect(try await ask("GET", "/c/exchange/COOP_1_CLIPS").status == 404)
        let made = try await ask("POST", "/c/banks", #"{"name":"COOP_1_CLIPS","enabled_ratio":"1"}"#)
        #expect(
            made.status == 201 && made.text == #"{"matching_enabled_ratio":1,"name":"COOP_1_CLIPS"}"#, "\(made.text)")
        #expect(try await ask("POST", "/c/banks", #"{"name":"COOP_1_CLIPS"}"#).status == 403)
        let seen = try await service.ask("GET", "/v1/banks/COOP_1_CLIPS", token: token)
        #expect(try seen.object["references"] as? Int == 0 && seen.object["enabled"] as? Bool == true, "\(seen.text)")

        let (photo, headers) = form("photo", try picture("kitchen-lab/citrus-soda.webm", "hma-soda.png"))
        let banked = try await service.ask(
            "POST", hma + "/c/bank/COOP_1_CLIPS/content", body: photo, headers: headers, token: nil)
        #expect(banked.status == 200, "\(banked.text)")
        let id = try #require(try banked.object["id"] as? Int)
        let signal = try #require((try banked.object["signals"] as? [String: String])?["pdq"])
        let film = form("video", try Project.bytes(ofClip: "night-tram/last-tram.mp4"))
        let second = try await service.ask(
            "POST", hma + "/c/bank/COOP_1_CLIPS/content?content_id=tram", body: film.body, headers: headers, token: nil)
        #expect(try Set(#require(try second.object["signals"] as? [String: String]).keys) == ["vpdq", "video_md5"])
        let tram = try #require(try second.object["id"] as? Int)
        let held = try await service.ask("GET", "/v1/banks/COOP_1_CLIPS/references", token: token)
        #expect(try held.items.map { $0["id"] as? String } == ["pdq:\(signal)", "tram"])

        // Shared banks are searched as well unless it is said which.
        let banks = "banks=COOP_1_CLIPS,COOP_1_FILMS"
        func found(_ tenant: String) async throws -> String {
            try await service.ask(
                "GET", "/m/lookup?\(banks)&signal_type=pdq&signal=\(signal)", token: tenant
            ).text
        }
        #expect(try await found(token) == #"{"COOP_1_CLIPS":[{"bank_content_id":\#(id),"distance":"0"}]}"#)
        #expect(try await !found(service.token(tenant: "hma-elsewhere", "lookup")).contains("\(id)"))
        let byPhoto = try await service.ask(
            "POST", hma + "/m/lookup?\(banks)", body: photo, headers: headers, token: nil)
        #expect(byPhoto.text == #"{"pdq":{"COOP_1_CLIPS":[{"bank_content_id":\#(id),"distance":"0"}]}}"#)
        let byFilm = try await service.ask(
            "POST", hma + "/m/lookup?types=vpdq&\(banks)", body: film.body, headers: headers, token: nil)
        #expect(byFilm.text == #"{"vpdq":{"COOP_1_CLIPS":[{"bank_content_id":\#(tram),"distance":"100%[100%]"}]}}"#)

        // One picture is too little for a video to be told by.
        let soda = form("video", try Project.bytes(ofClip: "kitchen-lab/citrus-soda.webm"))
        let bySoda = try await service.ask(
            "POST", hma + "/m/lookup?types=vpdq&\(banks)", body: soda.body, headers: headers, token: nil)
        #expect(bySoda.text == #"{"vpdq":{}}"#)

        // The same content is the same, whatever its bank is called.
        let renamed = try await ask("PUT", "/c/bank/COOP_1_CLIPS", #"{"name":"COOP_1_FILMS"}"#)
        #expect(renamed.status == 200 && renamed.text == #"{"matching_enabled_ratio":1,"name":"COOP_1_FILMS"}"#)
        #expect(try await ask("GET", "/c/bank/COOP_1_CLIPS").status == 404)
        #expect(try await found(token) == #"{"COOP_1_FILMS":[{"bank_content_id":\#(id),"distance":"0"}]}"#)
        let shown = try await ask("GET", "/c/bank/COOP_1_FILMS/content/\(id)?include_signals=true")
        #expect(try (shown.object["signals"] as? [String: String]) == ["pdq": signal], "\(shown.text)")

        // Off and on, one content and the whole bank.
        let content = "/c/bank/COOP_1_FILMS/content/\(id)"
        #expect(try await ask("PUT", content, #"{"disable_until_ts":0}"#).status == 200)
        #expect(try await found(token) == "{}")
        #expect(try await ask("PUT", content, #"{"disable_until_ts":1}"#).status == 200)
        #expect(try await ask("PUT", "/c/bank/COOP_1_FILMS", #"{"enabled_ratio":0}"#).status == 200)
        #expect(try await found(token) == "{}")
        #expect(try await ask("PUT", "/c/bank/COOP_1_FILMS", #"{"enabled_ratio":1}"#).status == 200)
        #expect(try await found(token).contains("\(id)"))

        #expect(try await ask("DELETE", content).text == #"{"deleted":1}"#)
        #expect(try await ask("DELETE", content).text == #"{"deleted":0}"#)
        #expect(try await found(token) == "{}")
        // With what is still in it.
        #expect(try await ask("DELETE", "/c/bank/COOP_1_FILMS").text == #"{"message":"Done"}"#)
        #expect(try await service.ask("GET", "/v1/banks/COOP_1_FILMS", token: token).status == 404)
        #expect(try await ask("DELETE", "/c/exchange/COOP_1_FILMS").status == 200)

        let audit = try await service.ask("GET", "/v1/audit?limit=1000", token: token)
        let told = try audit.items.map { "\($0["action"] ?? "") \($0["subject"] ?? "") \($0["detail"] ?? "")" }
        #expect(
            told == [
                "bank.set COOP_1_CLIPS ", "reference.added pdq:\(signal) COOP_1_CLIPS",
                "reference.added tram COOP_1_CLIPS", "bank.set COOP_1_FILMS renamed from COOP_1_CLIPS",
                "reference.disabled pdq:\(signal) COOP_1_FILMS", "reference.enabled pdq:\(signal) COOP_1_FILMS",
                "bank.set COOP_1_FILMS ", "bank.set COOP_1_FILMS ",
                "reference.deleted pdq:\(signal) COOP_1_FILMS", "bank.deleted COOP_1_FILMS with 1 references",
            ], "\(told)")
    }

    @Test("Hashes alone are banked, the same ones in two banks, and found in both")
    func signals() async throws {
        let token = try service.token(tenant: "hma-signals", "lookup", "admin")
        let still = "facd8bcb2a49bcebdec1985298d5fe84bcd006c187c598c720c3c087b3fdb318"
        let near = "facd8bcb2a49bcebdec1985228d5ae84bcd006c187c598c720c2b087b3fdb318"
        var ids: Set<Int> = []
        for bank in ["ONE", "TWO"] {
            #expect(
                try await service.ask("POST", "/c/banks", json: #"{"name":"\#(bank)"}"#, token: token).status == 201)
            let banked = try await service.ask(
                "POST", "/c/bank/\(bank)/signal", json: #"{"pdq":"\#(still)"}"#, token: token)
            ids.insert(try #require(try banked.object["id"] as? Int, "\(banked.text)"))
        }
        #expect(ids.count == 2)
        let found = try await service.ask("GET", "/m/lookup?signal_type=pdq&signal=\(near)", token: token)
        #expect(try Set(found.object.keys) == ["ONE", "TWO"] && found.text.contains(#""distance":"9""#))
        let status = try await service.ask("GET", "/m/index/status?signal_type=pdq", token: token)
        let pdq = try #require(try status.object["pdq"] as? [String: any Sendable])
        let size = try #require(pdq["size"] as? Int)
        #expect(pdq["present"] as? Bool == true && size >= 2)
        #expect(try #require(pdq["built_to"] as? Int) > 1_700_000_000)
    }

    @Test("A token that may only look changes nothing, at either address, and nobody changes another tenant's bank")
    func refused() async throws {
        let looking = try service.token("lookup")
        let changes: [(String, String, String?)] = [
            ("POST", "/c/banks", #"{"name":"HMA_NOT"}"#), ("PUT", "/c/bank/HMA_NOT", "{}"),
            ("DELETE", "/c/bank/HMA_NOT", nil), ("POST", "/c/bank/HMA_NOT/content?url=x", nil),
            ("POST", "/c/bank/HMA_NOT/signal", "{}"), ("PUT", "/c/bank/HMA_NOT/content/1", "{}"),
            ("DELETE", "/c/bank/HMA_NOT/content/1", nil), ("POST", "/c/exchanges", "{}"),
            ("DELETE", "/c/exchange/HMA_NOT", nil),
        ]
        for (method, path, json) in changes {
            #expect(try await service.ask(method, path, json: json, token: looking).status == 403, "\(method) \(path)")
            let byAddress = try await service.ask(method, "/hma/\(looking)\(path)", json: json, token: nil)
            #expect(byAddress.status == 403, "\(method) \(path)")
            #expect(try await service.ask(method, path, json: json, token: nil).status == 401, "\(method) \(path)")
        }
        #expect(try await service.ask("GET", "/v1/banks/HMA_NOT", token: service.token).status == 404)

        #expect(
            try await service.ask("POST", "/c/banks", json: #"{"name":"HMA_SHARED"}"#, token: service.token).status
                == 201)
        let other = try service.token(tenant: "hma-third", "lookup", "admin")
        // Everybody sees the home's own banks.
        #expect(try await service.ask("GET", "/c/bank/HMA_SHARED", token: other).status == 200)
        #expect(
            try await service.ask("PUT", "/c/bank/HMA_SHARED", json: #"{"enabled":false}"#, token: other).status == 403)
        #expect(try await service.ask("DELETE", "/c/bank/HMA_SHARED", token: other).status == 403)
        #expect(
            try await service.ask(
                "POST", "/c/bank/HMA_SHARED/signal", json: #"{"pdq":"\#(String(repeating: "0f", count: 32))"}"#,
                token: other
            ).status == 403)
        #expect(try await service.ask("DELETE", "/c/bank/uploads", token: other).status == 403)
        #expect(try await service.ask("POST", "/c/banks", json: #"{"name":"a//b"}"#, token: other).status == 400)
        #expect(try await service.ask("GET", "/status", token: nil).text == "I-AM-ALIVE")
        #expect(try await service.ask("GET", "/site-map", token: looking).text.contains(#""/m/index/status""#))
    }
}
