internal import COnnxRuntime

/// ONNX Runtime's library, taken in when somebody has a model.
///
/// The model runs in this process, outside the decode child's sandbox: it is its owner's program, as this one is. The
/// pictures it is given were decoded inside.
@safe public final class OnnxRuntime: Sendable {
    /// What the dynamic loader is asked for when no file is named, in this order.
    public static let names = ["libonnxruntime.so.1", "libonnxruntime.so"]
    /// Names the library's file.
    public static let variable = "MOIRE_ONNX_RUNTIME"

    /// Path or name under which it was found.
    public let library: String
    /// For instance `1.32.0`.
    public let version: String
    // Its functions may be called from any thread, and it is there until the process ends.
    nonisolated(unsafe) let raw: OpaquePointer

    /// - Parameter library: the library's file; nil to look for it under `names`.
    public init(library named: String? = nil) throws(AestheticError) {
        var reasons: [String] = []
        for name in named.map({ [$0] }) ?? Self.names {
            var message = Message()
            if let loaded = unsafe message.receive({ unsafe moire_onnx_load(name, $0) }) {
                unsafe raw = loaded
                library = name
                version = unsafe String(cString: moire_onnx_version(loaded))
                return
            }
            reasons.append(message.text)
        }
        throw AestheticError(
            .runtimeMissing,
            "ONNX Runtime cannot be loaded: \(reasons.joined(separator: "; ")). Install it (its release archive, or "
                + "`pip install onnxruntime`, whose folder `capi` has the file libonnxruntime.so.1.x), and name the "
                + "library with --onnx-runtime or in \(Self.variable) where the system does not find it.")
    }
}

/// Room for what the C side says when it fails.
struct Message {
    private var bytes = [CChar](repeating: 0, count: Int(moire_onnx_message_bytes))

    mutating func receive<Value>(_ body: (UnsafeMutablePointer<CChar>) -> Value) -> Value {
        // Not empty, so it has an address.
        unsafe bytes.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress!) }
    }

    /// On one line: what libraries say may have several.
    var text: String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
