import Foundation
import TestSupport
import Testing

@Suite("Hasher-Matcher-Actioner's interface over HTTP")
struct HMATests {
    let service: RunningService

    init() throws { service = try RunningService.shared.get() }

    private func clip(_ name: String) throws -> Data {
        try Project.bytes(ofClip: "\(name)")
    }

    /// A body as `curl --form FIELD=@FILE` writes it.
    private func form(_ field: String, _ bytes: Data) -> (body: Data, headers: [String: String]) {
        var body = Data(
            "--edge-of-form\r\nContent-Disposition: form-data; name=\"\(field)\"; filename=\"a.mp4\"\r\n".utf8)
        body += Data("Content-Type: video/mp4\r\n\r\n".utf8)
        body += bytes
        body += Data("\r\n--edge-of-form--\r\n".utf8)
        return (body, ["Content-Type": "multipart/form-data; boundary=edge-of-form"])
    }

    private func bank(_ name: String, _ id: String, _ film: String) async throws {
        #expect(try await service.ask("PUT", "/v1/banks/\(name)", json: "{}", token: service.token).status == 200)
        let added = try await service.ask(
            "POST", "/v1/banks/\(name)/references?id=\(id)", body: try clip(film), token: service.token)
        #expect(added.status == 201)
    }

    @Test("An uploaded film is hashed; its hash, the film itself and one of its pictures find the banked one")
    func hashAndFind() async throws {
        try await bank("HMA_FILMS", "hma-tram-film", "night-tram/last-tram.mp4")
        let (body, headers) = form("video", try clip("night-tram/last-tram.mp4"))
        let hashed = try await service.ask("POST", "/h/hash", body: body, headers: headers, token: service.token)
        #expect(hashed.status == 200, "\(hashed.text)")
        let hashes = try hashed.object
        #expect(Set(hashes.keys) == ["vpdq", "video_md5"])
        let signal = try #require(hashes["vpdq"] as? String)
        #expect((hashes["video_md5"] as? String)?.count == 32)

        // As Python's and JavaScript's clients write it: a blank is a plus sign.
        let written = signal.asPart.replacing("%20", with: "+")
        let found = try await service.get("/m/lookup?signal_type=vpdq&banks=HMA_FILMS&signal=\(written)")
        #expect(found.status == 200, "\(found.text)")
        let hit = try #require((try found.object["HMA_FILMS"] as? [[String: any Sendable]])?.first)
        // Of the reference nearly all: what lies behind its last hash is not known to be there.
        #expect(try #require(hit["distance"] as? String).firstMatch(of: /^100%\[([89][0-9]|100)%\]$/) != nil, "\(hit)")
        let id = try #require(hit["bank_content_id"] as? Int)

        let byFile = try await service.ask(
            "POST", "/m/lookup?banks=HMA_FILMS&types=vpdq", body: body, headers: headers, token: service.token)
        let byBank = try #require(try byFile.object["vpdq"] as? [String: [[String: any Sendable]]])
        #expect(byBank["HMA_FILMS"]?.first?["bank_content_id"] as? Int == id)

        // What is cropped has no frame in common with the film, and is found by what else is in the file.
        let (crop, cropHeaders) = form("video", try clip("daily-finds/tram-cropped.mp4"))
        let cropped = try await service.ask(
            "POST", "/m/lookup?banks=HMA_FILMS", body: crop, headers: cropHeaders, token: service.token)
        #expect((try cropped.object["vpdq"] as? [String: any Sendable])?.keys.first == "HMA_FILMS", "\(cropped.text)")

        // The hash of one frame, as whoever banks photos would ask for it.
        let still = try #require(signal.firstMatch(of: /"([0-9a-f]{64}),100,/)?.output.1)
        let byStill = try await service.get("/m/raw_lookup?signal_type=pdq&include_distance=true&signal=\(still)")
        let matches = try #require(try byStill.object["matches"] as? [[String: any Sendable]])
        #expect(
            matches.contains { $0["bank_content_id"] as? Int == id && $0["distance"] as? String == "0" }, "\(matches)")
    }

    @Test("Who knows no tokens asks at an address that has one, and sees its own tenant alone")
    func byAddress() async throws {
        try await bank("HMA_OWN", "hma-soda", "kitchen-lab/citrus-soda.webm")
        let own = try service.token("lookup"), foreign = try service.token(tenant: "hma-other", "lookup")
        let banks = try await service.ask("GET", "/hma/\(own)/c/banks", token: nil)
        #expect(banks.status == 200 && banks.text.contains(#"{"matching_enabled_ratio":1,"name":"HMA_OWN"}"#))
        #expect(try await service.ask("GET", "/hma/\(own)/c/bank/HMA_OWN", token: nil).status == 200)
        #expect(
            try await service.ask("GET", "/hma/\(own)/c/bank/HMA_NONE", token: nil).text
                == #"{"message":"bank 'HMA_NONE' not found"}"#)
        #expect(try await service.ask("GET", "/hma/\(own)/status", token: nil).text == "I-AM-ALIVE")
        let specimens = [
            "facd8bcb2a49bcebdec1985298d5fe84bcd006c187c598c720c3c087b3fdb318",
            "facd8bcb2a49bcebdec1985228d5ae84bcd006c187c598c720c2b087b3fdb318",
        ]
        let compared = try await service.ask(
            "POST", "/hma/\(own)/m/compare", json: #"{"pdq":["\#(specimens[0])","\#(specimens[1])"]}"#, token: nil)
        #expect(compared.text == #"{"pdq":[true,{"distance":9}]}"#)

        let film = try clip("kitchen-lab/citrus-soda.webm")
        let (body, headers) = form("video", film)
        let hashed = try await service.ask("POST", "/hma/\(own)/h/hash", body: body, headers: headers, token: nil)
        let signal = try #require(try hashed.object["vpdq"] as? String)
        let path = "/m/lookup?signal_type=vpdq&signal=\(signal.asPart)"
        let mine = try await service.ask("GET", "/hma/\(own)\(path)", token: nil)
        #expect(try mine.object["HMA_OWN"] != nil)
        let theirs = try await service.ask("GET", "/hma/\(foreign)\(path)", token: nil)
        #expect(theirs.status == 200 && !theirs.text.contains("default//"))
    }

    /// One picture of a clip, in a format that its name tells.
    private func picture(_ clip: String, _ name: String) throws -> Data {
        try Data(
            contentsOf: URL(
                fileURLWithPath: try Clip.make(
                    name, ["-ss", "2", "-i", try Project.clip(clip), "-frames:v", "1", "-update", "1"])))
    }

    @Test("A photo is hashed, and finds the film that it is a picture of; what is no whole photo is told as that")
    func photos() async throws {
        try await bank("HMA_PHOTOS", "hma-photo-film", "night-tram/last-tram.mp4")
        let photo = try picture("night-tram/last-tram.mp4", "hma-tram.png")
        let (png, headers) = form("photo", photo)
        let hashed = try await service.ask("POST", "/h/hash", body: png, headers: headers, token: service.token)
        #expect(hashed.status == 200, "\(hashed.text)")
        let signal = try #require(try hashed.object["pdq"] as? String, "\(hashed.text)")
        #expect(try hashed.object.count == 1 && signal.utf8.count == 64)

        let jpeg = form("photo", try picture("night-tram/last-tram.mp4", "hma-tram.jpg"))
        for body in [png, jpeg.body] {
            let found = try await service.ask(
                "POST", "/m/lookup?banks=HMA_PHOTOS", body: body, headers: headers, token: service.token)
            let banks = try #require(try found.object["pdq"] as? [String: [[String: any Sendable]]], "\(found.text)")
            let distance = try #require(banks["HMA_PHOTOS"]?.first?["distance"] as? String)
            // The film was reduced to 512 pixels before it was hashed, the photo was not.
            #expect(try #require(Int(distance)) <= 8, "\(distance)")
        }
        let bySignal = try await service.get("/m/lookup?banks=HMA_PHOTOS&signal_type=pdq&signal=\(signal)")
        #expect(try bySignal.object["HMA_PHOTOS"] != nil)

        let half = form("photo", photo.prefix(photo.count / 2))
        let cut = try await service.ask("POST", "/h/hash", body: half.body, headers: headers, token: service.token)
        #expect(cut.status == 400, "\(cut.text)")
        #expect(cut.text == #"{"message":"The picture is damaged, cut off, or of an impossible size."}"#)
        let film = form("photo", try clip("night-tram/last-tram.mp4"))
        let wrong = try await service.ask("POST", "/h/hash", body: film.body, headers: headers, token: service.token)
        #expect(wrong.status == 400 && wrong.text.contains("not a format taken here"), "\(wrong.text)")
        let types = try await service.get("/c/content_type")
        #expect(types.text == #"[{"enabled":true,"name":"photo"},{"enabled":true,"name":"video"}]"#)
    }

    @Test("What is at a URL is fetched under the service's guard, hashed, and looked up; what cannot be had is told")
    func byURL() async throws {
        try await bank("HMA_URLS", "hma-tram", "night-tram/last-tram.mp4")
        let (server, port) = try serving(Project.clips)
        defer { server.terminate() }
        _ = try picture("night-tram/last-tram.mp4", "hma-url.jpg")
        let photos = try serving(Clip.folder.path)
        defer { photos.server.terminate() }
        let url = "http://127.0.0.1:\(port)/night-tram/last-tram.mp4"

        let hashed = try await service.get("/h/hash?url=\(url.asPart)&content_type=video")
        #expect(hashed.status == 200, "\(hashed.text)")
        #expect(try (hashed.object["video_md5"] as? String)?.count == 32)
        let found = try await service.get("/m/lookup?banks=HMA_URLS&url=\(url.asPart)")
        let banks = try #require(try found.object["vpdq"] as? [String: any Sendable], "\(found.text)")
        #expect(Set(banks.keys) == ["HMA_URLS"])
        let still = try await service.get("/h/hash?url=\("http://127.0.0.1:\(photos.port)/hma-url.jpg".asPart)")
        #expect(still.status == 200 && still.text.hasPrefix(#"{"pdq":""#), "\(still.text)")
        let missing = try await service.get("/h/hash?url=\("http://127.0.0.1:\(port)/none.mp4".asPart)")
        #expect(missing.status == 400 && missing.text.contains("404"), "\(missing.text)")
        let text = try await service.get("/h/hash?url=\("http://127.0.0.1:\(port)/old-backups/notes.mp4".asPart)")
        #expect(text.status == 400 && text.text.contains("no media format"), "\(text.text)")
    }

    private func serving(_ folder: String) throws -> (server: Process, port: String) {
        let server = Process(), output = Pipe()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        server.arguments = ["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder]
        (server.standardOutput, server.standardError) = (output, FileHandle.nullDevice)
        try server.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        return (server, String(try #require(said.firstMatch(of: /port ([0-9]+)/)?.output.1, "\(said)")))
    }

    @Test("Without a token, with a wrong one, or with one for something else, nothing is answered")
    func refused() async throws {
        #expect(try await service.ask("GET", "/c/banks", token: nil).status == 401)
        #expect(try await service.ask("GET", "/hma/moire_0_0/c/banks", token: nil).status == 401)
        let submitter = try service.token("submit")
        #expect(try await service.ask("GET", "/hma/\(submitter)/c/banks", token: nil).status == 403)
        #expect(try await service.ask("GET", "/c/banks", token: submitter).status == 403)
        #expect(try await service.ask("DELETE", "/c/banks", token: service.token).status == 405)
        let two = Data(
            (String(
                repeating: "--e\r\nContent-Disposition: form-data; name=\"video\"; filename=\"a\"\r\n\r\nx\r\n",
                count: 2)
                + "--e--").utf8)
        let answer = try await service.ask(
            "POST", "/h/hash", body: two, headers: ["Content-Type": "multipart/form-data; boundary=e"],
            token: service.token)
        #expect(answer.status == 400 && answer.text == #"{"message":"Only one file allowed per request"}"#)
        let text = form("text", Data([1, 2, 3]))
        #expect(
            try await service.ask("POST", "/h/hash", body: text.body, headers: text.headers, token: service.token)
                .text
                == #"{"message":"no such content_type: 'text'"}"#)
    }
}
