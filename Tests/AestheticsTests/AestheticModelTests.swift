import Aesthetics
import Foundation
import Frames
import Synchronization
import TestSupport
import Testing

@Suite("A model that scores pictures, run by the real ONNX Runtime")
struct AestheticModelTests {
    static func model(_ tiny: TinyModel, named name: String = "tiny.onnx") throws -> AestheticModel {
        try Folder.with { folder in
            try tiny.write(to: "\(folder)/\(name)")
            return try AestheticModel(
                path: "\(folder)/\(name)", runtime: try OnnxRuntime(library: try OnnxLibrary.path()))
        }
    }

    /// A picture of one colour.
    static func plain(_ red: UInt8, _ green: UInt8, _ blue: UInt8, width: Int = 32, height: Int = 18) -> RGBImage {
        RGBImage(
            width: width, height: height, pixels: (0..<width * height).flatMap { _ in [red, green, blue] })
    }

    @Test("Colours are 0 to 1, less ImageNet's mean, in its deviations, unless the model says otherwise")
    func scaling() throws {
        var mean = TinyModel.mean
        // (1 − 0.485) / 0.229, (1 − 0.456) / 0.224 and (1 − 0.406) / 0.225 are 2.248908, 2.428571 and 2.64.
        #expect(abs(try Self.model(mean).score(Self.plain(255, 255, 255)) - 2.439160) < 1e-5)
        mean.notes = [(key: "moire.mean", value: "0.5,0.5,0.5"), (key: "moire.std", value: "0.5, 0.5, 0.5")]
        #expect(abs(try Self.model(mean).score(Self.plain(255, 255, 255)) - 1) < 1e-6)
        #expect(abs(try Self.model(mean).score(Self.plain(0, 0, 0)) + 1) < 1e-6)
    }

    @Test("Red, green and blue come in this order, and several numbers are how likely the scores 1, 2, 3 are")
    func colors() throws {
        let model = try Self.model(.colors)
        #expect(try model.score(Self.plain(255, 0, 0)) == 1)
        #expect(try model.score(Self.plain(0, 255, 0)) == 2)
        #expect(try model.score(Self.plain(0, 0, 255)) == 3)
        // 0.2, 0.3 and 0.5 sum to 1: 0.2 + 0.6 + 1.5.
        #expect(abs(try model.score(RGBImage(width: 1, height: 1, pixels: [51, 76, 128])) - 2.302) < 1e-3)
    }

    @Test("Several numbers that do not sum to 1 are a network's logits")
    func logits() throws {
        var model = TinyModel.colors
        // (0 − 0.5) / 0.5 and (1 − 0.5) / 0.5: −1, −1 and 1.
        model.notes = [(key: "moire.mean", value: "0.5,0.5,0.5"), (key: "moire.std", value: "0.5,0.5,0.5")]
        // e⁻¹, e⁻¹ and e¹, which are to each other as 1, 1 and e²: (1 + 2 + 3 · 7.389056) / 9.389056.
        #expect(abs(try Self.model(model).score(Self.plain(0, 0, 255)) - 2.680479) < 1e-5)
    }

    @Test("Colours may lie side by side instead of one plane after another, and be bytes as they are")
    func layouts() throws {
        var beside = TinyModel.colors
        beside.shape = [nil, 8, 8, 3]
        beside.steps[0].lists = [(name: "axes", values: [1, 2])]
        #expect(try Self.model(beside).score(Self.plain(0, 255, 0)) == 2)

        var bytes = TinyModel([
            .init("Cast", ["picture"], to: "floats", settings: [("to", TinyModel.float)]),
            .init("ReduceMean", ["floats"], to: "score", settings: [("keepdims", 0)]),
        ])
        bytes.type = TinyModel.byte
        bytes.shape = [1, 8, 8, 3]
        #expect(try Self.model(bytes).score(Self.plain(10, 20, 90)) == 40)
        bytes.shape = [1, 3, 8, 8]
        #expect(try Self.model(bytes).score(Self.plain(10, 20, 90)) == 40)
    }

    @Test("Sides that the model leaves open are 224 pixels")
    func openSides() throws {
        var shape = TinyModel([
            .init("Shape", ["picture"], to: "sides"),
            .init("Cast", ["sides"], to: "floats", settings: [("to", TinyModel.float)]),
            .init("ReduceSum", ["floats"], to: "score", settings: [("keepdims", 0)]),
        ])
        shape.shape = [nil, 3, nil, nil]
        #expect(try Self.model(shape).score(Self.plain(0, 0, 0)) == 1 + 3 + 224 + 224)
    }

    @Test("The whole picture is squeezed into the input, or its middle alone where the model says crop")
    func fit() throws {
        // 16 x 8: four columns of black, eight of white, four of black.
        let pixels = (0..<16 * 8).flatMap { [UInt8](repeating: (4..<12).contains($0 % 16) ? 255 : 0, count: 3) }
        let image = RGBImage(width: 16, height: 8, pixels: pixels)
        var mean = TinyModel.mean
        mean.notes = TinyModel.plain
        // Half of it is white. Edges weigh a little more, for nothing lies behind them, and both edges are black.
        #expect(abs(try Self.model(mean).score(image) - 0.5) < 0.02)
        mean.notes.append((key: "moire.fit", value: "crop"))
        #expect(try Self.model(mean).score(image) == 1)
    }

    @Test("A picture is asked for as large as its shorter side needs")
    func side() throws {
        var model = TinyModel.mean
        model.shape = [1, 3, 224, 224]
        let scorer = try Self.model(model)
        #expect(scorer.longestSide(width: 1_920, height: 1_080) == 399)
        #expect(scorer.longestSide(width: 720, height: 1_280) == 399)
        #expect(scorer.longestSide(width: 640, height: 640) == 224)
        #expect(scorer.longestSide(width: 16_000, height: 16) == 2_048)
        #expect(scorer.longestSide(width: 0, height: 0) == 224)
    }

    @Test("A model is known by its file's name, its bytes' SHA-256 and the runtime's version")
    func identity() throws {
        let identity = try Self.model(.mean, named: "mean.onnx").identity
        #expect(identity.name == "mean.onnx")
        #expect(identity.sha256.count == 64)
        #expect(identity.sha256 == (try Self.model(.mean, named: "other.onnx")).identity.sha256)
        #expect(identity.sha256 != (try Self.model(.root)).identity.sha256)
        #expect(identity.runtime.hasPrefix("onnxruntime 1."))
    }

    @Test("A model may be asked by several threads at once, and says the same to each")
    func threads() throws {
        let model = try Self.model(.mean)
        let greys = (0..<64).map { UInt8($0 * 4) }
        let expected = try greys.map { try model.score(Self.plain($0, $0, $0)) }
        let scores = Mutex<[(Int, Float)]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for (number, grey) in greys.enumerated() {
                guard let score = try? model.score(Self.plain(grey, grey, grey)) else { return }
                scores.withLock { $0.append((number, score)) }
            }
        }
        let all = scores.withLock { $0 }
        #expect(all.count == 4 * 64)
        #expect(all.allSatisfy { $0.1 == expected[$0.0] })
    }
}
