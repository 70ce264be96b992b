internal import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Records

/// Banks of references: what there is, what is searched, from which score on; and what is in them.
struct BankEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/banks", .lookup) { try await list($0, $1) },
            Endpoint(.get, "/v1/banks/:bank", .lookup) { try await show($0, $1) },
            Endpoint(.put, "/v1/banks/:bank", .admin) { try await set($0, $1) },
            Endpoint(.delete, "/v1/banks/:bank", .admin) { try await remove($0, $1) },
            Endpoint(.get, "/v1/banks/:bank/references", .lookup) { try await references($0, $1) },
            Endpoint(.post, "/v1/banks/:bank/references", .admin) { try await add($0, $1) },
            Endpoint(.get, "/v1/banks/:bank/references/:id", .lookup) { try await reference($0, $1) },
            Endpoint(.patch, "/v1/banks/:bank/references/:id", .admin) { try await change($0, $1) },
            Endpoint(.delete, "/v1/banks/:bank/references/:id", .admin) { try await delete($0, $1) },
        ]
    }

    private struct Item: Encodable, Sendable {
        var name: String
        var enabled: Bool
        var minimumScore: Double?
        var note: String
        var references: Int
        /// Everybody's: seen by all tenants, changed by the home's own.
        var shared: Bool

        enum CodingKeys: String, CodingKey {
            case name, enabled, minimumScore = "minimum_score", note, references, shared
        }
    }

    private struct ReferenceItem: Encodable, Sendable {
        var id: String
        var bank: String
        var creator: String?
        var publishedAt: String?
        var duration: Double
        var enabled: Bool

        enum CodingKeys: String, CodingKey {
            case id, bank, creator, publishedAt = "published_at", duration, enabled
        }
    }

    // MARK: Banks

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let items = try await desk.blocking { desk -> [Item] in
            let book = try BankBook(desk, tenant: identity.tenant)
            return book.visible.map { Self.item($0.bank, book, identity) }
        }
        return try .json(PageAnswer(items: items))
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let name = context.part("bank") ?? ""
        let item = try await desk.blocking { desk -> Item in
            let book = try BankBook(desk, tenant: identity.tenant)
            return Self.item(try Self.bank(name, book), book, identity)
        }
        return try .json(item)
    }

    private func set(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let name = context.part("bank") ?? ""
        guard BankBook.isName(name) else {
            throw Problem.invalid("path/bank", "may have 1 to \(BankBook.nameMax) characters, and no `//`")
        }
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        var settings = BankSettings()
        settings.isEnabled = fields.flag("enabled") ?? true
        settings.minimumScore = fields.number("minimum_score", in: 0...1)
        settings.note = fields.text("note", max: 2000) ?? ""
        try fields.check()
        let kept = settings
        let item = try await desk.blocking { desk -> Item in
            let book = try BankBook(desk, tenant: identity.tenant)
            try desk.index.setBank(book.inner(name), kept)
            try desk.store.audit(identity, "bank.set", name)
            return Self.item(book.inner(name), try BankBook(desk, tenant: identity.tenant), identity)
        }
        return try .json(item)
    }

    /// An empty bank goes; one with references is not deleted by a slip.
    private func remove(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let name = context.part("bank") ?? ""
        try await desk.blocking { desk in
            let book = try BankBook(desk, tenant: identity.tenant)
            let bank = try book.own(name)
            guard book.references(of: bank) == 0 else {
                throw Problem(
                    .conflict, "bank_not_empty",
                    "The bank \(name) holds \(book.references(of: bank)) references; delete them first, or disable it.")
            }
            try desk.index.setBank(bank, nil)
            try desk.store.audit(identity, "bank.deleted", name)
        }
        return .nothing
    }

    // MARK: References

    private func references(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let name = context.part("bank") ?? ""
        var fields = FieldReader(query: request)
        let after = fields.whole("after", in: 0...Int64(1) << 52) ?? 0
        let limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        try fields.check()
        let page = try await desk.blocking { desk -> PageAnswer<ReferenceItem> in
            let book = try BankBook(desk, tenant: identity.tenant)
            let bank = try Self.bank(name, book)
            let rest = try desk.index.references().filter { $0.bank == bank && $0.sequence > UInt64(after) }
            let shown = rest.prefix(limit)
            return PageAnswer(
                items: shown.map { Self.item($0, book) },
                next: rest.count > limit ? shown.last.map { Int64($0.sequence) } : nil)
        }
        return try .json(page, names: TenantNames(tenant: identity.tenant))
    }

    private func reference(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (name, id) = (context.part("bank") ?? "", context.part("id") ?? "")
        let item = try await desk.blocking { desk -> ReferenceItem in
            let book = try BankBook(desk, tenant: identity.tenant)
            return Self.item(try Self.reference(id, in: try Self.bank(name, book), book, desk), book)
        }
        return try .json(item, names: TenantNames(tenant: identity.tenant))
    }

    /// Decodes what has to be decoded, and adds it: findable by the next lookup, before the answer.
    private func add(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        let name = context.part("bank") ?? ""
        try await desk.blocking { desk in _ = try BankBook(desk, tenant: identity.tenant).own(name) }
        let (wanted, item) = try await desk.read(request) { [desk] fields, source in
            ReferenceRequest(&fields, uploaded: source, names: names, roots: desk.options.mediaRoots)
        } for: { wanted in
            try await desk.lookups.run("lookups") {
                (wanted, try await desk.workshop.run { [desk] in try desk.add(wanted, to: name, identity) })
            }
        }
        var headers: HTTPFields = [:]
        headers[.location] = "/v1/banks/\(Self.escaped(name))/references/\(Self.escaped(wanted.id))"
        return try .json(item, status: .created, headers: headers, names: names)
    }

    private func change(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (name, id) = (context.part("bank") ?? "", context.part("id") ?? "")
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        let enabled = fields.flag("enabled")
        if enabled == nil, fields.errors.isEmpty { fields.fail("enabled", "is missing") }
        try fields.check()
        let item = try await desk.blocking { desk -> ReferenceItem in
            var book = try BankBook(desk, tenant: identity.tenant)
            let found = try Self.reference(id, in: try book.own(name), book, desk)
            try desk.index.setReferences([found.id], isEnabled: enabled ?? true)
            try desk.store.audit(
                identity, enabled == true ? "reference.enabled" : "reference.disabled", id, detail: name)
            book = try BankBook(desk, tenant: identity.tenant)
            return Self.item(found, book)
        }
        return try .json(item, names: TenantNames(tenant: identity.tenant))
    }

    private func delete(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (name, id) = (context.part("bank") ?? "", context.part("id") ?? "")
        try await desk.blocking { desk in
            let book = try BankBook(desk, tenant: identity.tenant)
            let found = try Self.reference(id, in: try book.own(name), book, desk)
            try desk.index.remove([found.id])
            try desk.store.audit(identity, "reference.deleted", id, detail: name)
            desk.census.forget()
        }
        return .nothing
    }

    // MARK: Finding

    private static func item(_ bank: String, _ book: BankBook, _ identity: Identity) -> Item {
        let settings = book.settings(of: bank)
        return Item(
            name: book.outer(bank), enabled: settings.isEnabled, minimumScore: settings.minimumScore,
            note: settings.note, references: book.references(of: bank),
            shared: TenantScope.tenant(of: bank) == nil && bank != TenantScope.uploads)
    }

    private static func item(_ reference: Reference, _ book: BankBook) -> ReferenceItem {
        ReferenceItem(
            id: reference.id, bank: book.outer(reference.bank), creator: reference.creator,
            publishedAt: reference.publishedAt, duration: reference.duration,
            enabled: book.isOn(reference: reference.id))
    }

    private static func bank(_ name: String, _ book: BankBook) throws -> String {
        guard let bank = book.resolved(name) else { throw Problem.notFound("bank \(name.prefix(100))") }
        return bank
    }

    private static func reference(_ id: String, in bank: String, _ book: BankBook, _ desk: ServiceDesk) throws
        -> Reference
    {
        // In a shared bank the id is plain, in one's own it bears the prefix.
        for name in [book.inner(id), id] {
            if let found = try desk.index.reference(name), found.bank == bank { return found }
        }
        throw Problem.notFound("reference \(id.prefix(200)) in this bank")
    }

    private static func escaped(_ part: String) -> String {
        part.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? part
    }
}
