import Aesthetics
import Foundation
import TestSupport
import Testing

@Suite("Models that cannot be used, each with its reason")
struct RefusedModelTests {
    private func refusal(_ bytes: Data, named name: String = "model.onnx") throws -> AestheticError {
        let runtime = try OnnxRuntime(library: try OnnxLibrary.path())
        return try Folder.with { folder in
            try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
            let error = #expect(throws: AestheticError.self) {
                try AestheticModel(path: "\(folder)/\(name)", runtime: runtime)
            }
            return try #require(error)
        }
    }

    private func refusal(_ model: TinyModel) throws -> AestheticError { try refusal(model.data) }

    @Test("A library that is not there, and one that is another's")
    func noRuntime() throws {
        let missing = #expect(throws: AestheticError.self) { try OnnxRuntime(library: "/no/such/libonnxruntime.so") }
        #expect(missing?.code == .runtimeMissing)
        #expect(missing?.isEnvironment == true)
        #expect(missing?.sentence.contains("/no/such/libonnxruntime.so") == true)
        #expect(missing?.sentence.contains("pip install onnxruntime") == true)
        let other = #expect(throws: AestheticError.self) { try OnnxRuntime(library: "libc.so.6") }
        #expect(other?.code == .runtimeMissing)
        #expect(other?.sentence.contains("it has no function OrtGetApiBase") == true)
    }

    @Test("A text, nothing, and a model that breaks off anywhere")
    func noModel() throws {
        #expect(try refusal(Data("This is no model.\n".utf8)).code == .unusableModel)
        #expect(try refusal(Data()).code == .unreadableModel)
        let whole = TinyModel.mean.data
        for length in 1..<whole.count {
            let error = try refusal(whole.prefix(length))
            // Cut between two fields it may be a smaller model, whose input or output is missing.
            #expect([.unusableModel, .wrongInput, .wrongOutput].contains(error.code), "at byte \(length): \(error)")
        }
    }

    @Test("A file that is not there, a folder, and a pipe, which is not waited for")
    func noFile() throws {
        let runtime = try OnnxRuntime(library: try OnnxLibrary.path())
        try Folder.with { folder in
            let isMade = unsafe mkfifo("\(folder)/pipe", 0o600) == 0
            #expect(isMade)
            for path in ["\(folder)/missing.onnx", folder, "\(folder)/pipe"] {
                let error = #expect(throws: AestheticError.self) { try AestheticModel(path: path, runtime: runtime) }
                #expect(error?.code == .unreadableModel)
                #expect(error?.sentence.contains(path) == true)
            }
        }
    }

    @Test("TorchScript, by its name or by its bytes: export it to ONNX")
    func torchScript() throws {
        for error in [
            try refusal(TinyModel.mean.data, named: "scorer.pt"), try refusal(Data("PK\u{3}\u{4}archive".utf8)),
        ] {
            #expect(error.code == .unsupportedFormat)
            #expect(error.sentence.contains("torch.onnx.export"))
        }
    }

    @Test("Weights in another file, which the runtime would read from wherever the command was started")
    func elsewhere() throws {
        var model = TinyModel.table
        model.elsewhere = "weights.bin"
        let error = try refusal(model)
        #expect(error.code == .unsupportedFormat)
        #expect(error.sentence.contains("keeps weights in other files"))
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var shape: [Int?] = [1, 3, 8, 8]
        var type = TinyModel.float
        var notes: [String] = []
        /// Of the refusal.
        var words: String
    }

    static let wrong = [
        Wrong(testDescription: "two dimensions", shape: [1, 192], words: "its input is float [1, 192]"),
        Wrong(testDescription: "no batch", shape: [3, 8, 8], words: "its input is float [3, 8, 8]"),
        Wrong(testDescription: "four at once", shape: [4, 3, 8, 8], words: "its input is float [4, 3, 8, 8]"),
        Wrong(testDescription: "one colour", shape: [1, 1, 8, 8], words: "three colours are needed"),
        Wrong(testDescription: "a side of 5,000", shape: [1, 3, 8, 5_000], words: "its sides are to be 1 to 1024"),
        Wrong(testDescription: "whole numbers", type: TinyModel.long, words: "its input is int64 [1, 3, 8, 8]"),
        Wrong(testDescription: "two means", notes: ["moire.mean", "0.5,0.5"], words: "its moire.mean is 0.5,0.5"),
        Wrong(testDescription: "a deviation of 0", notes: ["moire.std", "1,0,1"], words: "not above 0"),
        Wrong(testDescription: "an unknown fit", notes: ["moire.fit", "stretch"], words: "its moire.fit is stretch"),
    ]

    @Test("An input that is no picture, or notes that say nothing", arguments: wrong)
    func wrongInput(wrong: Wrong) throws {
        // A step that takes whatever comes, so that the input alone is wrong.
        var model = TinyModel([
            .init("Cast", ["picture"], to: "floats", settings: [("to", TinyModel.float)]),
            .init("ReduceMean", ["floats"], to: "score", settings: [("keepdims", 0)]),
        ])
        model.shape = wrong.shape
        model.type = wrong.type
        if wrong.notes.count == 2 { model.notes = [(key: wrong.notes[0], value: wrong.notes[1])] }
        let error = try refusal(model)
        #expect(error.code == .wrongInput)
        #expect(error.sentence.contains(wrong.words), "\(error.sentence)")
    }

    @Test("An output of 192 numbers, of none, and of whole numbers")
    func wrongOutput() throws {
        let many = try refusal(TinyModel([.init("Identity", ["picture"], to: "score")]))
        #expect(many.code == .wrongOutput)
        #expect(many.sentence.contains("it gives 192 numbers"))

        var long = TinyModel([.init("Cast", ["picture"], to: "score", settings: [("to", TinyModel.long)])])
        long.outputType = TinyModel.long
        let whole = try refusal(long)
        #expect(whole.code == .failedRun)
        #expect(whole.sentence.contains("the output is no tensor of 32-bit floats"))
    }

    @Test("An operator that no runtime has")
    func unknownOperator() throws {
        let error = try refusal(TinyModel([.init("Beautify", ["picture"], to: "score")]))
        #expect(error.code == .unusableModel)
        #expect(error.sentence.contains("Beautify"))
    }
}
