import Foundation
import TestSupport
import Testing

@Suite("moire extract --aesthetic-model")
struct AestheticTests {
    /// Two seconds of one colour.
    private static func clip(_ color: String) throws -> String {
        try Clip.make(
            "\(color).mp4",
            [
                "-f", "lavfi", "-i", "color=c=\(color):s=64x36:r=10:d=2", "-pix_fmt", "yuv420p", "-c:v", "libx264",
            ])
    }

    private static func model(_ tiny: TinyModel, in folder: String, named name: String = "tiny.onnx") throws -> String {
        try tiny.write(to: "\(folder)/\(name)")
        return "\(folder)/\(name)"
    }

    private static func extract(_ model: String, _ arguments: String...) throws -> Programs.Answer {
        try Programs.run(
            Project.program("moire"),
            ["extract", "--aesthetic-model", model, "--onnx-runtime", try OnnxLibrary.path()] + arguments)
    }

    private static func signal(_ record: [String: Any]) throws -> [String: Any] {
        try #require(record["aesthetic"] as? [String: Any])
    }

    @Test("A white clip has the score that white has, eight times, beside a record that is otherwise the same")
    func white() throws {
        try Folder.with { folder in
            let (clip, model) = (try Self.clip("white"), try Self.model(.mean, in: folder))
            let answer = try Self.extract(model, "--format", "jsonl", clip)
            #expect(answer.status == 0 && answer.errors.isEmpty, "\(answer.errors)")
            var record = try #require(try answer.objects().first)
            let signal = try Self.signal(record)
            // (1 − 0.485) / 0.229, (1 − 0.456) / 0.224, (1 − 0.406) / 0.225: in the mean 2.43916.
            #expect(signal["score"] as? Double == 2.43916)
            #expect(signal["lowest"] as? Double == 2.43916)
            #expect(signal["lowest_at"] as? Double == 0.125)
            #expect(signal["scale"] as? String == "as the model gives it")
            #expect(signal["abstain_reason"] == nil)
            let pictures = try #require(signal["pictures"] as? [[String: Double]])
            #expect(pictures.compactMap { $0["at"] } == [0.125, 0.375, 0.625, 0.875, 1.125, 1.375, 1.625, 1.875])
            #expect(pictures.allSatisfy { $0["score"] == 2.43916 })
            let named = try #require(signal["model"] as? [String: String])
            #expect(named["name"] == "tiny.onnx")
            #expect((named["runtime"] ?? "").hasPrefix("onnxruntime 1."))

            record["aesthetic"] = nil
            let plain = try #require(try Programs.moire("extract", "--format", "jsonl", clip).objects().first)
            #expect(NSDictionary(dictionary: record) == NSDictionary(dictionary: plain))
        }
    }

    @Test("The same files and the same model give the same bytes, however many are decoded at once")
    func repeated() throws {
        try Folder.with { folder in
            let model = try Self.model(.mean, in: folder)
            let clips = try ["tide-pool/reef-walk.mp4", "kitchen-lab/citrus-soda.webm"].map { try Project.clip($0) }
            let once = try Self.extract(model, "--format", "jsonl", "--slots", "1", clips[0], clips[1])
            let again = try Self.extract(model, "--format", "jsonl", "--slots", "2", clips[0], clips[1])
            #expect(once.status == 0 && once.output == again.output)
            #expect(try once.objects().compactMap { try Self.signal($0)["score"] as? Double }.count == 2)
        }
    }

    @Test("Records with a model's words follow docs/extract.schema.json, with and without a score")
    func schema() throws {
        try Folder.with { folder in
            let model = try Self.model(.root, in: folder)
            let schema = Project.root.appendingPathComponent("docs/extract.schema.json").path
            // A score; a root of something negative; a sound without pictures; nothing at all.
            let clips = [
                try Self.clip("white"), try Self.clip("black"), try Self.sound(),
                try Project.clip("old-backups/empty.mp4"),
            ]
            let reasons: [String?] = [nil, "not_finite", "no_video", nil]
            for (number, clip) in clips.enumerated() {
                let path = "\(folder)/\(number).json"
                let answer = try Self.extract(model, "--format", "json", clip)
                #expect(answer.status == (number == 3 ? 1 : 0), "\(clip): \(answer.errors)")
                try answer.output.write(toFile: path, atomically: true, encoding: .utf8)
                let check = try Programs.run(
                    "/usr/bin/python3", ["-W", "ignore", "-m", "jsonschema", "-i", path, schema])
                #expect(check.status == 0, "\(clip): \(check.errors)")
                let object = try JSONSerialization.jsonObject(with: Data(answer.output.utf8))
                let record = try #require(object as? [String: Any])
                #expect((record["aesthetic"] != nil) == (number != 3))
                let signal = record["aesthetic"] as? [String: Any]
                #expect(signal?["abstain_reason"] as? String == reasons[number])
                #expect((signal?["score"] != nil) == (number == 0))
            }
        }
    }

