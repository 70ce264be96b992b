import DecodeWire
import Fingerprints
@testable import Fleet
import Foundation
import Frames
import Records
import Signals
import Testing

@Suite("What is believed of a decode child")
struct AnswerCheckTests {
    private let fingerprint = MediaFingerprint(
        duration: 2, video: VideoFingerprint(frames: [], abstainReason: "no_video"),
        audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"))

    private var good: ExtractAnswer {
        var answer = ExtractAnswer(outcome: Outcome(.complete, reason: "ok", sentence: "Decoded."))
        answer.static = StaticSignal(version: "static/1", share: 0.5, spans: [.init(start: 0, end: 1, kind: .still)])
        answer.fingerprints = .init(
            videoFrames: 0, videoVersion: "1", videoAbstainReason: "no_video", audioPeaks: 0,
            audioVersion: "1", audioAbstainReason: "no_audio", bytes: fingerprint.encoded().count)
        return answer
    }

    private func output(_ answer: ExtractAnswer, blob: [UInt8]? = nil) throws -> [UInt8] {
        let json = try CanonicalJSON.encode(answer)
        let blob = blob ?? fingerprint.encoded()
        return AnswerFrame.preamble(.full) + AnswerFrame.header(jsonBytes: json.count, blobBytes: blob.count) + json
            + blob
    }

    @Test("A plausible answer is believed")
    func plausible() throws {
        let believed = try AnswerCheck.extract(output(good))
        #expect(believed.answer == good)
        #expect([UInt8](believed.fingerprint) == fingerprint.encoded())
        #expect(believed.chromaprint == nil)
    }

    @Test("Numbers, times and texts that no file has are not", arguments: 0..<25)
    func implausible(index: Int) throws {
        let harms: [(inout ExtractAnswer) -> Void] = [
            { $0.static?.spans[0].end = 1e12 },
            { $0.static?.spans[0] = .init(start: 2, end: 1, kind: .still) },
            { $0.static?.share = 1.5 },
            { $0.outcome.decodedUntil = -1e9 },
            { $0.outcome.reason = "Not A Code" },
            { $0.outcome.reason = "" },
            { $0.outcome.sentence = "\u{1B}[2Jowned" },
            { $0.outcome.sentence = String(repeating: "x", count: 1001) },
            { $0.outcome.kind = .timedOut },
            { $0.fingerprints?.videoFrames = 3 },
            { $0.quality = QualitySignal(version: "1", score: 101) },
            { $0.recapture = RecaptureSignal(version: "1", probability: 0.5, cues: ["\n": 1]) },
            {
                $0.static?.motion = [256]; $0.static?.motionPeriod = 1
            },
            { $0.static?.motion = [1] },
            {
                $0.static?.motion = [1]; $0.static?.motionPeriod = 0
            },
            { $0.quality = Self.quality([nil, 101]) },
            { $0.sound = Self.sound([-70.1]) },
            { $0.sound = Self.sound(Array(repeating: -20, count: 121)) },
            { $0.recapture = Self.recapture(String(repeating: "f", count: 543)) },
            { $0.recapture = Self.recapture(String(repeating: "g", count: 544)) },
            { $0.recapture = Self.recapture(SoundRecapture(probability: 1.1)) },
            { $0.recapture = Self.recapture(SoundRecapture(probability: 0.5, cues: ["hum": -0.1])) },
            { $0.recapture = Self.recapture(SoundRecapture(probability: 0.5, spans: [.init(start: 2, end: 1)])) },
            {
                $0.recapture = Self.recapture(
                    SoundRecapture(probability: 0.5, evidence: .init(humHz: 55, humDecibels: 3)))
            },
            {
                $0.recapture = Self.recapture(
                    SoundRecapture(probability: 0.5, evidence: .init(fallDecibelsPerSecond: -1)))
            },
        ]
        var answer = good
        harms[index](&answer)
        #expect(throws: (any Error).self) { _ = try AnswerCheck.extract(output(answer)) }
    }

    private static func quality(_ curve: [Double?]) -> QualitySignal {
        var signal = QualitySignal(version: "1", score: 50)
        (signal.curve, signal.curvePeriod) = (curve, 1)
        return signal
    }

    private static func sound(_ loudness: [Double]) -> SoundSignal {
        var signal = SoundSignal(version: "1")
        (signal.loudness, signal.loudnessPeriod) = (loudness, 1)
        return signal
    }

    private static func recapture(_ sound: SoundRecapture) -> RecaptureSignal {
        var signal = RecaptureSignal(version: "1", probability: 0.5)
        signal.sound = sound
        return signal
    }

    private static func recapture(_ spectrum: String) -> RecaptureSignal {
        RecaptureSignal(version: "1", probability: 0.9, evidence: .init(moireSpectrum: spectrum))
    }

    @Test("Curves and a spectrum that a file may have are believed")
    func curves() throws {
        var answer = good
        answer.static?.motion = [0, 255]
        answer.static?.motionPeriod = 1
        answer.quality = Self.quality([nil, 0, 100])
        answer.sound = Self.sound([-70, -20])
        answer.recapture = Self.recapture(String(repeating: "0f", count: 272))
        answer.recapture?.sound = SoundRecapture(
            probability: 1, cues: ["hum": 1, "room": 0],
            evidence: .init(fallDecibelsPerSecond: 400, humHz: 50, humDecibels: 3), spans: [.init(start: 0, end: 8)])
        #expect(try AnswerCheck.extract(output(answer)).answer == answer)
    }

    private func chromaprint(_ words: Int, _ change: (inout ExtractRecord.ChromaprintSummary) -> Void = { _ in })
        throws -> [UInt8]
    {
        var answer = good
        var summary = ExtractRecord.ChromaprintSummary(
            algorithm: "test2", library: "libchromaprint 1.5.1", words: 3, duration: 3.1, secondsMax: 120,
            abstainReason: nil)
        change(&summary)
        answer.fingerprints?.chromaprint = summary
        return try output(answer, blob: fingerprint.encoded() + (0..<words * 4).map { UInt8($0) })
    }

    @Test("A Chromaprint comes behind the fingerprint, little-endian")
    func chromaprintWords() throws {
        let believed = try AnswerCheck.extract(chromaprint(3), chromaprint: .acoustID)
        #expect(believed.chromaprint?.words == [0x0302_0100, 0x0706_0504, 0x0B0A_0908])
        #expect(believed.chromaprint?.duration == 3.1)
        #expect([UInt8](believed.fingerprint) == fingerprint.encoded())
    }

    @Test("A Chromaprint that was not asked for, is missing, or is not what is said of it, is not believed")
    func chromaprintLies() throws {
        let lies: [([UInt8], ChromaprintLength?)] = [
            (try chromaprint(3), nil), (try output(good), .acoustID), (try chromaprint(2), .acoustID),
            (try chromaprint(4), .acoustID), (try chromaprint(3), .whole),
            (try chromaprint(3) { $0.label = "acoustid" }, .acoustID),
            (try chromaprint(3) { $0.algorithm = "Test 2" }, .acoustID),
            (try chromaprint(3) { $0.abstainReason = "too_short" }, .acoustID),
            (try chromaprint(0) { $0.words = 0 }, .acoustID),
            (try chromaprint(3) { $0.words = .max }, .acoustID), (try chromaprint(3) { $0.words = -3 }, .acoustID),
            (try chromaprint(3) { $0.duration = -1 }, .acoustID),
            (try chromaprint(3) { $0.duration = 0.3 }, .acoustID),
            (try chromaprint(3) { $0.library = "\u{1B}[2J" }, .acoustID),
            (try output(good, blob: fingerprint.encoded() + [1, 2, 3, 4]), nil),
        ]
        for (index, (bytes, asked)) in lies.enumerated() {
            #expect(throws: (any Error).self, "lie \(index)") {
                _ = try AnswerCheck.extract(bytes, chromaprint: asked)
            }
        }
    }

