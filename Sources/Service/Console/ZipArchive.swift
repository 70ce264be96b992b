internal import Foundation

/// A ZIP archive of stored entries, as any unpacker reads it (PKWARE APPNOTE 6.3.9, sections 4.3.7, 4.3.12, 4.3.16).
/// PNG does not get smaller by deflating it again, so nothing is compressed.
///
/// ```
/// local header · name · bytes   for each entry
/// central header · name         for each entry
/// end of central directory
/// ```
struct ZipArchive {
    private var body = Data()
    private var directory = Data()
    private var count: UInt16 = 0

    /// UTF-8 names (bit 11 of the general flags).
    private static let flags: UInt16 = 0x0800
    /// 1980-01-01, the format's first day: the same parts give the same bytes.
    private static let date: UInt16 = 0x0021
    /// Version needed: 2.0, the first with folders.
    private static let version: UInt16 = 20

    /// - Precondition: all parts together are under 4 GiB, and under 65,536 of them.
    mutating func add(_ name: String, _ bytes: Data) {
        precondition(body.count + bytes.count < Int(UInt32.max) && count < UInt16.max, "\(count) parts")
        let (offset, sum) = (UInt32(body.count), CRC32.of(bytes))
        var common = Data()
        common.put(Self.version)
        common.put(Self.flags)
        common.put(UInt16(0))  // stored
        common.put(UInt16(0))  // midnight
        common.put(Self.date)
        common.put(sum)
        common.put(UInt32(bytes.count))
        common.put(UInt32(bytes.count))
        common.put(UInt16(name.utf8.count))
        common.put(UInt16(0))  // no extra field
        body.put(UInt32(0x0403_4B50))
        body.append(common)
        body.append(contentsOf: name.utf8)
        body.append(bytes)
        directory.put(UInt32(0x0201_4B50))
        directory.put(Self.version)
        directory.append(common)
        directory.put(UInt16(0))  // no comment
        directory.put(UInt16(0))  // first disk
        directory.put(UInt16(0))  // no internal attributes
        directory.put(UInt32(0))  // no external attributes
        directory.put(offset)
        directory.append(contentsOf: name.utf8)
        count += 1
    }

    var data: Data {
        var end = Data()
        end.put(UInt32(0x0605_4B50))
        end.put(UInt16(0))  // this disk
        end.put(UInt16(0))  // the directory's disk
        end.put(count)
        end.put(count)
        end.put(UInt32(directory.count))
        end.put(UInt32(body.count))
        end.put(UInt16(0))  // no comment
        return body + directory + end
    }
}

extension Data {
    /// Little-endian, as the format has it.
    fileprivate mutating func put(_ value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(type(of: value).bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

/// The checksum of ZIP and PNG (ISO 3309; polynomial 0x04C11DB7, reflected 0xEDB88320).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 1 ? 0xEDB8_8320 ^ sum >> 1 : sum >> 1 }
    }

    static func of(_ data: Data) -> UInt32 {
        var sum = UInt32.max
        for byte in data { sum = table[Int((sum ^ UInt32(byte)) & 0xFF)] ^ sum >> 8 }
        return ~sum
    }
}
