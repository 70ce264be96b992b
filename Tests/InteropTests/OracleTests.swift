import Fingerprints
import Foundation
import Frames
import Interop
import Synchronization
import TestSupport
import Testing

@Suite("Other people's own tools read what we write", .serialized)
struct OracleTests {
    private static let films = [
        "kitchen-lab/citrus-soda.webm", "clip-harbor/reef-flip.mp4", "night-tram/last-tram.mp4",
        "daily-finds/tram-cropped.mp4",
    ]

    /// What `moire hash` prints, made once for each film and form: a debug build takes seconds for each.
    private static let made = Mutex<[[String]: String]>([:])

    private func hash(_ form: String, _ clip: String, _ more: String...) throws -> String {
        let arguments = ["hash", "--as", form] + more + [clip]
        if let known = Self.made.withLock({ $0[arguments] }) { return known }
        let ran = try Ran(Project.program("moire"), arguments)
        #expect(ran.status == 0, "\(ran.errors)")
        let text = String(ran.text.dropLast())
        Self.made.withLock { $0[arguments] = text }
        return text
    }

    @Test("Signal types, what they are of, and their indicators are named as theirs are")
    func names() throws {
        let theirs: [[String: Any]] = try Oracle.ask(["ask": "names"])
        #expect(theirs.compactMap { $0["name"] as? String } == SignalType.allCases.map(\.rawValue))
        for (type, theirs) in zip(SignalType.allCases, theirs) {
            #expect(theirs["content"] as? [String] == [type.content.rawValue])
            let indicators = try #require(theirs["indicators"] as? [String: Any])
            #expect(Set(indicators.keys) == Set(type.indicators.map(\.type)))
            for (name, tag) in type.indicators { #expect(indicators[name] as? String == tag) }
        }
    }

    @Test("What we write is valid to them, and what they refuse we refuse")
    func validation() throws {
        let film = try Project.clip(Self.films[0])
        let written: [(SignalType, String)] = [
            (.vpdq, try hash("vpdq-json", film)), (.vpdq, try hash("vpdq-json", film, "--seconds-per-hash", "1")),
            (.videoMD5, try hash("video-md5", film)),
            (.pdq, String(try hash("pdq", film).prefix { $0 != "," })),
        ]
        let doubtful: [(SignalType, String)] = [
            (.pdq, String(repeating: "A", count: 64)), (.pdq, "00"), (.vpdq, "[\"00,100,0\"]"), (.vpdq, "{}x"),
            (.vpdq, "[\"\(String(repeating: "a", count: 64)),101,0\"]"),
            (.vpdq, "[\"\(String(repeating: "a", count: 64)),100,-1\"]"), (.videoMD5, "zz"),
        ]
        let answers = try Oracle.ask(
            (written + doubtful).map { ["ask": "validate", "type": $0.0.rawValue, "signal": $0.1] })
        for ((type, signal), answer) in zip(written, answers) {
            #expect((answer as? [String: String])?["signal"] == (try type.validated(signal)), "\(type): \(answer)")
        }
        for ((type, signal), answer) in zip(doubtful, answers.dropFirst(written.count)) {
            #expect((answer as? [String: String])?["error"] != nil, "\(type) \(signal)")
            #expect(throws: InteropError.self) { try type.validated(signal) }
        }
    }

    @Test("Their comparison of our signals is ours, to the last bit and percent")
    func comparison() throws {
        let signals = try Self.films.map { try hash("vpdq-json", try Project.clip($0)) }
        let stills = try Self.films.map { String(try hash("pdq", try Project.clip($0)).prefix(64)) }
        var pairs: [(SignalType, String, String)] = []
        for a in signals.indices {
            for b in signals.indices { pairs += [(.vpdq, signals[a], signals[b]), (.pdq, stills[a], stills[b])] }
        }
        let answers = try Oracle.ask(pairs.map { ["ask": "compare", "type": $0.0.rawValue, "a": $0.1, "b": $0.2] })
        for ((type, a, b), answer) in zip(pairs, answers) {
            let theirs = try #require(answer as? [String: Any])
            let ours = try SignalComparison(type, a, b)
            #expect(theirs["match"] as? Bool == ours.isMatch)
            let distance = try #require(theirs["distance"] as? [String: Any])
            switch ours.distance {
            case .none: #expect(distance.isEmpty)
            case .bits(let bits): #expect(distance["distance"] as? Int == bits)
            case .percent(let query, let compared):
                #expect(distance["query_match_percent"] as? Double == query)
                #expect(distance["compared_match_percent"] as? Double == compared)
            }
        }
    }

    @Test("Their index of our signals finds each video by our signal and by theirs, and nothing else")
    func index() throws {
        let paths = try Self.films.map { try Project.clip($0) }
        let ours = try paths.map { try hash("vpdq-json", $0) }
        let theirs = try Oracle.ask(paths.map { ["ask": "hash_file", "type": "vpdq", "path": $0] })
            .map { try #require($0 as? String) }
        let found: [[[Any]]] = try Oracle.ask(
            ["ask": "index", "type": "vpdq", "entries": ours, "queries": ours + theirs])
        // The third film and the fourth are one film, cropped; whole frames that are cropped are no near frames.
        for (query, matches) in found.enumerated() {
            #expect(matches.map { $0[0] as? Int } == [query % paths.count], "query \(query): \(matches)")
        }
        #expect(found.prefix(ours.count).allSatisfy { $0.first?[1] as? String == "100%[100%]" })
    }

    @Test("What their hasher makes of a video we read, and its frames are ours")
    func theirFrames() throws {
        let film = try Project.clip(Self.films[0])
        let signal: String = try Oracle.ask(["ask": "hash_file", "type": "vpdq", "path": film])
        let theirs = try SignalType.frames(of: signal)
        #expect(theirs.count == 8)
        #expect(try SignalComparison(.vpdq, signal, try hash("vpdq-json", film)).isMatch)

        // As vpdq's own command writes them: its files are read by the same reader as ours.
        let features: [[String: Any]] = try Oracle.ask(["ask": "features", "path": film, "seconds_per_hash": 1])
        let text = try features.map { feature in
            let time = try #require(feature["timestamp"] as? Double)
            let (frame, quality) = (try #require(feature["frame"]), try #require(feature["quality"]))
            return "\(frame),\(quality),\(try #require(feature["hash"])),\(String(format: "%.3f", time))\n"
        }.joined()
        #expect(try VPDQFile.parseAny(text).map(\.hash) == theirs.map(\.hash))
    }

    @Test("One picture of a real video has the hash that pdqhash gives the same pixels")
    func picture() throws {
        try Folder.with { folder in
            for (number, film) in Self.films.enumerated() {
                let (width, height) = (512, 288)
                let picture = ["-v", "error", "-ss", "2", "-i", try Project.clip(film), "-frames:v", "1"]
                let scale = ["-vf", "scale=\(width):\(height)"]
                let (png, raw) = ("\(folder)/\(number).png", "\(folder)/\(number).rgb")
                #expect(try Ran("/usr/bin/env", ["ffmpeg"] + picture + scale + ["-pix_fmt", "rgb24", png]).status == 0)
                let again = ["ffmpeg", "-v", "error", "-i", png, "-f", "rawvideo", "-pix_fmt", "rgb24", raw]
                #expect(try Ran("/usr/bin/env", again).status == 0)
                let pixels = [UInt8](try Data(contentsOf: URL(fileURLWithPath: raw)))
                let ours = PDQ.hash(RGBImage(width: width, height: height, pixels: pixels))
                let answer: [String: [Any]] = try Oracle.ask(["ask": "picture", "path": png])
                for tool in ["pdqhash", "threatexchange"] {
                    let theirs = try #require(answer[tool])
                    let hex = try #require(theirs[0] as? String)
                    let hash = try #require(PDQHash(hex: hex))
                    // pdqhash is built with fused multiply-add, which moves bits whose coefficient lies on the median.
                    #expect(ours.hash.hammingDistance(to: hash) <= 2, "\(film): \(tool)")
                    #expect(theirs[1] as? Int == ours.quality)
                }
            }
        }
    }

    @Test("A photo's hash is the one that pdqhash gives it, in every format and size")
    func photos() throws {
        try Folder.with { folder in
            var paths: [String] = []
            for (number, film) in Self.films.enumerated() {
                let picture = ["ffmpeg", "-v", "error", "-ss", "2", "-i", try Project.clip(film), "-frames:v", "1"]
                // As it is; and enlarged to twelve million pixels, as telephones make them.
                // `mega.jpg` alone is over what is hashed as large as it is.
                let forms: [(String, [String])] = [
                    ("s.png", []), ("s.jpg", ["-q:v", "2"]), ("s.webp", ["-quality", "90"]), ("s.bmp", []),
                    ("l.jpg", ["-vf", "scale=4000:3000:flags=bicubic", "-q:v", "4", "-pix_fmt", "yuvj420p"]),
                    ("mega.jpg", ["-vf", "scale=7999:6001:flags=bicubic", "-q:v", "4", "-pix_fmt", "yuvj420p"]),
                    ("grey.png", ["-pix_fmt", "gray"]), ("wide.png", ["-vf", "scale=6000:900:flags=bicubic"]),
                ]
                for (name, more) in forms where number == 0 || name != "mega.jpg" {
                    paths.append("\(folder)/\(number)-\(name)")
                    #expect(try Ran("/usr/bin/env", picture + more + [paths.last ?? ""]).status == 0)
                }
            }
            let ran = try Ran(Project.program("moire"), ["hash", "--as", "pdq"] + paths)
            #expect(ran.status == 0, "\(ran.errors)")
            let ours = ran.text.split(separator: "\n").map { $0.split(separator: ",", maxSplits: 2) }
            #expect(ours.map { $0.last.map(String.init) } == paths)
            let theirs = try Oracle.ask(paths.map { ["ask": "picture", "path": $0] })
            for (line, answer) in zip(ours, theirs) {
                let their = try #require((answer as? [String: [Any]])?["pdqhash"])
                let hex = try #require(their[0] as? String)
                let (our, hash) = (try #require(PDQHash(hex: line[0])), try #require(PDQHash(hex: hex)))
                let bits = our.hammingDistance(to: hash)
                // Fused multiply-add, again, and decoders of JPEG and WebP round their own way.
                #expect(bits <= 2, "\(line[2]): \(bits)")
                #expect(their[1] as? Int == Int(line[1]))
            }
        }
    }

    @Test("Our list of signals is read by their exchange of files")
    func list() throws {
        try Folder.with { folder in
            let film = try Project.clip(Self.films[0])
            let text = try hash("signals", film)
            try (text + "\n").write(toFile: "\(folder)/list", atomically: true, encoding: .utf8)
            let read: [[String]] = try Oracle.ask(["ask": "local_file", "path": "\(folder)/list"])
            #expect(
                read == (try SignalList.parse(text).map { [$0.type.rawValue, $0.signal] }.sorted { $0[0] < $1[0] }))
            #expect(read.map { $0[0] } == ["video_md5", "vpdq"])
            let md5: String = try Oracle.ask(["ask": "hash_file", "type": "video_md5", "path": film])
            #expect(read[0][1] == md5)
        }
    }

    @Test("iscc-core gives a real video's frame signatures and sound the codes that we give them")
    func iscc() throws {
        try Folder.with { folder in
            for (number, film) in Self.films.prefix(2).enumerated() {
                let clip = try Project.clip(film)
                let signatures = "\(folder)/\(number).xml"
                let filter = "fps=5,signature=format=xml:filename=\(signatures)"
                let made = try Ran(
                    "/usr/bin/env", ["ffmpeg", "-v", "error", "-i", clip, "-vf", filter, "-f", "null", "-"])
                #expect(made.status == 0, "\(made.errors)")
                let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: signatures)))
                let frames = try FrameSignatures(bytes).frames.map { $0.map(Int.init) }
                for bits in [64, 128, 256] {
                    let theirs: String = try Oracle.ask(["ask": "iscc_video", "signatures": frames, "bits": bits])
                    #expect(
                        try hash("iscc", signatures, "--bits", "\(bits)") == "\(theirs)  \(signatures)")
                }
                let ran = try Ran(
                    Project.program("moire"),
                    [
                        "extract", "--chromaprint-folder", folder, "--chromaprint-raw", "--chromaprint-seconds", "0",
                        clip,
                    ])
                #expect(ran.status == 0)
                let name = URL(fileURLWithPath: clip).lastPathComponent
                let print = try ChromaprintFile.parse(
                    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).fpcalc.json"))))
                let theirs: String = try Oracle.ask(
                    ["ask": "iscc_audio", "words": print.words.map { Int(Int32(bitPattern: $0)) }, "bits": 64])
                #expect(try hash("iscc", clip) == "\(theirs)  \(clip)")
            }
        }
    }

    @Test("The standard's vectors that we keep are those that the package ships")
    func vectors() throws {
        let theirs: NSDictionary = try Oracle.ask(["ask": "iscc_conformance"])
        let text = try Project.text("Tests/InteropTests/Vectors/iscc-conformance.json")
        let ours = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
        #expect(ours == theirs)
    }
}
