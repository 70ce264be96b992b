/// Where media may be fetched from.
///
/// An address is judged when a socket is about to be connected to it, so the name, its spelling and what it resolved to
/// a moment ago do not matter. Everybody's addresses are open, all others shut until they are opened here.
public struct FetchPolicy: Sendable, Equatable {
    /// Opens private, loopback and carrier-shared addresses to every URL.
    public var allowsPrivate: Bool
    /// Opens the same addresses to URLs of these hosts, lower case without a final dot. A name does not open link-local
    /// or metadata addresses: who owns the name chooses what it resolves to.
    public var hosts: Set<String>
    /// Opens these addresses, whatever they are.
    public var networks: [AddressBlock]

    public init(allowsPrivate: Bool = false, hosts: Set<String> = [], networks: [AddressBlock] = []) {
        self.allowsPrivate = allowsPrivate
        self.hosts = hosts
        self.networks = networks
    }

    /// Everybody's addresses and nothing else.
    public static let standard = FetchPolicy()

    /// Opens what `text` names: a block (`10.1.0.0/16`), an address, or a host. False, changing nothing, when it is none.
    public mutating func allow(_ text: String) -> Bool {
        if let block = AddressBlock(text) {
            networks.append(block)
            return true
        }
        let host = Self.bare(text)
        let letters = host.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
        guard !host.isEmpty, letters else { return false }
        hosts.insert(host)
        return true
    }

    /// Whether a URL of `host` may be connected to `address`.
    public func allows(_ address: HostAddress, for host: String) -> Bool {
        let kind = AddressKind(address)
        if kind == .global { return true }
        if networks.contains(where: { $0.contains(address) }) { return true }
        return kind.isOnOurSide && (allowsPrivate || hosts.contains(Self.bare(host)))
    }

    /// As names are compared: lower case, without the final dot of a full name.
    static func bare(_ host: String) -> String {
        let lower = host.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }
}
