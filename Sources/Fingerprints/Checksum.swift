import CKernels

/// CRC-32C (Castagnoli; RFC 3720, B.4), the checksum of everything stored.
///
/// It finds every error of up to three bits in files of our sizes and every burst of up to 32 bits;
/// it is no protection against somebody who wants the bytes to look right.
public struct Checksum: Sendable, Equatable {
    public private(set) var value: UInt32

    public init() { value = 0 }

    /// Complexity: O(*n*), eight bytes an instruction with SSE4.2.
    public mutating func update(_ bytes: Span<UInt8>) {
        value = unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return value }
            return unsafe moire_crc32c(value, base, buffer.count)
        }
    }

    public static func crc32c(_ bytes: Span<UInt8>) -> UInt32 {
        var checksum = Checksum()
        checksum.update(bytes)
        return checksum.value
    }

    public static func crc32c(_ bytes: [UInt8]) -> UInt32 { crc32c(bytes.span) }
}
