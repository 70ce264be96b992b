import DecodeWire
import Fingerprints
@testable import Fleet
import Foundation
import Frames
import Records
import Signals
import TestSupport
import Testing

@Suite("A triage by key frames")
struct TriageTests {
    private let service: DecodeService

    init() throws { service = try DecodeService(decoderPath: Programs.decoder) }

    /// Eight seconds with a key frame every two.
    private func clip(_ name: String, _ picture: String, sound: Bool = true) throws -> String {
        let tone = sound ? ["-f", "lavfi", "-i", "sine=d=8"] : []
        return try Clip.make(
            name,
            ["-f", "lavfi", "-i", picture] + tone + ["-c:v", "libx264", "-g", "20", "-sc_threshold", "0"])
    }

    private func film() throws -> String { try clip("triage-film.mp4", "testsrc2=s=320x240:r=10:d=8") }

    @Test("A film gives quality and hashes of its key frames, and abstains from all that needs more")
    func ordinary() throws {
        let record = try service.triage(path: film()).record
        #expect(record.schema == "moire.triage/1")
        #expect(record.mode == "fast")
        #expect(record.outcome.reason == "ok")
        #expect(record.input.digest?.hasPrefix("sha256:") == true)
        #expect(record.producer.sandbox == .full)
        let frames = try #require(record.keyFrames)
        #expect(frames.packets == 80 && frames.found == 4 && frames.decoded == 4)
        #expect(frames.first == 0 && frames.last == 6)
        #expect((frames.keyBytes ?? 0) > (frames.otherBytes ?? 0) && frames.otherBytes != nil)
        let quality = try #require(record.quality)
        #expect(quality.version.hasSuffix("+key_frames/1"))
        #expect(quality.score != nil && quality.parts["stability"] == nil)
        #expect(quality.curve == nil && quality.curvePeriod == nil && quality.worst == nil)
        #expect(record.static == StaticSignal(version: "static/4", share: nil, abstainReason: "fast_mode"))
        #expect(record.recapture?.abstainReason == "fast_mode" && record.recapture?.probability == nil)
        #expect(record.sound?.abstainReason == "fast_mode" && record.sound?.integratedLUFS == nil)
        #expect(record.fingerprints?.keyFrames.map(\.pts) == [0, 2, 4, 6])
        #expect(record.decode.needsFull)
    }

    @Test("Its hashes are those that a full extraction makes of the same frames")
    func hashes() throws {
        let path = try film()
        let stored = try MediaFingerprint(decoding: [UInt8](service.extract(path: path).fingerprint))
        let full = Dictionary(uniqueKeysWithValues: stored.video.frames.map { ($0.ptsMs, $0.hash.hex) })
        for code in try #require(try service.triage(path: path).record.fingerprints).keyFrames {
            #expect(full[UInt32(code.pts * 1000)] == code.pdq)
        }
    }

    @Test("A standing picture is suspected of being one, and only a full extraction can tell")
    func still() throws {
        let path = try clip("triage-still.mp4", "testsrc2=s=320x240:r=10:d=8,trim=end_frame=1,loop=79:1,fps=10")
        let record = try service.triage(path: path).record
        #expect(record.keyFrames?.pictures == .alike)
        #expect(record.decode == advice(true, .mayBeStill))
    }

    @Test("Pictures that follow each other are not one still")
    func slides() throws {
        let slides = "color=black:s=320x240:r=10:d=8,geq=lum='if(lt(mod(X+80*floor(T/2)\\,320)\\,160)\\,40\\,200)'"
        let record = try service.triage(path: clip("triage-slides.mp4", slides)).record
        #expect(record.keyFrames?.pictures == .different)
        #expect(record.decode == advice(true, .ordinary))
    }

    @Test("One colour throughout needs no full extraction, unless there is sound")
    func flat() throws {
        let black = "color=black:s=320x240:r=10:d=8"
        let silent = try service.triage(path: clip("triage-black.mp4", black, sound: false)).record
        #expect(silent.keyFrames?.abstainReason == "flat_picture")
        #expect(silent.quality?.abstainReason == "flat_picture")
        #expect(silent.sound?.abstainReason == "no_audio")
        #expect(silent.decode == advice(false, .nothingToSee))
        let sounding = try service.triage(path: clip("triage-black-tone.mp4", black)).record
        #expect(sounding.decode == advice(true, .flatPicture))
    }

    @Test("Sound alone abstains from all pictures, and is left to a full extraction")
    func soundOnly() throws {
        let path = try Clip.make("triage-sound.m4a", ["-f", "lavfi", "-i", "sine=d=3", "-c:a", "aac"])
        let record = try service.triage(path: path).record
        #expect(record.outcome.kind == .complete)
        #expect(record.keyFrames?.abstainReason == "no_video")
        #expect(record.quality?.abstainReason == "no_video" && record.static?.abstainReason == "no_video")
        #expect(record.sound?.abstainReason == "fast_mode")
        #expect(record.decode == advice(true, .soundOnly))
    }

    @Test("What cannot be decoded ends as in a full extraction, which is not worth its cost")
    func broken() throws {
        let text = try Clip.write("triage-text.mp4", Data("no media at all, whatever its name says".utf8))
        let empty = try Clip.write("triage-empty.mp4", Data())
        for path in [text, empty, "/no/such/file.mp4"] {
            let (fast, full) = (try service.triage(path: path).record, try service.extract(path: path).record)
            #expect(fast.outcome == full.outcome)
            #expect(fast.keyFrames == nil && fast.quality == nil && fast.fingerprints == nil && fast.sound == nil)
            #expect(fast.decode == advice(false, .noResult))
        }
    }

    @Test("Twice the same file is twice the same record, with the stages timed or not")
    func deterministic() throws {
        let path = try film()
        let (plain, timed) = (try service.triage(path: path), try service.triage(path: path, timesStages: true))
        #expect(plain.record == timed.record)
        #expect(plain.stageSeconds == nil)
        let stages = try #require(timed.stageSeconds)
        #expect((stages[.decode] ?? 0) > 0 && (stages[.quality] ?? 0) > 0)
        #expect(stages.values.reduce(0, +) <= timed.cpuSeconds)
    }

    @Test("A full extraction's stages are told beside the record, which stays the same")
    func fullStages() throws {
        let path = try film()
        let (plain, timed) = (try service.extract(path: path), try service.extract(path: path, timesStages: true))
        #expect(plain.record == timed.record)
        #expect(plain.fingerprint == timed.fingerprint)
        #expect(plain.stageSeconds == nil)
        let stages = try #require(timed.stageSeconds)
        #expect(Set(stages.keys) == Set(ExtractStage.allCases).subtracting([.chromaprint]))
        #expect(stages.values.reduce(0, +) <= timed.cpuSeconds)
    }

    @Test("Of a hundred key frames a record has 32 hashes, from the first to the last")
    func manyKeys() throws {
        let path = try Clip.make(
            "triage-long.mp4",
            ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=1:d=200", "-c:v", "libx264", "-g", "1", "-preset", "ultrafast"])
        let record = try service.triage(path: path).record
        #expect(record.keyFrames?.decoded == 100)
        let times = try #require(record.fingerprints).keyFrames.map(\.pts)
        #expect(times.count == 32)
        #expect(times.first == 0 && times.last == 198)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
    }

    private func advice(_ needsFull: Bool, _ reason: TriageRecord.Advice.Reason) -> TriageRecord.Advice {
        TriageRecord.Advice(needsFull: needsFull, reason: reason)
    }
}