    @Test("An answer cut anywhere, or with a byte too many, is no answer")
    func cut() throws {
        let whole = try output(good)
        for length in 0..<whole.count {
            #expect(throws: (any Error).self) { _ = try AnswerCheck.extract(Array(whole[..<length])) }
        }
        #expect(throws: (any Error).self) { _ = try AnswerCheck.extract(whole + [0]) }
    }

    @Test("A header that promises more than the limits is refused before anything is set aside for it")
    func promises() {
        let header = AnswerFrame.header(jsonBytes: Int(UInt32.max), blobBytes: Int.max)
        #expect(throws: WireError.self) {
            _ = try AnswerFrame(parsing: AnswerFrame.preamble(.full) + header, blobBytesMax: 1)
        }
    }

    @Test("The level that held when the media was opened is read even if nothing else came")
    func preamble() {
        #expect(AnswerFrame.level(in: Array("MOD2".utf8) + [2, 0, 0, 0]) == .full)
        #expect(AnswerFrame.level(in: Array("MOD2".utf8) + [1, 0, 0, 0, 9]) == .partial)
        #expect(AnswerFrame.level(in: Array("MOD2".utf8) + [3, 0, 0, 0]) == nil)
        #expect(AnswerFrame.level(in: Array("MOD2".utf8) + [2, 0, 0]) == nil)
    }

    @Test("Pictures must have the sizes they claim")
    func pictures() throws {
        func output(_ json: String, _ blob: [UInt8]) -> [UInt8] {
            AnswerFrame.preamble(.full) + AnswerFrame.header(jsonBytes: json.utf8.count, blobBytes: blob.count)
                + json.utf8 + blob
        }
        let two = #"{"pictures":[{"width":2,"height":1},null]}"#
        let images = try AnswerCheck.pictures(output(two, [1, 2, 3, 4, 5, 6]), count: 2, longestSide: 2)
        #expect(images == [RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6]), nil])
        let huge = #"{"pictures":[{"width":9223372036854775807,"height":2},null]}"#
        for (json, blob, count) in [
            (two, [1, 2, 3, 4, 5], 2), (two, [1, 2, 3, 4, 5, 6, 7], 2), (two, [1, 2, 3, 4, 5, 6], 1),
            (huge, [1], 2),
        ] as [(String, [UInt8], Int)] {
            #expect(throws: (any Error).self) {
                _ = try AnswerCheck.pictures(output(json, blob), count: count, longestSide: 2)
            }
        }
    }

    @Test("A spectrogram has exactly the size asked for, or a reason and no pixel")
    func spectrogram() throws {
        func output(_ kind: String, _ reason: String, _ blob: [UInt8]) -> [UInt8] {
            let json = #"{"outcome":{"kind":"\#(kind)","reason":"\#(reason)","sentence":"So."}}"#
            return AnswerFrame.preamble(.full)
                + AnswerFrame.header(jsonBytes: json.utf8.count, blobBytes: blob.count) + json.utf8 + blob
        }
        func check(_ output: [UInt8]) throws -> (image: LumaImage?, outcome: Outcome) {
            try AnswerCheck.spectrogram(output, columns: 3, rows: 2)
        }
        let whole = try check(output("complete", "ok", [1, 2, 3, 4, 5, 6]))
        #expect(whole.image == LumaImage(width: 3, height: 2, pixels: [1, 2, 3, 4, 5, 6]))
        let none = try check(output("undecodable", "no_audio", []))
        #expect(none.image == nil && none.outcome.reason == "no_audio")
        for lie in [
            output("complete", "ok", [1, 2, 3, 4, 5]), output("complete", "ok", [1, 2, 3, 4, 5, 6, 7]),
            output("complete", "ok", []), output("undecodable", "no_audio", [1, 2, 3, 4, 5, 6]),
            output("crashed", "deadline", []), output("undecodable", "No Sound", []),
        ] {
            #expect(throws: (any Error).self) { _ = try check(lie) }
        }
    }
}
