import Crypto
import DecodeWire
import FoundationEssentials
import Frames
import Glibc

/// An input opened for reading, checked to be an ordinary file, and never parsed here.
struct InputFile: ~Copyable {
    let descriptor: Descriptor
    let bytes: Int64
    private let stamp: Stamp

    /// What changes when somebody writes to the file.
    fileprivate struct Stamp: Equatable {
        var size: Int64
        var seconds: Int
        var nanoseconds: Int
    }

    /// Why an input was turned away before decoding.
    struct Refusal: Error {
        var outcome: Outcome
        var bytes: Int64
        /// Set when another time may go better, and the input was not judged: seconds to wait for it at least.
        var retryAfterSeconds: Double?
    }

    /// Links are followed, as a person who names one expects. A pipe does not block the opening, and
    /// a device or folder is refused before anything is read.
    static func open(_ path: String, bytesMax: Int64) throws -> InputFile {
        let raw = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard raw >= 0 else {
            let code = errno
            if [EMFILE, ENFILE, ENOMEM].contains(code) {
                throw DecodeError(.resources, errno: code, "Cannot open \(path): out of descriptors or memory.")
            }
            throw Refusal(
                outcome: Outcome(
                    .undecodable, reason: code == ENOENT ? "no_such_file" : "cannot_open",
                    sentence: "\(path) cannot be opened: \(Self.text(of: code))."), bytes: 0)
        }
        let descriptor = Descriptor(owning: raw)
        let status = try Self.status(of: descriptor.raw, path)
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Refusal(
                outcome: Outcome(
                    .refused, reason: "not_a_regular_file",
                    sentence: "\(path) is a folder, pipe, socket or device; only files are read."),
                bytes: 0)
        }
        let size = Int64(status.st_size)
        guard size <= bytesMax else {
            throw Refusal(
                outcome: Outcome(
                    .refused, reason: "over_limit_bytes",
                    sentence: "\(path) has \(size) bytes; the limit is \(bytesMax)."), bytes: size)
        }
        return InputFile(descriptor: descriptor, bytes: size, stamp: Stamp(status))
    }

    /// - Parameter shown: what it is called where it cannot be looked at.
    init(fetched descriptor: consuming Descriptor, bytes: Int64, shown: String) throws {
        let status = try Self.status(of: descriptor.raw, shown)
        self.init(descriptor: descriptor, bytes: bytes, stamp: Stamp(status))
    }

    private init(descriptor: consuming Descriptor, bytes: Int64, stamp: Stamp) {
        self.descriptor = descriptor
        self.bytes = bytes
        self.stamp = stamp
    }

    /// `sha256:` and 64 hex digits; nil when a read fails. Reads by offset, so that the position
    /// shared with a decode child stays where it is. About 1.5 GB/s.
    func digest() -> String? {
        var hasher = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: off_t = 0
        while true {
            let capacity = buffer.count
            let count = unsafe pread(descriptor.raw, &buffer, capacity, offset)
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            if count == 0 { break }
            unsafe buffer.withUnsafeBytes { all in
                unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: all[..<count]))
            }
            offset += off_t(count)
        }
        return "sha256:" + Hex.text(of: hasher.finalize())
    }

    /// Somebody wrote to the file since it was opened, so digest and signals may be of different bytes.
    func hasChanged() -> Bool {
        guard let status = try? Self.status(of: descriptor.raw, "") else { return true }
        return Stamp(status) != stamp
    }

    private static func status(of descriptor: Int32, _ path: String) throws -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw Refusal(
                outcome: Outcome(
                    .undecodable, reason: "cannot_open",
                    sentence: "\(path) cannot be looked at: \(text(of: errno))."), bytes: 0)
        }
        return status
    }

    static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension InputFile.Stamp {
    fileprivate init(_ status: stat) {
        self.init(size: Int64(status.st_size), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}

enum Hex {
    static func text(of bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