@Suite("What is believed of a decode child's triage")
struct TriageCheckTests {
    private var good: TriageAnswer {
        var answer = TriageAnswer(outcome: Outcome(.complete, reason: "ok", sentence: "Read."))
        var frames = KeyFrameSignal(version: "key_frames/1", packets: 50, found: 2, decoded: 2)
        frames.pictures = .alike
        answer.found = TriageRecord.Found(
            keyFrames: frames, quality: QualitySignal(version: "quality/1", score: 50),
            fingerprints: .init(
                version: "pdq/1", keyFrames: [.init(pts: 0, pdq: String(repeating: "a", count: 64), quality: 100)]))
        return answer
    }

    private func output(_ answer: TriageAnswer, blob: [UInt8] = []) throws -> [UInt8] {
        let json = try CanonicalJSON.encode(answer)
        return AnswerFrame.preamble(.full) + AnswerFrame.header(jsonBytes: json.count, blobBytes: blob.count) + json
            + blob
    }

    @Test("A plausible answer is believed")
    func plausible() throws {
        let believed = try AnswerCheck.triage(output(good))
        #expect(believed.answer == good)
        #expect(believed.stageSeconds == nil)
    }

    @Test("What no file has is not", arguments: 0..<15)
    func implausible(index: Int) throws {
        let harms: [(inout TriageAnswer) -> Void] = [
            { $0.found = nil },
            { $0.outcome.kind = .refused },
            { $0.outcome.kind = .crashed },
            { $0.outcome.reason = "Not A Code" },
            { $0.found?.keyFrames.decoded = 3 },
            { $0.found?.keyFrames.found = 51 },
            { $0.found?.keyFrames.last = 1e12 },
            { $0.found?.keyFrames.changedShare = 2 },
            { $0.found?.keyFrames.pictures = nil },
            { $0.found?.keyFrames.otherBytes = -1 },
            { $0.found?.quality.score = 101 },
            { $0.found?.quality.curve = [1] },
            { $0.found?.fingerprints.keyFrames[0].pdq = "no hash" },
            { $0.found?.fingerprints.keyFrames[0].quality = -1 },
            { answer in
                // More hashes than key frames.
                let code = TriageRecord.KeyFrameCodes.Code(pts: 1, pdq: String(repeating: "b", count: 64), quality: 1)
                answer.found?.fingerprints.keyFrames += [code, code]
            },
        ]
        var answer = good
        harms[index](&answer)
        #expect(throws: (any Error).self) { _ = try AnswerCheck.triage(output(answer)) }
    }

    @Test("Nothing travels beside it")
    func blob() throws {
        #expect(throws: (any Error).self) { _ = try AnswerCheck.triage(output(good, blob: [1])) }
    }

    @Test("Stage times are taken where they were asked for, and only such as there are")
    func stageTimes() throws {
        var answer = good
        answer.stageSeconds = ["decode": 1.5, "quality": 0.25]
        #expect(
            try AnswerCheck.triage(output(answer), timesStages: true).stageSeconds == [.decode: 1.5, .quality: 0.25])
        #expect(throws: (any Error).self) { _ = try AnswerCheck.triage(output(answer)) }
        #expect(throws: (any Error).self) { _ = try AnswerCheck.triage(output(good), timesStages: true) }
        for wrong in [["decode": -1.0], ["tea": 1], ["decode": 1e9]] {
            answer.stageSeconds = wrong
            #expect(throws: (any Error).self) { _ = try AnswerCheck.triage(output(answer), timesStages: true) }
        }
    }
}
