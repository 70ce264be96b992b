internal import Crypto
internal import Glibc

/// The lines of a file, one after another, in memory that does not grow with the file.
///
/// Complexity: one pass; it holds a chunk of 64 KiB and one line of at most `bytesMax`.
final class LineReader {
    /// A longer line is nobody's manifest: it is passed over, and its `bytes` are nil.
    static let bytesMax = 1 << 20
    static let chunkBytes = 64 << 10

    struct Line {
        /// From 1.
        var number: Int
        /// Without the line feed; nil when it was longer than `bytesMax`.
        var bytes: [UInt8]?
    }

    /// Bytes of the file up to and with the last returned line.
    private(set) var offset: Int64 = 0
    /// SHA-256 of exactly those bytes, open for more.
    private(set) var digest = SHA256()
    private(set) var number = 0

    private let descriptor: Int32
    private var chunk: [UInt8] = []
    private var start = 0

    /// Nil when the file cannot be opened; `errno` says why.
    init?(path: String) {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The next line; nil at the end of the file. The last one needs no line feed.
    ///
    /// - Throws: `Errno` when the file cannot be read on.
    func next() throws(Errno) -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        var hasBegun = false
        while true {
            if start == chunk.count, try !fill() {
                guard hasBegun else { return nil }
                break
            }
            hasBegun = true
            let feed = chunk[start...].firstIndex(of: UInt8(ascii: "\n"))
            let part = chunk[start..<(feed ?? chunk.count)]
            if line.count + part.count > Self.bytesMax { isTooLong = true }
            if !isTooLong { line.append(contentsOf: part) }
            take(upTo: feed.map { $0 + 1 } ?? chunk.count)
            if feed != nil { break }
        }
        number += 1
        return Line(number: number, bytes: isTooLong ? nil : line)
    }

    /// Passes over the lines that end at or before `bytes`; false when no line ends there.
    func skip(to bytes: Int64) throws(Errno) -> Bool {
        while offset < bytes, try next() != nil {}
        return offset == bytes
    }

    private func take(upTo end: Int) {
        digest.update(data: chunk[start..<end])
        offset += Int64(end - start)
        start = end
    }

    private func fill() throws(Errno) -> Bool {
        start = 0
        chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw Errno(number: errno)
            }
            chunk.removeLast(chunk.count - count)
            return count > 0
        }
    }

    static func sentence(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }

    struct Errno: Error {
        var number: Int32
    }
}
