@testable import Fetching
import Testing

@Suite("What an address is for")
struct AddressKindTests {
    @Test(
        "Every block of the table, at its first and last address and one beside each",
        arguments: [
            ("0.0.0.0", "unspecified"), ("0.255.255.255", "unspecified"), ("1.0.0.0", "global"),
            ("9.255.255.255", "global"), ("10.0.0.0", "private"), ("10.255.255.255", "private"),
            ("11.0.0.0", "global"), ("100.63.255.255", "global"), ("100.64.0.0", "shared"),
            ("100.127.255.255", "shared"), ("100.128.0.0", "global"), ("126.255.255.255", "global"),
            ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"), ("128.0.0.0", "global"),
            ("169.253.255.255", "global"), ("169.254.0.0", "link-local"), ("169.254.255.255", "link-local"),
            ("169.255.0.0", "global"), ("172.15.255.255", "global"), ("172.16.0.0", "private"),
            ("172.31.255.255", "private"), ("172.32.0.0", "global"), ("191.255.255.255", "global"),
            ("192.0.0.1", "reserved"), ("192.0.1.0", "global"), ("192.0.2.255", "documentation"),
            ("192.88.98.255", "global"), ("192.88.99.1", "reserved"), ("192.167.255.255", "global"),
            ("192.168.0.0", "private"), ("192.168.255.255", "private"), ("192.169.0.0", "global"),
            ("198.17.255.255", "global"), ("198.18.0.0", "documentation"), ("198.19.255.255", "documentation"),
            ("198.20.0.0", "global"), ("198.51.100.7", "documentation"), ("198.51.101.0", "global"),
            ("203.0.113.0", "documentation"), ("203.0.114.0", "global"), ("223.255.255.255", "global"),
            ("224.0.0.0", "multicast"), ("239.255.255.255", "multicast"), ("240.0.0.0", "reserved"),
            ("255.255.255.255", "reserved"), ("8.8.8.8", "global"),
        ])
    func four(_ address: String, _ kind: String) throws {
        #expect(AddressKind(try #require(HostAddress(address))).rawValue == kind)
    }

    @Test(
        "IPv6, by its own blocks",
        arguments: [
            ("::", "unspecified"), ("::1", "loopback"), ("fc00::1", "private"),
            ("fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"), ("fe00::1", "reserved"), ("fe80::1", "link-local"),
            ("febf::1", "link-local"), ("fec0::1", "private"), ("ff02::1", "multicast"),
            ("2001:db8::1", "documentation"),
            ("2001:db9::1", "global"), ("3fff:fff::1", "documentation"), ("2001::1", "reserved"),
            ("2001:2::1", "documentation"), ("2001:1ff::1", "reserved"), ("2001:200::1", "global"),
            ("2606:4700:4700::1111", "global"), ("3ffe::1", "global"), ("4000::1", "reserved"), ("1fff::1", "reserved"),
            ("100::1", "reserved"), ("64:ff9b:1::808:808", "reserved"),
        ])
    func six(_ address: String, _ kind: String) throws {
        #expect(AddressKind(try #require(HostAddress(address))).rawValue == kind)
    }

    @Test(
        "An IPv6 address that stands for an IPv4 address is what that one is",
        arguments: [
            ("::ffff:127.0.0.1", "loopback"), ("::ffff:10.0.0.1", "private"), ("::ffff:8.8.8.8", "global"),
            ("::ffff:169.254.169.254", "metadata"), ("::ffff:0:192.168.1.1", "private"),
            ("64:ff9b::10.0.0.1", "private"), ("64:ff9b::a9fe:a9fe", "metadata"), ("64:ff9b::8.8.8.8", "global"),
            ("2002:7f00:1::", "loopback"), ("2002:c0a8:101::1", "private"), ("2002:808:808::1", "global"),
            ("::127.0.0.1", "loopback"), ("::10.1.2.3", "private"),
        ])
    func embedded(_ address: String, _ kind: String) throws {
        #expect(AddressKind(try #require(HostAddress(address))).rawValue == kind)
    }

    @Test(
        "Clouds' metadata are told from the blocks that they lie in",
        arguments: [
            "169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254",
            "fd20:ce::254",
        ])
    func metadata(_ address: String) throws {
        let host = try #require(HostAddress(address))
        #expect(AddressKind(host) == .metadata)
        #expect(!FetchPolicy(allowsPrivate: true, hosts: ["metadata.internal"]).allows(host, for: "metadata.internal"))
        #expect(FetchPolicy(networks: [try #require(AddressBlock(address))]).allows(host, for: "metadata.internal"))
    }

    @Test(
        "Only plain spellings are addresses", arguments: ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "", "[::1]"])
    func spelling(_ text: String) { #expect(HostAddress(text) == nil) }

    @Test("A block holds what begins like it")
    func block() throws {
        let block = try #require(AddressBlock("10.20.30.99/20"))
        #expect(block.description == "10.20.16.0/20")
        #expect(block.contains(try #require(HostAddress("10.20.31.255"))))
        #expect(!block.contains(try #require(HostAddress("10.20.32.0"))))
        #expect(!block.contains(try #require(HostAddress("::ffff:10.20.31.1"))))
        #expect(
            AddressBlock("10.0.0.0/33") == nil && AddressBlock("10.0.0.0/") == nil && AddressBlock("10.0.0.0/+8") == nil
        )
        #expect(try #require(AddressBlock("::/0")).contains(try #require(HostAddress("ffff::"))))
    }
}

@Suite("Where media may be fetched from")
struct FetchPolicyTests {
    private let inside = HostAddress("10.1.2.3")

    @Test("Everybody's addresses are open, others only when opened")
    func standard() throws {
        let inside = try #require(inside)
        #expect(FetchPolicy.standard.allows(try #require(HostAddress("1.1.1.1")), for: "media.example"))
        #expect(!FetchPolicy.standard.allows(inside, for: "media.example"))
        #expect(FetchPolicy(allowsPrivate: true).allows(inside, for: "media.example"))
        #expect(!FetchPolicy(allowsPrivate: true).allows(try #require(HostAddress("169.254.1.1")), for: "a"))
    }

    @Test("A host opens private addresses to its own name, however it is spelled, and to no other")
    func host() throws {
        let inside = try #require(inside)
        var policy = FetchPolicy()
        let isHost = policy.allow("Media.Internal.")
        #expect(isHost)
        #expect(policy.allows(inside, for: "media.internal") && policy.allows(inside, for: "MEDIA.internal."))
        #expect(!policy.allows(inside, for: "other.internal") && !policy.allows(inside, for: "a.media.internal"))
        #expect(!policy.allows(try #require(HostAddress("fe80::1")), for: "media.internal"))
    }

    @Test("A block opens its addresses to every name")
    func network() throws {
        var policy = FetchPolicy()
        let isBlock = policy.allow("10.1.0.0/16")
        #expect(isBlock)
        #expect(policy.allows(try #require(inside), for: "media.example"))
        #expect(!policy.allows(try #require(HostAddress("10.2.0.1")), for: "media.example"))
    }

    @Test("What is neither opens nothing", arguments: ["", "10.0.0.0/99", "http://a/", "a b", "*"])
    func nonsense(_ text: String) {
        var policy = FetchPolicy()
        let isAnything = policy.allow(text)
        #expect(!isAnything && policy == .standard)
    }
}
