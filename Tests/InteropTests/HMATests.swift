import Fingerprints
import Interop
import Testing

private let film = String(repeating: "f8f8f0cee0f4a84f", count: 4)
private let still = String(repeating: "0123456789abcdef", count: 4)
private let md5 = "cab08b36195edb1a1231d2d09fa450e0"

/// A home with two banks, which knows one film; real ones stand behind the service's tests.
private struct Library: HMABackend {
    var hashed = HMAHashes(vpdq: "[\"\(film),100,0.000\"]", videoMD5: md5, media: showing(film))

    static func showing(_ hash: String) -> MediaFingerprint {
        let frames = [VPDQFrame(frame: 0, quality: 100, hash: PDQHash(hex: hash) ?? PDQHash(0, 0, 0, 0), timestamp: 0)]
        return MediaFingerprint(
            duration: 1, video: VideoFingerprint(vpdqFrames: frames), audio: AudioFingerprint(peaks: []))
    }

    func banks() -> [HMABank] {
        [HMABank(name: "CATALOGUE", isEnabled: true), HMABank(name: "OLD", isEnabled: false)]
    }

    func make(_ bank: HMABank) throws {
        if banks().contains(where: { $0.name == bank.name }) { throw HMAProblem(403, "Bank already exists") }
    }

    func change(_ name: String, to bank: HMABank) throws { if name != bank.name { try make(bank) } }

    func deleteBank(_ name: String) {}

    /// The number says what was banked, and under which name.
    func add(_ content: HMANewContent, to bank: String) -> Int64 {
        BankContentID.number(reference: content.name ?? content.digest)
    }

    func content(_ id: Int64, in bank: String, withSignals: Bool) -> HMAContent? {
        id == 7 ? HMAContent(id: 7, isEnabled: false, signals: withSignals ? [.pdq: still] : nil) : nil
    }

    func setContent(_ id: Int64, in bank: String, isEnabled: Bool) {}

    func deleteContent(_ id: Int64, in bank: String) -> Int { id == 7 ? 1 : 0 }

    func indexStatus() -> HMAIndexStatus { HMAIndexStatus(changedAt: 1_700_146_048, contents: 591) }

    func hashes(ofFile path: String, as content: SignalType.Content?) throws -> HMAHashes {
        if content == .photo || path.hasSuffix(".png") {
            return HMAHashes(photo: PDQHash(hex: still) ?? PDQHash(0, 0, 0, 0), quality: path == "/flat.png" ? 49 : 50)
        }
        if path == "/broken" { throw HMAProblem(400, "The content is of no media format.") }
        return hashed
    }

    func hashes(atURL url: String, as content: SignalType.Content?) throws -> HMAHashes {
        try hashes(ofFile: url, as: content)
    }

    func matches(of media: MediaFingerprint) -> [HMAMatch] {
        guard media.video.frames.first?.hash.hex == film else { return [] }
        return [
            HMAMatch(bank: "CATALOGUE", reference: "tour", distance: .percent(query: 87.4, compared: 100)),
            HMAMatch(bank: "default", reference: "clip", distance: .percent(query: 20, compared: 3.5)),
        ]
    }

    func matches(of picture: PDQHash, within bits: Int) -> [HMAMatch] {
        picture.hex == still && bits == 31 ? [HMAMatch(bank: "CATALOGUE", reference: "tour", distance: .bits(4))] : []
    }
}

@Suite("Hasher-Matcher-Actioner's interface")
struct HMATests {
    private let tour = BankContentID.number(reference: "tour")
    private let clip = BankContentID.number(reference: "clip")

    private func get(_ path: String, _ query: (String, String)...) throws -> HMAResponse {
        try HMAFacade(Library()).answer(HMARequest(.get, path, query: query.map { (name: $0.0, value: $0.1) }))
    }

    private func post(_ path: String, _ body: HMARequest.Body, _ query: (String, String)...) throws -> HMAResponse {
        try HMAFacade(Library()).answer(
            HMARequest(.post, path, query: query.map { (name: $0.0, value: $0.1) }, body: body))
    }

