import Fingerprints
import Fleet
import Foundation
import Frames
import Glibc
import Records
import Signals
import Testing
import TestSupport

@Suite("Decoding a file in a child")
struct DecodeServiceTests {
    private let service: DecodeService
    private let folder: TemporaryFolder

    init() throws {
        service = try DecodeService(decoderPath: Programs.decoder)
        folder = try TemporaryFolder()
    }

    @Test("A clip gives signals, fingerprints and its digest, from behind the full sandbox")
    func clip() throws {
        let path = try Clips.short()
        let done = try service.extract(path: path)
        #expect(done.record.outcome.kind == .complete)
        #expect(done.record.input.path == path)
        #expect(done.record.input.bytes == Int64(try Data(contentsOf: URL(fileURLWithPath: path)).count))
        #expect(done.record.producer.sandbox == .full)
        #expect(done.record.producer.libraries.contains { $0.hasPrefix("libavcodec ") })
        #expect(done.record.media?.video?.codec == "mpeg4")
        #expect(done.record.static?.version != nil && done.record.quality?.version != nil)
        #expect(done.record.recapture?.version != nil && done.record.sound?.version != nil)
        let fingerprint = try MediaFingerprint(decoding: [UInt8](done.fingerprint))
        #expect(fingerprint.video.frames.count == 8)  // 2 s, four a second
        #expect(done.record.fingerprints?.videoFrames == 8)
        #expect(done.cpuSeconds > 0)
    }

    @Test("Twice the same file is twice the same record and fingerprint")
    func deterministic() throws {
        let path = try Clips.short()
        let (first, second) = (try service.extract(path: path), try service.extract(path: path))
        #expect(first.record == second.record)
        #expect(first.fingerprint == second.fingerprint)
    }

    @Test("The digest is the SHA-256 of the file's bytes")
    func digest() throws {
        let path = try folder.file("abc.mp4", Array("abc".utf8))
        let record = try service.extract(path: path).record
        // FIPS 180-2, appendix B.1.
        #expect(record.input.digest == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(record.outcome.kind == .undecodable)
    }

    @Test("A folder, a pipe and a device are refused without waiting for them")
    func notFiles() throws {
        let pipe = folder.path("pipe")
        unsafe mkfifo(pipe, 0o600)
        for path in [folder.url.path, pipe, "/dev/zero"] {
            let outcome = try service.extract(path: path).record.outcome
            #expect(outcome.kind == .refused)
            #expect(outcome.reason == "not_a_regular_file")
        }
    }

