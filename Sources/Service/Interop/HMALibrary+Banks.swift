internal import FingerprintIndex
internal import HTTPTypes
internal import Interop
internal import Records

/// Banks as HMA's callers make and change them: the tenant's own, which `/v1/banks` shows just the same.
extension HMALibrary {
    /// References that a bank may hold to be renamed, and hours that they may have together: all of them are written anew
    /// at once, so that each is in one bank at every moment, and an hour of video is some megabytes.
    static let renamedReferencesMax = 1_000
    static let renamedHoursMax = 10.0

    func banks() throws -> [HMABank] {
        let book = try BankBook(desk, tenant: identity.tenant)
        return book.visible.map { HMABank(name: book.outer($0.bank), isEnabled: $0.settings.isEnabled) }
    }

    func make(_ bank: HMABank) throws {
        try checkName(bank.name)
        let book = try BankBook(desk, tenant: identity.tenant)
        guard book.resolved(bank.name) == nil else { throw HMAProblem(403, "Bank already exists") }
        var settings = BankSettings()
        settings.isEnabled = bank.isEnabled
        try desk.index.setBank(book.inner(bank.name), settings)
        try desk.store.audit(identity, "bank.set", bank.name)
    }

    func change(_ name: String, to bank: HMABank) throws {
        let book = try BankBook(desk, tenant: identity.tenant)
        let inner = try changeable(name, book)
        var settings = book.settings(of: inner)
        settings.isEnabled = bank.isEnabled
        if bank.name != name {
            try checkName(bank.name)
            guard book.resolved(bank.name) == nil else { throw HMAProblem(403, "Bank name already exists") }
        }
        // With its settings there first, a bank that is off is never searched under its new name.
        try desk.index.setBank(book.inner(bank.name), settings)
        if bank.name != name {
            do {
                try move(inner, to: book.inner(bank.name))
            } catch {
                try desk.index.setBank(book.inner(bank.name), nil)
                throw error
            }
            try desk.index.setBank(inner, nil)
            desk.census.forget()
        }
        try desk.store.audit(identity, "bank.set", bank.name, detail: bank.name == name ? "" : "renamed from \(name)")
    }

    /// One change of the index.
    private func move(_ bank: String, to new: String) throws {
        let references = try desk.index.references().filter { $0.bank == bank }
        let hours = references.reduce(0) { $0 + $1.duration } / 3600
        guard references.count <= Self.renamedReferencesMax, hours <= Self.renamedHoursMax else {
            throw HMAProblem(
                400,
                "the bank holds more than can be renamed at once (\(Self.renamedReferencesMax) contents of "
                    + "\(Int(Self.renamedHoursMax)) hours)")
        }
        try desk.index.add(
            try references.compactMap { reference in
                var moved = reference
                moved.bank = new
                moved.sequence = 0
                return try desk.index.fingerprint(of: reference.id).map { (moved, $0) }
            })
    }

    func deleteBank(_ name: String) throws {
        let book = try BankBook(desk, tenant: identity.tenant)
        guard book.resolved(name) != nil else { return }
        let inner = try changeable(name, book)
        let references = try desk.index.references().filter { $0.bank == inner }.map(\.id)
        try desk.index.remove(references)
        try desk.index.setBank(inner, nil)
        try desk.store.audit(identity, "bank.deleted", name, detail: "with \(references.count) references")
        desk.census.forget()
    }

    func indexStatus() throws -> HMAIndexStatus {
        let book = try BankBook(desk, tenant: identity.tenant)
        return HMAIndexStatus(
            changedAt: try desk.index.changedAt(), contents: book.visible.reduce(0) { $0 + $1.references })
    }

    /// A bank that the tenant may change, by the home's name for it.
    func changeable(_ name: String, _ book: BankBook) throws -> String {
        do { return try book.own(name) } catch let problem as Problem {
            throw HMAProblem(problem.status.code, problem.detail)
        }
    }

    private func checkName(_ name: String) throws {
        guard BankBook.isName(name) else {
            throw HMAProblem(
                400, "Bank names have 1 to \(BankBook.nameMax) characters, no control characters and no `//`")
        }
    }
}