    @Test("A video's hashes come by signal type, from a URL or a file, all of them or those asked for")
    func hashing() throws {
        let both = HMAResponse(200, #"{"video_md5":"\#(md5)","vpdq":"[\"\#(film),100,0.000\"]"}"#)
        #expect(try get("/h/hash", ("url", "http://h/a.mp4")) == both)
        #expect(try get("/h/hash", ("url", "http://h/a"), ("content_type", "video")) == both)
        #expect(try post("/h/hash", .file(field: "video", path: "/a.mp4")) == both)
        let one = try get("/h/hash", ("url", "http://h/a.mp4"), ("types", " video_md5,"))
        #expect(one == HMAResponse(200, #"{"video_md5":"\#(md5)"}"#))
        let flat = HMAFacade(Library(hashed: HMAHashes(vpdq: nil, videoMD5: md5, media: Library.showing(still))))
        #expect(
            try flat.answer(HMARequest(.post, "/h/hash", body: .file(field: "video", path: "/a")))
                == HMAResponse(200, #"{"video_md5":"\#(md5)","vpdq":""}"#))
    }

    @Test("A photo's hash is a pdq, of a file that is called one and of a URL that is one; a flat one has none")
    func photos() throws {
        let one = HMAResponse(200, #"{"pdq":"\#(still)"}"#)
        #expect(try post("/h/hash", .file(field: "photo", path: "/a")) == one)
        #expect(try get("/h/hash", ("url", "http://h/a.png")) == one)
        #expect(try get("/h/hash", ("url", "http://h/a"), ("content_type", "photo")) == one)
        #expect(try get("/h/hash", ("url", "http://h/a.png"), ("types", "pdq, pdq")) == one)
        let found = #"{"pdq":{"CATALOGUE":[{"bank_content_id":\#(tour),"distance":"4"}]}}"#
        #expect(try post("/m/lookup", .file(field: "photo", path: "/a")) == HMAResponse(200, found))
        #expect(try get("/m/lookup", ("url", "http://h/a.png")) == HMAResponse(200, found))
        #expect(
            try get("/m/lookup", ("url", "http://h/a.png"), ("banks", "OTHER")) == HMAResponse(200, #"{"pdq":{}}"#))
        #expect(
            try post("/h/hash", .file(field: "photo", path: "/flat.png")) == HMAResponse(200, #"{"pdq":""}"#))
        #expect(
            try post("/m/lookup", .file(field: "photo", path: "/flat.png")) == HMAResponse(200, #"{"pdq":{}}"#))
        #expect(
            try get("/h/hash", ("url", "http://h/a.png"), ("types", "vpdq"))
                == HMAResponse(400, #"{"message":"signal type 'vpdq' doesn't exist or is disabled"}"#))
    }

    @Test("What cannot be hashed is told in HMA's words")
    func hashingRefused() throws {
        func says(_ text: String, _ answer: HMAResponse) {
            #expect(answer == HMAResponse(400, #"{"message":"\#(text)"}"#))
        }
        says("url is required", try get("/h/hash"))
        says("no such content_type: 'text'", try get("/h/hash", ("url", "http://h/a"), ("content_type", "text")))
        says("Missing multipart/form-data file upload", try post("/h/hash", .none))
        says(
            "signal type 'pdq' doesn't exist or is disabled", try get("/h/hash", ("url", "http://h"), ("types", "pdq")))
        says("empty signal type selection", try get("/h/hash", ("url", "http://h"), ("types", ",")))
        says("The content is of no media format.", try post("/h/hash", .file(field: "video", path: "/broken")))
    }

    @Test("A signal's matches come by bank, with HMA's number and a distance in the tools' spelling")
    func lookup() throws {
        let signal = "[\"\(film),100,0.000\"]"
        let all =
            #"{"CATALOGUE":[{"bank_content_id":\#(tour),"distance":"87%[100%]"}],"default":[{"bank_content_id":\#(clip),"distance":"20%[4%]"}]}"#
        #expect(try get("/m/lookup", ("signal_type", "vpdq"), ("signal", signal)) == HMAResponse(200, all))
        let one = #"{"CATALOGUE":[{"bank_content_id":\#(tour),"distance":"87%[100%]"}]}"#
        #expect(
            try get("/m/lookup", ("signal_type", "vpdq"), ("signal", signal), ("banks", "CATALOGUE,OTHER"))
                == HMAResponse(200, one))
        #expect(
            try get("/m/lookup", ("signal_type", "pdq"), ("signal", still))
                == HMAResponse(200, #"{"CATALOGUE":[{"bank_content_id":\#(tour),"distance":"4"}]}"#))
        #expect(try get("/m/lookup", ("signal_type", "pdq"), ("signal", film)) == HMAResponse(200, "{}"))
        // By file or URL they stand under their type; what cannot be looked up is not there.
        #expect(try post("/m/lookup", .file(field: "video", path: "/a")) == HMAResponse(200, #"{"vpdq":\#(all)}"#))
        #expect(try get("/m/lookup", ("url", "http://h/a")) == HMAResponse(200, #"{"vpdq":\#(all)}"#))
        #expect(try get("/m/lookup", ("url", "http://h/a"), ("signal_type", "vpdq")) == HMAResponse(200, all))
    }

    @Test("A query is read as forms write it, blanks as plus signs too")
    func query() {
        let read = HMARequest.parameters(of: "signal=%5B%22ab%2C1%22%2C+%22c%2Bd%22%5D&flag&types=a,b=c&=x")
        #expect(read.map(\.name) == ["signal", "flag", "types", ""])
        #expect(read.map(\.value) == [#"["ab,1", "c+d"]"#, "", "a,b=c", "x"])
    }

    @Test("The raw lookup is a list of numbers, or of numbers with distances")
    func rawLookup() throws {
        let signal = "[\"\(film),100,0.000\"]"
        #expect(
            try get("/m/raw_lookup", ("signal_type", "vpdq"), ("signal", signal))
                == HMAResponse(200, #"{"matches":[\#(tour),\#(clip)]}"#))
        #expect(
            try get("/m/raw_lookup", ("signal_type", "pdq"), ("signal", still), ("include_distance", "true"))
                == HMAResponse(200, #"{"matches":[{"bank_content_id":\#(tour),"distance":"4"}]}"#))
    }

    @Test("A lookup that lacks something, or of what is no signal, is told so")
    func lookupRefused() throws {
        func says(_ text: String, _ answer: HMAResponse) {
            #expect(answer == HMAResponse(400, #"{"message":"\#(text)"}"#))
        }
        says("signal is required", try get("/m/lookup", ("signal_type", "pdq")))
        says("signal_type is required", try get("/m/raw_lookup", ("signal", still)))
        says("No such SignalType 'tmk'", try get("/m/lookup", ("signal_type", "tmk"), ("signal", "x")))
        says(
            "SignalType 'video_md5' is not enabled", try get("/m/lookup", ("signal_type", "video_md5"), ("signal", md5))
        )
        says(
            "invalid signal: A PDQ hash is 64 lower-case hex digits.",
            try get("/m/lookup", ("signal_type", "pdq"), ("signal", "zz")))
        says(
            "invalid boolean parameter - prefer true/false",
            try get("/m/raw_lookup", ("signal_type", "pdq"), ("signal", still), ("include_distance", "yes")))
    }

    // The first pair is HMA's own test's (facebook/ThreatExchange, test_compare_hashes).
    @Test("Two signals of each type are compared as HMA's own test has it, and malformed requests refused as there")
    func compare() throws {
        let a = "facd8bcb2a49bcebdec1985298d5fe84bcd006c187c598c720c3c087b3fdb318"
        let b = "facd8bcb2a49bcebdec1985228d5ae84bcd006c187c598c720c2b087b3fdb318"
        func compared(_ json: String) throws -> HMAResponse { try post("/m/compare", .json(Array(json.utf8))) }
        #expect(try compared(#"{"pdq": ["\#(a)", "\#(b)"]}"#) == HMAResponse(200, #"{"pdq":[true,{"distance":9}]}"#))
        let video = #"[\"\#(film),100,0\"]"#
        #expect(
            try compared(#"{"vpdq": ["\#(video)", "\#(video)"], "video_md5": ["\#(md5)", "\#(md5)"]}"#)
                == HMAResponse(
                    200,
                    #"{"video_md5":[true,{}],"vpdq":[true,{"compared_match_percent":100,"query_match_percent":100}]}"#))
        for bad in [
            #"["banana"]"#, #"{"pdq": "banana"}"#, #"{"pdq": []}"#, #"{"pdq": ["banana", "banana"]}"#,
            #"{"pdq": ["\#(a)", "\#(b)", "\#(a)"]}"#, #"{"pdq": [1, 2]}"#, #"{"tmk": ["a", "b"]}"#, "",
        ] {
            #expect(try compared(bad).status == 400, "\(bad)")
        }
    }

    @Test("Banks, and one bank, are described as HMA's are")
    func banks() throws {
        #expect(
            try get("/c/banks")
                == HMAResponse(
                    200,
                    #"[{"matching_enabled_ratio":1,"name":"CATALOGUE"},{"matching_enabled_ratio":0,"name":"OLD"}]"#))
        #expect(try get("/c/bank/OLD") == HMAResponse(200, #"{"matching_enabled_ratio":0,"name":"OLD"}"#))
        #expect(try get("/c/bank/NONE") == HMAResponse(404, #"{"message":"bank 'NONE' not found"}"#))
        #expect(try get("/c/exchanges/apis") == HMAResponse(200, "[]"))
        #expect(try get("/ui").status == 404 && post("/c/bank/OLD", .none).status == 404)
    }

    private func ask(_ method: HMARequest.Method, _ path: String, _ json: String? = nil) throws -> HMAResponse {
        let body = json.map { HMARequest.Body.json(Array($0.utf8)) } ?? .none
        return try HMAFacade(Library()).answer(HMARequest(method, path, body: body))
    }

    @Test("Banks are made, renamed, switched and deleted with HMA's answers; a share of one there is not")
    func keeping() throws {
        let made = HMAResponse(201, #"{"matching_enabled_ratio":1,"name":"NEW"}"#)
        // Coop writes the ratio as text.
        for body in [#"{"name":"NEW"}"#, #"{"name":"NEW","enabled_ratio":"1"}"#, #"{"name":"NEW","enabled":true}"#] {
            #expect(try ask(.post, "/c/banks", body) == made, "\(body)")
        }
        #expect(
            try ask(.post, "/c/banks", #"{"name":"NEW","enabled_ratio":0.0,"enabled":"true"}"#)
                == HMAResponse(201, #"{"matching_enabled_ratio":0,"name":"NEW"}"#))
        #expect(
            try ask(.post, "/c/banks", #"{"name":"OLD"}"#) == HMAResponse(403, #"{"message":"Bank already exists"}"#))
        for bad in [
            #"{"name":"N","enabled_ratio":0.5}"#, #"{"name":"N","enabled_ratio":true}"#, #"{"name":1}"#, "{}", "[]",
            #"{"name":"N","enabled":"perhaps"}"#,
        ] {
            #expect(try ask(.post, "/c/banks", bad).status == 400, "\(bad)")
        }
        #expect(
            try ask(.put, "/c/bank/OLD", #"{"name":"NEW","enabled_ratio":1}"#)
                == HMAResponse(200, #"{"matching_enabled_ratio":1,"name":"NEW"}"#))
        #expect(try ask(.put, "/c/bank/OLD", #"{"name":"CATALOGUE"}"#).status == 403)
        #expect(
            try ask(.put, "/c/bank/NONE", #"{"enabled":false}"#) == HMAResponse(404, #"{"message":"Bank not found"}"#))
        #expect(try ask(.delete, "/c/bank/OLD") == HMAResponse(200, #"{"message":"Done"}"#))
    }

    @Test("Content is banked by file, URL and signal, and answered with its number and its signals")
    func banking() throws {
        let photo = BankContentID.number(reference: "pdq:\(still)")
        #expect(
            try post("/c/bank/OLD/content", .file(field: "photo", path: "/a"))
                == HMAResponse(200, #"{"id":\#(photo),"signals":{"pdq":"\#(still)"}}"#))
        #expect(
            try post("/c/bank/OLD/content", .none, ("url", "http://h/a.png"), ("content_id", "holiday"))
                == HMAResponse(
                    200,
                    #"{"id":\#(BankContentID.number(reference: "holiday")),"signals":{"pdq":"\#(still)"}}"#))
        let metadata = Array(#"{"metadata":{"content_id":"tour","json":{"a":1}}}"#.utf8)
        #expect(
            try post("/c/bank/OLD/content", .json(metadata), ("url", "http://h/a"))
                == HMAResponse(
                    200,
                    #"{"id":\#(tour),"signals":{"video_md5":"\#(md5)","vpdq":"[\"\#(film),100,0.000\"]"}}"#))
        #expect(
            try ask(.post, "/c/bank/OLD/signal", #"{"pdq":"\#(still)","video_md5":"\#(md5)"}"#)
                == HMAResponse(200, #"{"id":\#(photo),"signals":{"pdq":"\#(still)"}}"#))
        #expect(try ask(.post, "/c/bank/OLD/signal", #"{"vpdq":"[\"\#(film),100,0\"]"}"#).status == 200)

        func says(_ text: String, _ answer: HMAResponse, _ status: Int = 400) {
            #expect(answer == HMAResponse(status, #"{"message":"\#(text)"}"#))
        }
        says("bank 'NONE' not found", try ask(.post, "/c/bank/NONE/signal", "{}"), 404)
        says("Neither `url` nor multipart file upload was received", try ask(.post, "/c/bank/OLD/content"))
        says(
            "Invalid pdq signal: the picture is too flat to be told from others",
            try post("/c/bank/OLD/content", .file(field: "photo", path: "/flat.png")))
        says(
            "SignalType 'video_md5' is not enabled",
            try post("/c/bank/OLD/content", .none, ("url", "http://h/a"), ("types", "video_md5")))
        says(
            "metadata contains unexpected keys: labels",
            try post("/c/bank/OLD/content", .json(Array(#"{"metadata":{"labels":[]}}"#.utf8)), ("url", "http://h/a")))
        says("No signals given", try ask(.post, "/c/bank/OLD/signal", "{}"))
        says("No such signal type tmk", try ask(.post, "/c/bank/OLD/signal", #"{"tmk":"x"}"#))
        says(
            "Invalid pdq signal: A PDQ hash is 64 lower-case hex digits.",
            try ask(.post, "/c/bank/OLD/signal", #"{"pdq":"x"}"#))
        says("SignalType 'video_md5' is not enabled", try ask(.post, "/c/bank/OLD/signal", #"{"video_md5":"\#(md5)"}"#))
    }

    @Test("Content is shown, switched off and on, and deleted by its number")
    func contents() throws {
        let shown =
            #"{"bank":{"matching_enabled_ratio":0,"name":"OLD"},"collab_metadata":{},"disable_until_ts":0,"id":7,"original_media_uri":null}"#
        #expect(try get("/c/bank/OLD/content/7") == HMAResponse(200, shown))
        #expect(
            try get("/c/bank/OLD/content/7", ("include_signals", "true")).json.contains(
                #""signals":{"pdq":"\#(still)"}"#))
        #expect(try get("/c/bank/OLD/content/8") == HMAResponse(404, #"{"message":"content '8' not found"}"#))
        #expect(try get("/c/bank/OLD/content/seven").status == 404)
        let on = try ask(.put, "/c/bank/OLD/content/7", #"{"disable_until_ts":1}"#)
        #expect(on == HMAResponse(200, shown.replacing(#"ts":0"#, with: #"ts":1"#)))
        for bad in [#"{"disable_until_ts":4102444800}"#, #"{"disable_until_ts":-1}"#, #"{"disable_until_ts":true}"#] {
            #expect(try ask(.put, "/c/bank/OLD/content/7", bad).status == 400, "\(bad)")
        }
        #expect(try ask(.delete, "/c/bank/OLD/content/7") == HMAResponse(200, #"{"deleted":1}"#))
        #expect(try ask(.delete, "/c/bank/OLD/content/8") == HMAResponse(200, #"{"deleted":0}"#))
    }

    @Test("There is an index for what is looked up, and no exchange of any type")
    func indices() throws {
        #expect(
            try get("/m/index/status")
                == HMAResponse(
                    200,
                    #"{"pdq":{"built_to":1700146048,"present":true,"size":591},"video_md5":{"built_to":-1,"present":false,"size":0},"vpdq":{"built_to":1700146048,"present":true,"size":591}}"#
                ))
        #expect(
            try get("/c/signal_type/index", ("signal_type", "pdq"))
                == HMAResponse(
                    200,
                    #"{"pdq":{"db_size":591,"index_built_to":1700146048,"index_out_of_date":false,"index_size":591,"newest_db_item":1700146048}}"#
                ))
        #expect(
            try get("/m/index/status", ("signal_type", "tmk"))
                == HMAResponse(400, #"{"message":"No such signal type 'tmk'"}"#))
        #expect(try get("/c/exchange/A") == HMAResponse(404, #"{"message":"Exchange 'A' not found"}"#))
        #expect(try ask(.delete, "/c/exchange/A") == HMAResponse(200, #"{"message":"success"}"#))
        #expect(
            try ask(.post, "/c/exchanges", #"{"bank":"A","api":"ncmec","api_json":{}}"#)
                == HMAResponse(400, #"{"message":"No such exchange type 'ncmec'"}"#))
        let map = try get("/site-map").json
        #expect(map.contains(#""/c/bank/<name>/content/<id>""#) && map.contains(#""/status""#))
    }

    @Test("A reference's number is the same everywhere, and JavaScript reads it exactly")
    func numbers() {
        #expect(BankContentID.number(reference: "tour") == 4_576_759_265_202_153)
        #expect(BankContentID.number(reference: "a") != BankContentID.number(reference: "b"))
        for name in 0..<1000 {
            #expect((0...1 << 53).contains(BankContentID.number(reference: "\(name)")))
        }
    }
}

@Suite("Files in multipart bodies")
struct MultipartFileTests {
    private static let body = [
        "--edge", "Content-Disposition: form-data; name=\"note\"", "", "not a file", "--edge",
        "Content-Disposition: form-data; name=\"video\"; filename=\"a.mp4\"", "Content-Type: video/mp4", "",
        "bytes\r\n--edg\r\n-and more", "--edge--", "",
    ].joined(separator: "\r\n")

    private func read(_ body: String, pieces: Int) throws -> (field: String?, bytes: String) {
        var file = try MultipartFile(contentType: "multipart/form-data; charset=utf-8; boundary=\"edge\"")
        var (field, bytes, ended) = (String?.none, [UInt8](), false)
        let all = Array(body.utf8)
        for start in stride(from: 0, to: all.count, by: pieces) {
            for event in try file.take(all[start..<min(start + pieces, all.count)]) {
                switch event {
                case .begins(let name): field = name
                case .bytes(let some): bytes += some
                case .ends: ended = true
                }
            }
        }
        try file.finish()
        #expect(ended)
        return (field, String(decoding: bytes, as: UTF8.self))
    }

    @Test("The file comes out the same in whatever pieces the body comes", arguments: [1, 2, 3, 7, 16, 1000])
    func pieces(size: Int) throws {
        let found = try read(Self.body, pieces: size)
        #expect(found.field == "video" && found.bytes == "bytes\r\n--edg\r\n-and more")
    }

    @Test("An empty file is a file")
    func empty() throws {
        let found = try read(
            "--edge\r\nContent-Disposition: form-data; filename=x; name=video\r\n\r\n\r\n--edge--", pieces: 5)
        #expect(found.field == "video" && found.bytes.isEmpty)
    }

    @Test("Two files, no file, a body that ends early, and what is no multipart are refused")
    func refused() throws {
        let part = "--edge\r\nContent-Disposition: form-data; name=\"video\"; filename=\"a\"\r\n\r\nx\r\n"
        for bad in [part + part + "--edge--", "--edge--", part, String(Self.body.dropLast(10)), "--edge?\r\n"] {
            #expect(throws: InteropError.self, "\(bad)") { try read(bad, pieces: 4) }
        }
        for type in ["multipart/form-data", "application/json", "multipart/form-data; boundary=", ""] {
            #expect(throws: InteropError.self) { try MultipartFile(contentType: type) }
        }
        let endless = "--edge\r\nX: " + String(repeating: "x", count: MultipartFile.headerBytesMax + 10)
        #expect(throws: InteropError.self) { try read(endless, pieces: 1000) }
    }
}
