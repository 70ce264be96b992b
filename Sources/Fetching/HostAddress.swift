internal import Glibc

/// An IPv4 or IPv6 address, as bytes in network order.
public struct HostAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16.
    public let bytes: [UInt8]

    /// From its usual spelling (`192.0.2.1`, `2001:db8::1`); nil for everything else, other spellings of numbers too.
    public init?(_ text: String) {
        var four = in_addr()
        var sixteen = in6_addr()
        if unsafe inet_pton(AF_INET, text, &four) == 1 {
            bytes = unsafe withUnsafeBytes(of: &four) { unsafe Array($0) }
        } else if unsafe inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = unsafe withUnsafeBytes(of: &sixteen) { unsafe Array($0) }
        } else {
            return nil
        }
    }

    init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16, "\(bytes.count) bytes of an address")
        self.bytes = bytes
    }

    /// What a socket is about to be connected to; nil for what is neither IPv4 nor IPv6.
    @unsafe init?(_ socket: UnsafePointer<sockaddr>, length: Int) {
        switch Int32(unsafe socket.pointee.sa_family) {
        case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
            var address = unsafe UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in.self).sin_addr
            bytes = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
        case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
            var address = unsafe UnsafeRawPointer(socket).loadUnaligned(as: sockaddr_in6.self).sin6_addr
            bytes = unsafe withUnsafeBytes(of: &address) { unsafe Array($0) }
        default: return nil
        }
    }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        _ = unsafe inet_ntop(family, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// All addresses that begin with the same bits.
public struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    public let first: HostAddress
    /// Bits that they share, 0 to 32 or 128.
    public let bits: Int

    /// From `10.0.0.0/8`, `fd00::/8`, or one address alone. Bits behind the shared ones are dropped; nil for
    /// everything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = HostAddress(String(parts[0])) else { return nil }
        let whole = address.bytes.count * 8
        var bits = whole
        if parts.count == 2 {
            guard parts[1].allSatisfy({ ("0"..."9").contains($0) }), let given = Int(parts[1]), given <= whole else {
                return nil
            }
            bits = given
        }
        let kept = address.bytes.enumerated().map { place, byte in
            byte & UInt8(truncatingIfNeeded: 0xFF00 >> max(0, min(8, bits - place * 8)))
        }
        first = HostAddress(bytes: kept)
        self.bits = bits
    }

    public func contains(_ address: HostAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        return zip(address.bytes, first.bytes).enumerated().allSatisfy { place, pair in
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> max(0, min(8, bits - place * 8)))
            return (pair.0 ^ pair.1) & mask == 0
        }
    }

    public var description: String { "\(first)/\(bits)" }
}
