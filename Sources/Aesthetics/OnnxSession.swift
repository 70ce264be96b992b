internal import COnnxRuntime

/// Owns one model in the runtime: a tensor in, numbers out.
@safe final class OnnxSession: Sendable {
    /// What is told of an input or output.
    struct Port: Sendable, Equatable {
        /// As ONNX numbers them: 1 is a 32-bit float, 2 an unsigned byte; 0 is no tensor.
        var type: Int32
        /// -1 where the model leaves it open; empty where it does not tell.
        var dimensions: [Int64]
    }

    // A session may be run from several threads at once, as its makers promise, and is closed with the last reference.
    nonisolated(unsafe) private let raw: OpaquePointer

    /// - Parameter bytes: of the whole file.
    init(_ runtime: OnnxRuntime, bytes: borrowing RawSpan) throws(AestheticError) {
        var message = Message()
        let opened = unsafe bytes.withUnsafeBytes { bytes in
            unsafe message.receive { unsafe moire_onnx_open(runtime.raw, bytes.baseAddress, bytes.count, $0) }
        }
        guard let opened = unsafe opened else { throw AestheticError(.unusableModel, message.text) }
        unsafe raw = opened
    }

    deinit { unsafe moire_onnx_close(raw) }

    var inputs: Int { unsafe moire_onnx_inputs(raw) }
    var outputs: Int { unsafe moire_onnx_outputs(raw) }

    /// The first input or output; there must be one.
    func port(isOutput: Bool) throws(AestheticError) -> Port {
        var message = Message()
        var type: Int32 = 0
        var dimensions = [Int64](repeating: 0, count: Int(moire_onnx_rank_max))
        var rank = 0
        let isDescribed = unsafe message.receive {
            unsafe moire_onnx_describe(raw, isOutput, &type, &dimensions, &rank, $0)
        }
        guard isDescribed else { throw AestheticError(.unusableModel, message.text) }
        guard rank <= dimensions.count else {
            return Port(type: type, dimensions: Array(repeating: -1, count: rank))
        }
        return Port(type: type, dimensions: Array(dimensions[..<rank]))
    }

    /// What the model's author wrote under this key; nil where there is nothing, or more than 1,000 bytes.
    func metadata(_ key: String) -> String? {
        var value = [CChar](repeating: 0, count: 1_001)
        let length = unsafe moire_onnx_metadata(raw, key, &value, value.count)
        guard (1..<value.count).contains(length) else { return nil }
        return String(decoding: value[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// - Parameter input: values of `type` that fill `dimensions`, each dimension positive.
    /// - Parameter outputMax: most numbers that are taken.
    /// - Returns: the first output, flat, and how many numbers it has.
    func run<Value: BitwiseCopyable>(_ input: [Value], as type: Int32, dimensions: [Int64], outputMax: Int)
        throws(AestheticError) -> (numbers: [Float], count: Int)
    {
        var message = Message()
        var numbers = [Float](repeating: 0, count: outputMax)
        var count = 0
        let isDone = unsafe input.withUnsafeBytes { input in
            unsafe message.receive {
                unsafe moire_onnx_run(
                    raw, type, input.baseAddress, input.count, dimensions, dimensions.count, &numbers, outputMax,
                    &count, $0)
            }
        }
        guard isDone else { throw AestheticError(.failedRun, message.text) }
        return (Array(numbers.prefix(count)), count)
    }
}
