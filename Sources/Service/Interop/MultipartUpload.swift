internal import Hummingbird
internal import Interop
internal import NIOCore
internal import Synchronization

/// The bytes of the one file in a `multipart/form-data` body, as they come; read once.
final class MultipartUpload: AsyncSequence, Sendable {
    private let start: Mutex<MultipartFile>
    private let body: RequestBody
    private let name = Mutex<String?>(nil)

    init(_ file: MultipartFile, _ body: RequestBody) {
        start = Mutex(file)
        self.body = body
    }

    /// The field that the file came in; known once its first bytes are.
    var field: String? { name.withLock { $0 } }

    func makeAsyncIterator() -> Iterator {
        Iterator(upload: self, file: start.withLock { $0 }, body: body.makeAsyncIterator())
    }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate let upload: MultipartUpload
        fileprivate var file: MultipartFile
        fileprivate var body: RequestBody.AsyncIterator

        /// - Throws: `InteropError` when the body is no such body.
        mutating func next() async throws -> ByteBuffer? {
            while let piece = try await body.next() {
                var bytes: [UInt8] = []
                for event in try file.take(piece.readableBytesView) {
                    switch event {
                    case .begins(let field): upload.name.withLock { $0 = field }
                    case .bytes(let some): bytes += some
                    case .ends: break
                    }
                }
                if !bytes.isEmpty { return ByteBuffer(bytes: bytes) }
            }
            try file.finish()
            return nil
        }
    }
}
