/// What an address is for, as far as it matters to somebody who connects to it on a stranger's word.
///
/// From IANA's registries of special-purpose addresses (RFC 6890 and its successors, state of 2024), and the places
/// at which clouds tell a machine its secrets.
public enum AddressKind: String, Sendable, CaseIterable {
    /// Anybody's on the internet.
    case global
    /// 10/8, 172.16/12, 192.168/16 (RFC 1918), fc00::/7 (RFC 4193), fec0::/10 (RFC 3879).
    case privateUse = "private"
    /// 127/8, ::1.
    case loopback
    /// Behind a carrier's address translation: 100.64/10 (RFC 6598).
    case shared
    /// 169.254/16, fe80::/10.
    case linkLocal = "link-local"
    /// Where a cloud's machines ask for their own configuration and credentials.
    case metadata
    case multicast
    /// 0/8, ::; systems take them for the machine itself.
    case unspecified
    /// For examples and measurements: TEST-NET-1 to 3, 198.18/15, 2001:db8::/32, 3fff::/20, 2001:2::/48.
    case documentation
    /// Not given out, or not meant to be connected to.
    case reserved

    /// Opened by allowing private addresses. Nothing else is: no fleet's media lies there, and metadata are a machine's
    /// keys.
    public var isOnOurSide: Bool { self == .privateUse || self == .loopback || self == .shared }

    private static let table: [(AddressKind, [String])] = [
        // Before the blocks that they lie in. 169.254.169.254 and 169.254.170.2: AWS, Google, Azure and others;
        // 100.100.100.200: Alibaba; 192.0.0.192: Oracle; 168.63.129.16: Azure; fd00:ec2::254: AWS; fd20:ce::254: Google.
        (
            .metadata,
            [
                "169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16",
                "fd00:ec2::254", "fd20:ce::254",
            ]
        ),
        (.unspecified, ["0.0.0.0/8", "::"]),
        (.loopback, ["127.0.0.0/8", "::1"]),
        (.privateUse, ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"]),
        (.shared, ["100.64.0.0/10"]),
        (.linkLocal, ["169.254.0.0/16", "fe80::/10"]),
        (.multicast, ["224.0.0.0/4", "ff00::/8"]),
        (
            .documentation,
            [
                "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32", "3fff::/20",
                "2001:2::/48",
            ]
        ),
        // Protocol assignments with Teredo and ORCHIDs, the relays of 6to4, and what was never given out.
        (.reserved, ["192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "2001::/23", "64:ff9b:1::/48", "100::/64"]),
    ]

    private static let blocks = table.flatMap { kind, blocks in
        blocks.map { text in
            guard let block = AddressBlock(text) else { preconditionFailure("\(text) is no block of addresses") }
            return (kind: kind, block: block)
        }
    }

    /// Given out to networks of the internet so far; an IPv6 address outside is nobody's.
    private static let unicast = AddressBlock("2000::/3")
    /// IPv6 addresses that stand for an IPv4 address, and where in them it is: mapped (RFC 4291), translated
    /// (RFC 2765), NAT64 (RFC 6052), 6to4 (RFC 3056), compatible (RFC 4291).
    private static let embeddings = [
        ("::ffff:0:0/96", 12), ("::ffff:0:0:0/96", 12), ("64:ff9b::/96", 12), ("2002::/16", 2), ("::/96", 12),
    ].map { text, place in (block: AddressBlock(text), place: place) }

    public init(_ address: HostAddress) {
        if let found = Self.blocks.first(where: { $0.block.contains(address) }) {
            self = found.kind
        } else if address.bytes.count == 4 {
            self = .global
        } else if let found = Self.embeddings.first(where: { $0.block?.contains(address) == true }) {
            self = AddressKind(HostAddress(bytes: Array(address.bytes[found.place..<found.place + 4])))
        } else {
            self = Self.unicast?.contains(address) == true ? .global : .reserved
        }
    }
}