    private static func sound() throws -> String {
        try Clip.make("tone.flac", ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"])
    }

    @Test("The card names the model with its number, and the reason where there is none")
    func card() throws {
        try Folder.with { folder in
            let model = try Self.model(.root, in: folder, named: "root.onnx")
            let answer = try Self.extract(model, try Self.clip("white"), try Self.clip("black"))
            #expect(answer.status == 0)
            #expect(
                answer.lines.contains(
                    "  aesthetic   1.562 by root.onnx (as the model gives it), mean of 8 pictures, lowest 1.562 at 0.1 s"
                ))
            #expect(answer.lines.contains("  aesthetic   not judged by root.onnx (as the model gives it): not_finite"))
            #expect(
                answer.errors.contains("the model root.onnx gave \(try Self.clip("black")) a score that is no number"))
        }
    }

    @Test("A model that fails on one file is that file's trouble: the record is there, and the next is scored")
    func failure() throws {
        try Folder.with { folder in
            let model = try Self.model(.table, in: folder)
            let answer = try Self.extract(
                model, "--format", "jsonl", try Self.clip("white"), try Self.clip("black"))
            #expect(answer.status == 0)
            let records = try answer.objects()
            #expect(try Self.signal(records[0])["abstain_reason"] as? String == "model_failed")
            #expect(try Self.signal(records[1])["score"] as? Double == 10)
            #expect(answer.errors.contains("the model tiny.onnx failed on \(try Self.clip("white")): "))
        }
    }

    @Test("With --stdin, each line out has the model's words")
    func stream() throws {
        try Folder.with { folder in
            let model = try Self.model(.mean, in: folder)
            let ran = try Ran(
                Project.program("moire"),
                [
                    "extract", "--stdin", "--format", "jsonl", "--aesthetic-model", model, "--onnx-runtime",
                    try OnnxLibrary.path(),
                ], input: Data("\(try Self.clip("white"))\n\n".utf8))
            #expect(ran.status == 1)  // for the line with nothing in it
            let records = try Programs.Answer(status: 1, output: ran.text, errors: ran.errors).objects()
            #expect(records.count == 2)
            #expect(try Self.signal(records[0])["score"] as? Double == 2.43916)
            #expect(records[1]["aesthetic"] == nil)
        }
    }

    @Test("No runtime is the environment's fault: 3, before any file is looked at")
    func noRuntime() throws {
        try Folder.with { folder in
            let answer = try Programs.moire(
                "extract", "--aesthetic-model", try Self.model(.mean, in: folder), "--onnx-runtime",
                "/no/such/libonnxruntime.so", try Self.clip("white"))
            #expect(answer.status == 3 && answer.output.isEmpty)
            #expect(answer.errors.contains("/no/such/libonnxruntime.so"))
            #expect(answer.errors.contains("pip install onnxruntime"))
        }
    }

    @Test("A model that cannot be used is the caller's: 2, before any file is looked at")
    func noModel() throws {
        try Folder.with { folder in
            try "no model".write(toFile: "\(folder)/text.onnx", atomically: true, encoding: .utf8)
            try Data("PK\u{3}\u{4}".utf8).write(to: URL(fileURLWithPath: "\(folder)/scorer.pt"))
            var flat = TinyModel.mean
            flat.shape = [1, 192]
            try flat.write(to: "\(folder)/flat.onnx")
            for (name, words) in [
                ("text.onnx", "is no ONNX file"), ("scorer.pt", "torch.onnx.export"),
                ("flat.onnx", "its input is float [1, 192]"), ("missing.onnx", "No such file or directory"),
            ] {
                let answer = try Self.extract("\(folder)/\(name)", try Self.clip("white"))
                #expect(answer.status == 2 && answer.output.isEmpty)
                #expect(answer.errors.contains(words), "\(name): \(answer.errors)")
            }
        }
    }

    @Test("--fast shows a model nothing, and a runtime alone does nothing: 2")
    func usage() throws {
        let clip = try Self.clip("white")
        let fast = try Programs.moire("extract", "--fast", "--aesthetic-model", "a.onnx", clip)
        #expect(fast.status == 2)
        #expect(fast.errors.contains("--aesthetic-model goes with a full extraction"))
        let alone = try Programs.moire("extract", "--onnx-runtime", "libonnxruntime.so", clip)
        #expect(alone.status == 2)
        #expect(alone.errors.contains("--onnx-runtime goes with --aesthetic-model"))
    }

    @Test("moire doctor tells whether the runtime is there, and misses only one that was named")
    func doctor() throws {
        var environment = ProcessInfo.processInfo.environment
        environment["MOIRE_ONNX_RUNTIME"] = try OnnxLibrary.path()
        let found = try Ran(Project.program("moire"), ["doctor"], environment: environment)
        #expect(found.text.contains("ok    onnx runtime   1."))
        environment["MOIRE_ONNX_RUNTIME"] = "/no/such/libonnxruntime.so"
        let missed = try Ran(Project.program("moire"), ["doctor"], environment: environment)
        #expect(missed.status == 3)
        #expect(missed.text.contains("FAIL  onnx runtime   ONNX Runtime cannot be loaded: "))
        // Whether the system has one is the machine's; it is well either way.
        environment["MOIRE_ONNX_RUNTIME"] = nil
        #expect(
            try Ran(Project.program("moire"), ["doctor"], environment: environment).text.contains("ok    onnx runtime"))
    }
}
