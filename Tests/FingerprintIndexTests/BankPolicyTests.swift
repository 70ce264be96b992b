@testable import FingerprintIndex
import Fingerprints
import Foundation
import Testing

@Suite("What an operator decides about banks and references")
struct BankPolicyTests {
    let folder: TemporaryFolder
    let index: FingerprintIndex

    init() throws {
        folder = try TemporaryFolder()
        index = try FingerprintIndex(at: folder.path, create: true)
        try index.add([(Reference(id: "film", bank: "catalogue"), Self.clip), (Reference(id: "other"), Self.clip)])
    }

    private static let clip = fingerprint(
        Film(seed: 7).frames(from: 0, seconds: 10), Tune(seed: 7).peaks(from: 0, seconds: 10), seconds: 10)

    private func found(_ index: FingerprintIndex) throws -> [String] {
        try index.lookup(Self.clip, id: "upload").matches.map(\.reference).sorted()
    }

    @Test("A bank that is switched off is neither found nor searched, in any process, until it is on again")
    func bankOff() throws {
        let reader = try FingerprintIndex(at: folder.path, create: false)
        #expect(try found(reader) == ["film", "other"])
        try index.setBank("catalogue", BankSettings(isEnabled: false, note: "rights in dispute"))
        #expect(try found(reader) == ["other"])
        #expect(try reader.lookup(Self.clip, id: "upload").referencesSearched == 1)
        #expect(try reader.candidates(of: Self.clip).ids == ["other"])
        #expect(try reader.policy().settings(of: "catalogue").note == "rights in dispute")
        try index.setBank("catalogue", nil)
        #expect(try found(reader) == ["film", "other"])
    }

    @Test("Under a bank's minimum there is no match with it, and with others there is")
    func minimum() throws {
        let score = try #require(try index.lookup(Self.clip, id: "upload").matches.first?.score)
        try index.setBank("catalogue", BankSettings(minimumScore: score + 0.001))
        #expect(try found(index) == ["other"])
        try index.setBank("catalogue", BankSettings(minimumScore: score - 0.001))
        #expect(try found(index) == ["film", "other"])
    }

    @Test("A reference that is switched off stays so through merging, until it is on again or gone")
    func referenceOff() throws {
        try index.setReferences(["film", "nobody"], isEnabled: false)
        try index.compact()
        #expect(try found(index) == ["other"])
        #expect(try index.policy().referencesOff == ["film"])
        #expect(try index.lookup(Self.clip, id: "upload").referencesSearched == 1)
        try index.setReferences(["film"], isEnabled: true)
        #expect(try found(index) == ["film", "other"])
        try index.setReferences(["film"], isEnabled: false)
        try index.remove(["film"])
        try index.add([(Reference(id: "film", bank: "catalogue"), Self.clip)])
        #expect(try found(index) == ["film", "other"])
    }

    @Test("A change is a new generation, and what changes nothing is none")
    func generation() throws {
        let before = try index.generation()
        try index.setBank("empty", BankSettings(minimumScore: 0.9))
        #expect(try index.generation() == before + 1)
        try index.setBank("empty", BankSettings(minimumScore: 0.9))
        try index.setReferences(["film"], isEnabled: true)
        #expect(try index.generation() == before + 1)
    }

    @Test("Names, notes and minima that cannot be are refused, and nothing changes")
    func refused() throws {
        for (name, settings) in [
            ("", BankSettings()), (String(repeating: "b", count: 1025), BankSettings()),
            ("b", BankSettings(minimumScore: -1)), ("b", BankSettings(minimumScore: .nan)),
            ("b", BankSettings(note: String(repeating: "n", count: 8001))),
        ] {
            let error = #expect(throws: IndexError.self) { try index.setBank(name, settings) }
            #expect(error?.code == .refused)
        }
        #expect(try index.policy() == BankPolicy())
    }

    @Test("An index without a policy is as it was before there were any, but for the number of its format")
    func oldFormat() throws {
        var bytes = try folder.read("manifest")
        #expect(bytes[8] == 2 && bytes[12..<16].allSatisfy { $0 == 0 })
        bytes[8] = 1
        let checksum = SectionChecksum.of(bytes, 0..<(bytes.count - 8))
        for byte in 0..<8 { bytes[bytes.count - 8 + byte] = UInt8(truncatingIfNeeded: checksum >> UInt64(8 * byte)) }
        try folder.write(bytes, to: "manifest")
        #expect(try found(FingerprintIndex(at: folder.path, create: false)) == ["film", "other"])
    }

    @Test("A policy with a right checksum that says what cannot be is refused")
    func forged() throws {
        try index.setBank("catalogue", BankSettings(isEnabled: false, minimumScore: 0.5, note: "n"))
        try index.setReferences(["film"], isEnabled: false)
        let whole = try index.policy().encoded()
        for length in 1..<whole.count { #expect(BankPolicy(decoding: whole.prefix(length)) == nil) }
        for field in [0, 4, 8, 20, 24] {
            var bytes = whole
            bytes[field] = 0xFF
            #expect(BankPolicy(decoding: bytes[...]) == nil, "field \(field)")
        }
        #expect(BankPolicy(decoding: whole[...]) == (try index.policy()))
    }
}
