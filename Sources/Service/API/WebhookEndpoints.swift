internal import Fetching
internal import Hummingbird

/// Where a tenant wants to be told that its jobs have ended.
struct WebhookEndpoints: Sendable {
    let desk: ServiceDesk

    /// Of one tenant.
    static let webhooksMax = 20

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/webhooks", .submit) { try await list($0, $1) },
            Endpoint(.post, "/v1/webhooks", .submit) { try await make($0, $1) },
            Endpoint(.delete, "/v1/webhooks/:id", .submit) { try await remove($0, $1) },
            Endpoint(.get, "/v1/webhooks/:id/deliveries", .submit) { try await deliveries($0, $1) },
            Endpoint(.post, "/v1/webhooks/:id/deliveries/:delivery/retry", .submit) { try await retry($0, $1) },
        ]
    }

    private struct Item: Encodable, Sendable {
        var id: String
        var url: String
        var format: ServiceStore.Webhook.Format
        var createdAt: String
        /// Told once, when it is made.
        var secret: String?

        enum CodingKeys: String, CodingKey { case id, url, format, createdAt = "created_at", secret }
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let webhooks = try await desk.blocking { desk in try desk.store.webhooks(ofTenant: identity.tenant) }
        return try .json(
            PageAnswer(items: webhooks.map { Item(id: $0.id, url: $0.url, format: $0.format, createdAt: $0.createdAt) })
        )
    }

    private func make(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        let url = fields.text("url", max: 2048, isRequired: true) ?? ""
        let format = fields.choice("format", of: ServiceStore.Webhook.Format.self) ?? .job
        if fields.errors.isEmpty {
            do { _ = try MediaURL(url) } catch { fields.fail("url", error.sentence) }
        }
        try fields.check()
        let made = try await desk.blocking { desk in
            guard try desk.store.webhooks(ofTenant: identity.tenant).count < Self.webhooksMax else {
                throw Problem(.conflict, "too_many_webhooks", "A tenant may have \(Self.webhooksMax) webhooks.")
            }
            try desk.store.audit(identity, "webhook.created", url)
            return try desk.store.makeWebhook(tenant: identity.tenant, url: url, format: format)
        }
        return try .json(
            Item(id: made.id, url: made.url, format: made.format, createdAt: made.createdAt, secret: made.secret),
            status: .created)
    }

    private func remove(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let isGone = try await desk.blocking { desk in
            let isGone = try desk.store.removeWebhook(id, tenant: identity.tenant)
            if isGone { try desk.store.audit(identity, "webhook.deleted", id) }
            return isGone
        }
        guard isGone else { throw Problem.notFound("webhook \(id.prefix(80))") }
        return .nothing
    }

    private func deliveries(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        var fields = FieldReader(query: request)
        let limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        try fields.check()
        let items = try await desk.blocking { desk in
            guard try desk.store.webhooks(ofTenant: identity.tenant).contains(where: { $0.id == id }) else {
                throw Problem.notFound("webhook \(id.prefix(80))")
            }
            return try desk.store.deliveries(ofWebhook: id, tenant: identity.tenant, limit: limit)
        }
        return try .json(PageAnswer(items: items))
    }

    private func retry(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let (id, delivery) = (context.part("id") ?? "", context.part("delivery") ?? "")
        let isThere = try await desk.blocking { desk in
            try desk.store.retryDelivery(delivery, webhook: id, tenant: identity.tenant)
        }
        guard isThere else { throw Problem.notFound("delivery \(delivery.prefix(80)) of this webhook") }
        return Response(status: .accepted)
    }
}
