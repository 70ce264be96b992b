internal import FingerprintIndex
internal import HTTPTypes
internal import Records
internal import Synchronization

/// The banks that one tenant may see, with their settings: its own, and the plain ones, which are everybody's, but
/// for the uploads of the home's own tenant.
struct BankBook {
    /// Unicode scalars of a bank's name.
    static let nameMax = 200

    /// Whether a bank may be called so.
    static func isName(_ name: String) -> Bool {
        TenantNames.isAcceptable(name) && name.unicodeScalars.count <= nameMax
    }

    private let names: TenantNames
    private let census: [String: Int]
    private let policy: BankPolicy

    init(_ desk: ServiceDesk, tenant: String) throws {
        names = TenantNames(tenant: tenant)
        census = try desk.census.banks(of: desk.index)
        policy = try desk.index.policy()
    }

    func inner(_ bank: String) -> String { names.inner(bank) }

    /// As the tenant knows it. A shared bank has one name for all.
    func outer(_ bank: String) -> String { names.outer(bank) ?? bank }

    func isVisible(_ bank: String) -> Bool {
        if names.outer(bank) != nil { return true }
        return TenantScope.tenant(of: bank) == nil && bank != TenantScope.uploads
    }

    private var all: Set<String> { Set(census.keys).union(policy.banks.keys) }

    /// Banks and how many references each holds, by name.
    var visible: [(bank: String, references: Int, settings: BankSettings)] {
        all.filter(isVisible).sorted().map { ($0, census[$0] ?? 0, policy.settings(of: $0)) }
    }

    /// What a lookup's options take: nil where nothing is hidden. What is switched off the index leaves out itself.
    ///
    /// - Throws: `Problem` for a bank that is not there.
    func searched(_ wanted: [String]?) throws -> Set<String>? {
        guard let wanted else {
            let open = all.filter(isVisible)
            // The tenant's own uploads are searched although the census may not have met them yet.
            return open == all ? nil : open.union([inner(TenantScope.uploads)])
        }
        var chosen: Set<String> = []
        for (place, name) in wanted.enumerated() {
            guard let bank = resolved(name) else {
                throw Problem.invalid("/banks/\(place)", "there is no bank \(name)")
            }
            chosen.insert(bank)
        }
        return chosen
    }

    /// A bank by the tenant's name for it: its own goes before a shared one.
    func resolved(_ name: String) -> String? {
        guard TenantNames.isAcceptable(name) else { return nil }
        if all.contains(inner(name)) || name == TenantScope.uploads { return inner(name) }
        return all.contains(name) && isVisible(name) ? name : nil
    }

    /// A bank that the tenant may change, by the tenant's name for it: its own, and not that of the uploads, which is the
    /// coordinator's.
    ///
    /// - Throws: `Problem`: 404 where there is none, 403 where it is another's.
    func own(_ name: String) throws -> String {
        guard let bank = resolved(name) else { throw Problem.notFound("bank \(name.prefix(100))") }
        guard names.outer(bank) != nil else {
            throw Problem(.forbidden, "shared_bank", "The bank \(name) is shared; the home's own tenant keeps it.")
        }
        guard bank != inner(TenantScope.uploads) else {
            throw Problem(
                .forbidden, "uploads_bank", "The bank of the uploads is the coordinator's; submit jobs instead.")
        }
        return bank
    }

    func settings(of bank: String) -> BankSettings { policy.settings(of: bank) }

    func isOn(reference id: String) -> Bool { !policy.referencesOff.contains(id) }

    func references(of bank: String) -> Int { census[bank] ?? 0 }

    /// Sounds that are nobody's to copy: everybody's, and the tenant's own.
    var negative: Set<String> { ["negative", inner("negative")] }
}

/// How many references each bank of an index holds, counted when the index has changed and some time has passed.
final class BankCensus: Sendable {
    private struct Count {
        var banks: [String: Int]
        var generation: UInt64
        var at: ContinuousClock.Instant
        /// What the counting took.
        var cost: Duration
    }

    private let last = Mutex<Count?>(nil)

    /// At most a twentieth of the time is spent counting.
    func banks(of index: FingerprintIndex) throws -> [String: Int] {
        try last.withLock { last in
            let generation = try index.generation()
            if let last, last.generation == generation || last.at.duration(to: .now) < last.cost * 20 {
                return last.banks
            }
            let begun = ContinuousClock.now
            let banks = try index.banks()
            last = Count(banks: banks, generation: generation, at: .now, cost: begun.duration(to: .now))
            return banks
        }
    }

    /// The next question is counted anew.
    func forget() { last.withLock { $0 = nil } }
}
