import Glibc

/// A whole file, mapped read-only; many processes share one copy.
///
/// Segments are never changed once they have their name, so the bytes stay what they were when they
/// were checked. Somebody who truncates a segment behind our back ends the process with SIGBUS: as with
/// every mapped database, the folder must be left to the index.
@safe final class MappedFile: @unchecked Sendable {
    let path: String
    let byteCount: Int
    // Immutable memory, released only by deinit: reading it from many threads is safe.
    private let base: UnsafeRawPointer?

    /// nil when there is no such file.
    init?(path: String, bytesMax: Int) throws(IndexError) {
        guard let descriptor = try Disk.open(path) else { return nil }
        let bytes = try Disk.identity(of: descriptor.raw, path: path).bytes
        guard bytes >= 0, bytes <= Int64(bytesMax) else {
            throw .corrupt(path, "is \(bytes) bytes long, expected at most \(bytesMax)")
        }
        self.path = path
        byteCount = Int(bytes)
        if bytes == 0 {
            unsafe base = nil
            return
        }
        guard let mapped = unsafe mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor.raw, 0),
            unsafe mapped != UnsafeMutableRawPointer(bitPattern: -1)
        else { throw Disk.failure("mapping it", path) }
        unsafe base = UnsafeRawPointer(mapped)
    }

    deinit {
        if let base = unsafe base { unsafe munmap(UnsafeMutableRawPointer(mutating: base), byteCount) }
    }

    /// One little-endian integer. Out of bounds is a programmer's mistake: offsets are checked at open.
    @inline(__always)
    func load<Value: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, as type: Value.Type) -> Value {
        precondition(offset >= 0 && offset <= byteCount - MemoryLayout<Value>.size, "offset \(offset) of \(byteCount)")
        // In bounds by the line above, so the file is not empty and `base` is set.
        return unsafe Value(littleEndian: base!.loadUnaligned(fromByteOffset: offset, as: type))
    }

    /// Lends the bytes of a range.
    @inline(__always)
    func withBytes<Result, Failure: Error>(
        _ range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range \(range) of \(byteCount)")
        let bytes = unsafe UnsafeRawBufferPointer(start: base.map { unsafe $0 + range.lowerBound }, count: range.count)
        return try body(unsafe RawSpan(_unsafeBytes: bytes))
    }

    /// Lends a range as 64-bit words, for kernels. The range must start at a multiple of 8.
    @unsafe func withWords<Result>(_ range: Range<Int>, _ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount && range.lowerBound % 8 == 0,
            "range \(range) of \(byteCount)")
        return unsafe body(base.map { unsafe ($0 + range.lowerBound).assumingMemoryBound(to: UInt64.self) })
    }
}
