import Fleet
import Foundation
import Frames
import Records
import Signals
import Testing
import TestSupport

/// What a supervisor makes of a decoder that was taken over, or is not ours. `fake-decoder` lies in
/// the manner of the name it is started under.
@Suite("A decoder that lies")
struct LyingDecoderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func service(_ manner: String, limits: DecodeLimits = .standard) throws -> DecodeService {
        try DecodeService(decoderPath: folder.program(manner, for: "fake-decoder"), limits: limits)
    }

    private func input() throws -> String { try folder.file("input.mp4", Array("anything".utf8)) }

    @Test(
        "What is no answer is a crash with that reason, whatever form it takes",
        arguments: [
            "fake-silent", "fake-garbage", "fake-huge", "fake-empty-result", "fake-fingerprint",
        ])
    func invalid(manner: String) throws {
        let done = try service(manner).extract(path: input())
        #expect(done.record.outcome.kind == .crashed)
        #expect(done.record.outcome.reason == "invalid_answer")
        #expect(done.record.static == nil && done.record.media == nil && done.fingerprint.isEmpty)
    }

    @Test("A correct answer of the same liar is taken, so it is the lie that is refused")
    func honest() throws {
        let done = try service("fake-refusal").extract(path: input())
        #expect(done.record.outcome == Outcome(.refused, reason: "over_limit_pixels", sentence: "Too large."))
        #expect(done.record.producer.libraries == ["libfake 1"])
    }

    @Test("A child that sleeps for ever is ended, also where processes have no descriptors")
    func sleeper() throws {
        let limits = DecodeLimits(deadlineSeconds: 0.2)
        let done = try service("fake-sleeper", limits: limits).extract(path: input())
        #expect(done.record.outcome.reason == "deadline")
        let program = folder.path("fake-sleeper")
        #expect(Processes.wait(for: program, count: 0).isEmpty && Processes.named(program).isEmpty)
    }

    @Test("How far a child has come is told as it says it, in whatever pieces, unless no file could have such a time")
    func progress() throws {
        var told: [DecodeProgress] = []
        let done = try service("fake-progress").extract(path: input()) { told.append($0) }
        #expect(done.record.outcome.reason == "over_limit_pixels")
        #expect(
            told == [
                DecodeProgress(.decode), DecodeProgress(.decode, pts: 1.5, duration: 60),
                DecodeProgress(.decode, pts: 2.25),
            ])
    }

    @Test("A child that tells of progress for ever is ended at its deadline, and fills nothing")
    func endlessProgress() throws {
        let limits = DecodeLimits(deadlineSeconds: 0.5)
        let done = try service("fake-endless-progress", limits: limits).extract(path: input())
        #expect(done.record.outcome.reason == "deadline")
    }

    @Test("A child that gives up is a crash with its exit code")
    func exitCode() throws {
        #expect(try service("fake-quiet-failure").extract(path: input()).record.outcome.reason == "exited_with_7")
    }

    @Test("A decoder that leaves when it gets work is a crash")
    func deserter() throws {
        #expect(try service("fake-deserter").extract(path: input()).record.outcome.reason == "decoder_gone")
    }

    @Test("Pictures with a byte too few are no pictures")
    func pictures() throws {
        let error = #expect(throws: DecodeError.self) {
            _ = try service("fake-pictures").pictures(path: input(), times: [0], longestSide: 8)
        }
        #expect(error?.outcome?.reason == "invalid_answer")
    }

    @Test("A photo's hash that is no hash is no photo")
    func photo() throws {
        let found = try service("fake-photo").photo(path: input())
        #expect(found.photo == nil && found.outcome.kind == .crashed && found.outcome.reason == "invalid_answer")
        #expect(try service("fake-refusal").photo(path: input()).outcome.reason == "over_limit_pixels")
    }

    @Test("A spectrogram with a byte too few is no spectrogram")
    func spectrogram() throws {
        let error = #expect(throws: DecodeError.self) {
            _ = try service("fake-spectrogram").spectrogram(path: input(), start: 0, end: 1, columns: 4, rows: 3)
        }
        #expect(error?.code == .noSpectrogram)
        #expect(error?.outcome?.reason == "invalid_answer")
    }

    @Test(
        "What is wrong with the installation is an error, never a file's outcome",
        arguments: [
            ("fake-future", DecodeError.Code.decoderMismatch), ("fake-stranger", .decoderMismatch),
            ("fake-stubborn", .decoderMismatch), ("fake-quitter", .decoderFailed), ("fake-mute", .decoderFailed),
            ("fake-unconfined", .sandboxUnavailable),
        ])
    func installation(manner: String, code: DecodeError.Code) throws {
        let service = try service(manner, limits: DecodeLimits(startSeconds: manner == "fake-mute" ? 0.05 : 30))
        let error = #expect(throws: DecodeError.self) { _ = try service.extract(path: input()) }
        #expect(error?.code == code)
    }
}
