/// What an operator decided about the banks of an index. Part of its state: every lookup, in every process, keeps to it.
public struct BankPolicy: Sendable, Equatable {
    /// By bank; a bank that is not named is on, without conditions.
    public var banks: [String: BankSettings] = [:]
    /// References that are neither found nor searched, by id.
    public var referencesOff: Set<String> = []

    public init() {}

    var isEmpty: Bool { banks.isEmpty && referencesOff.isEmpty }

    public func settings(of bank: String) -> BankSettings { banks[bank] ?? BankSettings() }

    /// Banks that are not searched.
    var closed: Set<String> { Set(banks.filter { !$0.value.isEnabled }.keys) }
}

public struct BankSettings: Sendable, Codable, Equatable {
    /// Bytes of UTF-8.
    public static let noteMax = 8000

    public var isEnabled: Bool
    /// Matches with the bank under this are none; nil for whatever the caller asks for.
    public var minimumScore: Double?
    /// For people.
    public var note: String

    enum CodingKeys: String, CodingKey { case isEnabled = "enabled", minimumScore = "minimum_score", note }

    public init(isEnabled: Bool = true, minimumScore: Double? = nil, note: String = "") {
        self.isEnabled = isEnabled
        self.minimumScore = minimumScore
        self.note = note
    }
}

/// The policy in the manifest, little-endian; nothing at all for an empty one.
///
///     4  banks b          then b times, by name: flags (4; 1 on, 2 has a minimum), minimum score (8),
///     4  references r     bytes of name (4), bytes of note (4), name, note; then r times, sorted: bytes of id (4), id
extension BankPolicy {
    static let bytesMax = 64 << 20

    func encoded() -> [UInt8] {
        guard !isEmpty else { return [] }
        var writer = ByteWriter()
        writer.append(UInt32(banks.count))
        writer.append(UInt32(referencesOff.count))
        for (name, settings) in banks.sorted(by: { $0.key < $1.key }) {
            writer.append(UInt32((settings.isEnabled ? 1 : 0) | (settings.minimumScore == nil ? 0 : 2)))
            writer.append(settings.minimumScore ?? 0)
            writer.append(UInt32(name.utf8.count))
            writer.append(UInt32(settings.note.utf8.count))
            writer.append(name)
            writer.append(settings.note)
        }
        for id in referencesOff.sorted() {
            writer.append(UInt32(id.utf8.count))
            writer.append(id)
        }
        return writer.bytes
    }

    /// Nil for bytes that are no policy.
    init?(decoding bytes: ArraySlice<UInt8>) {
        guard !bytes.isEmpty else { return }
        var rest = bytes
        func number() -> UInt64? {
            guard rest.count >= 8 else { return nil }
            defer { rest = rest.dropFirst(8) }
            return rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        func half() -> Int? {
            guard rest.count >= 4 else { return nil }
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        func text(_ count: Int) -> String? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return String(validating: rest.prefix(count), as: UTF8.self)
        }
        guard let bankCount = half(), let referenceCount = half() else { return nil }
        for _ in 0..<bankCount {
            guard let flags = half(), let minimum = number(), let nameBytes = half(), let noteBytes = half(),
                let name = text(nameBytes), let note = text(noteBytes), flags < 4
            else { return nil }
            banks[name] = BankSettings(
                isEnabled: flags & 1 != 0, minimumScore: flags & 2 != 0 ? Double(bitPattern: minimum) : nil, note: note)
        }
        for _ in 0..<referenceCount {
            guard let bytes = half(), let id = text(bytes) else { return nil }
            referencesOff.insert(id)
        }
        guard rest.isEmpty, banks.count == bankCount, referencesOff.count == referenceCount else { return nil }
    }
}

extension FingerprintIndex {
    public func policy() throws(IndexError) -> BankPolicy { try snapshot().manifest.policy }

    /// Changes a bank's settings; durable, and kept to by the next lookup of every process, when it returns.
    ///
    /// - Parameter settings: nil to forget them.
    public func setBank(_ name: String, _ settings: BankSettings?) throws(IndexError) {
        try changePolicy { (policy, _) throws(IndexError) in
            guard (1...IndexLimits.nameBytes).contains(name.utf8.count) else {
                throw IndexError(.refused, "a bank's name has 1 to \(IndexLimits.nameBytes) bytes")
            }
            if let settings {
                guard settings.note.utf8.count <= BankSettings.noteMax else {
                    throw IndexError(.refused, "the note of bank \(name) has over \(BankSettings.noteMax) bytes")
                }
                guard settings.minimumScore.map({ $0.isFinite && $0 >= 0 }) ?? true else {
                    throw IndexError(.refused, "the minimum score of bank \(name) is no number from 0 on")
                }
            }
            policy.banks[name] = settings
        }
    }

    /// Switches references off or on again. Ids that the index does not know are passed over; what is removed is forgotten.
    public func setReferences(_ ids: [String], isEnabled: Bool) throws(IndexError) {
        try changePolicy { (policy, snapshot) throws(IndexError) in
            let known = ids.filter { snapshot.find(id: $0) != nil }
            if isEnabled { policy.referencesOff.subtract(known) } else { policy.referencesOff.formUnion(known) }
        }
    }
}