    @Test("A name that leads nowhere, an empty file and a text are undecodable, each for its reason")
    func nothingToDecode() throws {
        let missing = try service.extract(path: folder.path("missing.mp4")).record
        #expect(missing.outcome.reason == "no_such_file")
        #expect(missing.input.digest == nil)
        #expect(try service.extract(path: folder.file("empty.mp4", [])).record.outcome.kind == .undecodable)
        #expect(
            try service.extract(path: folder.file("text.mp4", Array("not a film".utf8))).record.outcome.kind
                == .undecodable)
    }

    @Test("A file over the limit is refused before it is read")
    func overLimit() throws {
        let small = try DecodeService(decoderPath: Programs.decoder, limits: DecodeLimits(fileBytesMax: 100))
        let record = try small.extract(path: Clips.short()).record
        #expect(record.outcome.reason == "over_limit_bytes")
        #expect(record.input.digest == nil)
    }

    @Test("A decode still busy at its deadline is ended, and the next file is decoded")
    func deadline() throws {
        let hasty = try DecodeService(
            decoderPath: Programs.decoder,
            limits: DecodeLimits(deadlineSeconds: 0.1, deadlineSecondsPerMegabyte: 0))
        let done = try hasty.extract(path: Clips.long())
        #expect(done.record.outcome.kind == .timedOut)
        #expect(done.record.outcome.reason == "deadline")
        #expect(done.record.producer.sandbox == .full)
        #expect(done.fingerprint.isEmpty)
        #expect(try service.extract(path: Clips.short()).record.outcome.kind == .complete)
    }

    @Test("A child without memory to decode in ends in a typed outcome")
    func memory() throws {
        // The shared libraries alone take more address space than this.
        let poor = try DecodeService(decoderPath: Programs.decoder, limits: DecodeLimits(memoryBytes: 64 << 20))
        let outcome = try poor.extract(path: Clips.short()).record.outcome
        #expect(!outcome.hasResult)
        #expect(!outcome.reason.isEmpty)
    }

    @Test("Many threads decode at once, each file with its own answer")
    func parallel() throws {
        let short = try Clips.short()
        let text = try folder.file("text.mp4", Array("not a film".utf8))
        let runs = (0..<6).map { index in
            Background { [service] in try service.extract(path: index % 2 == 0 ? short : text).record.outcome.kind }
        }
        #expect(
            try runs.map { try $0.value() } == [
                .complete, .undecodable, .complete, .undecodable, .complete, .undecodable,
            ])
    }

    @Test("Pictures come in the order asked for, no longer than asked, and none where the file shows none")
    func pictures() throws {
        let pictures = try service.pictures(path: Clips.short(), times: [1.5, 0, 1.5], longestSide: 80)
        #expect(pictures.count == 3)
        #expect(pictures.compactMap { $0 }.allSatisfy { $0.width == 80 && $0.height == 60 })
        #expect(pictures[0] != nil && pictures[0] == pictures[2] && pictures[0] != pictures[1])
    }

    @Test("A file without pictures says why")
    func noPictures() throws {
        let error = #expect(throws: DecodeError.self) {
            _ = try service.pictures(path: folder.path("missing.mp4"), times: [0], longestSide: 80)
        }
        #expect(error?.code == .noPictures)
        #expect(error?.outcome?.reason == "no_such_file")
    }

    @Test("Cancelling ends a running decode, and its child with it")
    func cancel() throws {
        let program = try folder.program("cancelled-decoder", for: "moire-decoder")
        let service = try DecodeService(decoderPath: program)
        let long = try Clips.long()
        let run = Background { try service.extract(path: long) }
        #expect(Processes.wait(for: program, count: 2).count == 2)  // the decoder and its child
        service.cancel()
        let error = #expect(throws: DecodeError.self) { _ = try run.value() }
        #expect(error?.code == .cancelled)
        // The decoder may stay for the next file, or be ended, too, when it does not answer in time.
        withExtendedLifetime(service) { #expect(Processes.wait(for: program, atMost: 1).count <= 1) }
    }

    @Test("A decoder holds no descriptor of whoever started it but its socket")
    func noDescriptorsInherited() throws {
        var ends: [Int32] = [-1, -1]
        #expect(unsafe pipe(&ends) == 0)  // not close-on-exec, as a library may have opened it
        defer { for end in ends { close(end) } }
        let program = try folder.program("closed-decoder", for: "moire-decoder")
        let service = try DecodeService(decoderPath: program)
        _ = try service.describe()
        let decoder = try #require(Processes.named(program).first)
        let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(decoder)/fd").compactMap { Int($0) }
        #expect(open.sorted() == [0, 1, 2, 3])
        withExtendedLifetime(service) {}
    }

    @Test("A machine without the decoder says so, and how to help it")
    func missingDecoder() throws {
        let error = #expect(throws: DecodeError.self) { _ = try DecodeService(decoderPath: "/nowhere/moire-decoder") }
        #expect(error?.code == .decoderMissing)
        #expect(error?.sentence.contains("MOIRE_DECODER") == true)
    }

    @Test("The description names the libraries and the sandbox level")
    func describe() throws {
        let description = try service.describe()
        #expect(description.sandbox == .full)
        #expect(description.build.hasPrefix("0.1.0+"))
        #expect(description.libraries.count == 5)
    }
}
