internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Records

/// Tokens of the tenant, and its audit log.
struct AdminEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/tokens", .admin) { try await tokens($0, $1) },
            Endpoint(.post, "/v1/tokens", .admin) { try await make($0, $1) },
            Endpoint(.delete, "/v1/tokens/:id", .admin) { try await revoke($0, $1) },
            Endpoint(.get, "/v1/audit", .admin) { try await audit($0, $1) },
        ]
    }

    private func tokens(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let tokens = try await desk.blocking { desk in try desk.store.tokens(ofTenant: identity.tenant) }
        return try .json(PageAnswer(items: tokens))
    }

    /// A token of the same tenant. It is told once.
    private func make(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        let name = fields.text("name", max: 200, isRequired: true) ?? ""
        let words = fields.texts("scopes", countMax: Scope.allCases.count) ?? []
        let scopes = Set(words.compactMap(Scope.init))
        if scopes.isEmpty || scopes.count < Set(words).count {
            fields.fail("scopes", "must be among \(Scope.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let expires = fields.time("expires_at")
        try fields.check()
        let text = try await desk.blocking { desk in
            try desk.store.audit(
                identity, "token.created", name, detail: scopes.map(\.rawValue).sorted().joined(separator: " "))
            return try desk.store.makeToken(name: name, tenant: identity.tenant, scopes: scopes, expiresAt: expires)
        }
        return try .json(["token": text], status: .created, headers: [.cacheControl: "no-store"])
    }

    private func revoke(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let isGone = try await desk.blocking { desk in
            let isGone = try desk.store.revokeToken(id, tenant: identity.tenant)
            if isGone { try desk.store.audit(identity, "token.revoked", id) }
            return isGone
        }
        guard isGone else { throw Problem.notFound("token \(id.prefix(80)) in force") }
        return .nothing
    }

    private func audit(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        var fields = FieldReader(query: request)
        let after = fields.whole("after", in: 0...Int64(1) << 52) ?? 0
        let limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        try fields.check()
        let entries = try await desk.blocking { desk in
            try desk.store.auditLog(ofTenant: identity.tenant, after: after, limit: limit)
        }
        return try .json(PageAnswer(items: entries, next: entries.count == limit ? entries.last?.sequence : nil))
    }
}
