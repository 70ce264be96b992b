internal import Hummingbird
internal import Logging
internal import Records
internal import Store
internal import Synchronization

/// The tenant's log of events: read in pages, or followed.
struct EventEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/events", .review) { try await list($0, $1) },
            Endpoint(.get, "/v1/events/:id", .review) { try await show($0, $1) },
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        var fields = FieldReader(query: request)
        let wanted = fields.texts("types", countMax: Event.Body.Kind.allCases.count) ?? []
        let types = Set(wanted.compactMap(Event.Body.Kind.init))
        if types.count < Set(wanted).count {
            fields.fail("types", "must be among \(Event.Body.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let after = fields.whole("after", in: 0...Int64(1) << 52)
        let limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        try fields.check()
        let isStream = ServerSentEvents.isWanted(request)
        let last = request.headers[.init("Last-Event-ID")!].flatMap { Int64($0) }
        let start = after ?? (isStream ? last : nil) ?? 0
        guard isStream else {
            let page = try await page(after: start, types, identity.tenant, limit)
            return try .json(
                PageAnswer(
                    items: page.map { EventAnswer(sequence: $0.sequence, event: $0.event) },
                    next: page.count == limit ? page.last?.sequence : nil), names: names)
        }
        let place = Mutex(start)
        return ServerSentEvents.response(room: desk.streams, every: 0.5) {
            let page = try await self.page(after: place.withLock { $0 }, types, identity.tenant, limit)
            if let end = page.last?.sequence { place.withLock { $0 = end } }
            return try page.map {
                .init(
                    event: $0.event.type.rawValue, id: "\($0.sequence)",
                    data: names.outer(
                        text: try CanonicalJSON.string(EventAnswer(sequence: $0.sequence, event: $0.event))))
            }
        }
    }

    private func page(after: Int64, _ types: Set<Event.Body.Kind>, _ tenant: String, _ limit: Int) async throws
        -> [StoredEvent]
    {
        try await desk.blocking { desk in
            try desk.reader().events(after: after, types: types, tenant: tenant, limit: limit)
        }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let stored = try await desk.blocking { desk in try desk.event(id, ofTenant: identity.tenant) }
        try await desk.blocking { desk in try desk.store.audit(identity, "event.viewed", id) }
        return try .json(
            EventAnswer(sequence: stored.sequence, event: stored.event), names: TenantNames(tenant: identity.tenant))
    }
}
