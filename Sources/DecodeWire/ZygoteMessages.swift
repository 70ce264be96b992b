package import Records

/// The first message of a fresh decoder process: what it is made of. Sent before any media is seen,
/// so it can be believed.
package struct DecoderHello: Sendable, Codable, Equatable {
    package var version: Int
    /// FFmpeg's libraries and their versions.
    package var libraries: [String]
    /// The level that a throw-away child reached.
    package var sandbox: Producer.SandboxLevel
    /// Landlock's ABI; 0 without it.
    package var landlockABI: Int
    package var hasSeccomp: Bool
    /// errno of the first layer that failed; 0 when none did.
    package var sandboxErrno: Int

    package static let bytesMax = 16 * 1024

    enum CodingKeys: String, CodingKey {
        case version, libraries, sandbox, landlockABI = "landlock_abi", hasSeccomp = "has_seccomp"
        case sandboxErrno = "sandbox_errno"
    }

    package init(
        libraries: [String], sandbox: Producer.SandboxLevel, landlockABI: Int, hasSeccomp: Bool,
        sandboxErrno: Int
    ) {
        self.version = DecodeRequest.currentVersion
        self.libraries = libraries
        self.sandbox = sandbox
        self.landlockABI = landlockABI
        self.hasSeccomp = hasSeccomp
        self.sandboxErrno = sandboxErrno
    }
}

/// How a decode child ended, as the kernel tells its parent.
package struct ChildEnding: Sendable, Equatable {
    /// nil when a signal ended it.
    package var exitCode: Int32?
    /// nil when it left by itself.
    package var signal: Int32?
    /// User and system time.
    package var cpuSeconds: Double
    /// Largest resident set.
    package var peakBytes: Int64

    package init(exitCode: Int32?, signal: Int32?, cpuSeconds: Double, peakBytes: Int64) {
        self.exitCode = exitCode
        self.signal = signal
        self.cpuSeconds = cpuSeconds
        self.peakBytes = peakBytes
    }
}

/// What the decoder process says of the child it forked. Thirty-two bytes; `started` brings the
/// child's pidfd along where the kernel has them.
package enum ZygoteReport: Sendable, Equatable {
    case started(pid: Int32)
    case ended(ChildEnding)
    /// No child could be forked; the errno.
    case failed(Int32)

    package static let bytes = 32

    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        switch self {
        case .started(let pid):
            bytes = [UInt8(ascii: "S"), 0, 0, 0]
            LittleEndian.append(pid, to: &bytes)
        case .failed(let code):
            bytes = [UInt8(ascii: "F"), 0, 0, 0]
            LittleEndian.append(code, to: &bytes)
        case .ended(let ending):
            bytes = [UInt8(ascii: "E"), 0, 0, 0]
            LittleEndian.append(Int32(ending.exitCode ?? -1), to: &bytes)
            LittleEndian.append(Int32(ending.signal ?? 0), to: &bytes)
            LittleEndian.append(Int32(0), to: &bytes)
            LittleEndian.append(Int64(ending.cpuSeconds * 1e6), to: &bytes)
            LittleEndian.append(ending.peakBytes, to: &bytes)
        }
        return bytes + Array(repeating: 0, count: Self.bytes - bytes.count)
    }

    package init(parsing bytes: [UInt8]) throws(WireError) {
        guard bytes.count == Self.bytes else { throw WireError(.malformed, "a report of \(bytes.count) bytes") }
        let first = LittleEndian.read(Int32.self, from: bytes, at: 4)
        switch bytes[0] {
        case UInt8(ascii: "S"): self = .started(pid: first)
        case UInt8(ascii: "F"): self = .failed(first)
        case UInt8(ascii: "E"):
            let signal = LittleEndian.read(Int32.self, from: bytes, at: 8)
            let cpu = LittleEndian.read(Int64.self, from: bytes, at: 16)
            self = .ended(
                ChildEnding(
                    exitCode: signal == 0 ? first : nil, signal: signal == 0 ? nil : signal,
                    cpuSeconds: Double(cpu) / 1e6,
                    peakBytes: LittleEndian.read(Int64.self, from: bytes, at: 24)))
        default: throw WireError(.malformed, "a report of kind \(bytes[0])")
        }
    }
}
