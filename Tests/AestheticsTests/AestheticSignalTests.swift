import Aesthetics
import Foundation
import Frames
import TestSupport
import Testing

@Suite("What a model says of a video")
struct AestheticSignalTests {
    private let white = AestheticModelTests.plain(255, 255, 255)
    private let grey = AestheticModelTests.plain(51, 51, 51)
    private let black = AestheticModelTests.plain(0, 0, 0)

    private func plainMean() throws -> AestheticModel {
        var model = TinyModel.mean
        model.notes = TinyModel.plain
        return try AestheticModelTests.model(model)
    }

    @Test("Eight pictures, each from the middle of its part; the first one where the length is not known")
    func times() {
        #expect(AestheticSignal.times(seconds: 8) == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5])
        #expect(AestheticSignal.times(seconds: 0.04) == [0.003, 0.008, 0.013, 0.018, 0.023, 0.028, 0.033, 0.038])
        #expect(AestheticSignal.times(seconds: 0) == [0])
        #expect(AestheticSignal.times(seconds: .nan) == [0])
    }

    @Test("The mean of the pictures that there are, and the lowest with its time")
    func pooling() throws {
        let judged = AestheticSignal.judged(
            [white, grey, nil, grey], at: [0.5, 1.5, 2.5, 3.5], by: try plainMean())
        #expect(judged.trouble == nil)
        let signal = judged.signal
        #expect(signal.version == "aesthetic/1")
        #expect(signal.scale == "as the model gives it")
        #expect(signal.pictures == [.init(at: 0.5, score: 1), .init(at: 1.5, score: 0.2), .init(at: 3.5, score: 0.2)])
        #expect(signal.score == 0.466667)
        #expect(signal.lowest == 0.2)
        #expect(signal.lowestAt == 1.5)
        #expect(signal.abstainReason == nil)
    }

    @Test("Nothing is said where no picture could be had")
    func noPicture() throws {
        let signal = AestheticSignal.judged([nil, nil], at: [0.5, 1.5], by: try plainMean()).signal
        #expect(signal.abstainReason == .noPicture)
        #expect(signal.score == nil && signal.lowest == nil && signal.lowestAt == nil && signal.pictures.isEmpty)
    }

    @Test("One score that is no number leaves the whole video unjudged")
    func notFinite() throws {
        // The root of what is darker than ImageNet's mean.
        let model = try AestheticModelTests.model(.root)
        #expect(AestheticSignal.judged([white], at: [0.5], by: model).signal.abstainReason == nil)
        let judged = AestheticSignal.judged([white, black, white], at: [0.5, 1.5, 2.5], by: model)
        #expect(judged.signal.abstainReason == .notFinite)
        #expect(judged.signal.score == nil && judged.signal.pictures.isEmpty)
    }

    @Test("A model that fails on a picture leaves that video unjudged, says why, and goes on with the next")
    func failure() throws {
        let model = try AestheticModelTests.model(.table)
        let judged = AestheticSignal.judged([grey, white], at: [0.5, 1.5], by: model)
        #expect(judged.signal.abstainReason == .modelFailed)
        #expect(judged.trouble?.contains("Gather") == true)
        #expect(AestheticSignal.judged([grey], at: [0.5], by: model).signal.score == 10)
    }

    @Test("Its JSON has the words of docs/extract.schema.json")
    func json() throws {
        let signal = AestheticSignal.judged([grey], at: [0.5], by: try plainMean()).signal
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var named = signal
        named.model.sha256 = "0f"
        named.model.runtime = "onnxruntime 1"
        #expect(
            String(decoding: try encoder.encode(named), as: UTF8.self) == """
                {"lowest":0.2,"lowest_at":0.5,"model":{"name":"tiny.onnx","runtime":"onnxruntime 1","sha256":"0f"},\
                "pictures":[{"at":0.5,"score":0.2}],"scale":"as the model gives it","score":0.2,"version":"aesthetic\\/1"}
                """)
    }
}
