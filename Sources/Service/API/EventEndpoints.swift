internal import Hummingbird
internal import JobQueue
internal import Logging
internal import Records
internal import Store
internal import Synchronization

/// The tenant's log of events: read in pages, or followed; and what a won appeal takes out of it.
struct EventEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/events", .review) { try await list($0, $1) },
            Endpoint(.get, "/v1/events/:id", .review) { try await show($0, $1) },
            Endpoint(.post, "/v1/events/:id/reversal", .review) { try await reverse($0, $1) },
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

    /// What a reversal did.
    private struct Reversal: Encodable, Sendable {
        var eventID: String
        var by: String
        var why: String
        /// Nil while the coordinator or the scorer has not got to it; it is accepted all the same.
        var reversalID: String?
        var isFolded: Bool
        /// Whose profiles follow from the event.
        var creators: [String]

        enum CodingKeys: String, CodingKey {
            case eventID = "event_id", by, why, reversalID = "reversal_id", isFolded = "is_folded", creators
        }
    }

    /// Takes an event out of every fold, and waits until the profiles say so.
    private func reverse(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        let why = fields.text("why", max: 2000, isRequired: true) ?? ""
        try fields.check()
        let target = try await desk.blocking { desk in
            let target = try desk.event(id, ofTenant: identity.tenant)
            try desk.store.audit(identity, "event.reversed", id, detail: why)
            try desk.queue.submit([.reversal(tenant: identity.tenant, eventID: id, by: identity.name, why: why)])
            return target.event
        }
        let (event, isFolded) = try await desk.seeThrough { reader in
            try reader.reversals(of: id).last {
                if case .reversal(let body) = $0.event.body {
                    body.by == identity.name && body.why == why
                } else {
                    false
                }
            }
        }
        let answer = Reversal(
            eventID: id, by: identity.name, why: why, reversalID: event?.event.eventID, isFolded: isFolded,
            creators: target.creators)
        return try .json(
            answer, status: isFolded ? .ok : .accepted, names: TenantNames(tenant: identity.tenant))
    }
}

extension Event {
    /// Whom the event names, at either end of a match.
    var creators: [String] {
        let named: [String?] =
            switch body {
            case .videoObserved(let body): [body.video.creator]
            case .videoFeatures(let body): [body.creator]
            case .matchEdge(let body): [body.queryCreator, body.referenceCreator]
            case .matchSearched(let body): [body.creator]
            default: []
            }
        return Array(Set(named.compactMap { $0 })).sorted()
    }
}

extension ServiceDesk {
    /// A tenant's event.
    ///
    /// - Throws: `Problem` with 404 when there is none, or it is another tenant's.
    func event(_ id: String, ofTenant tenant: String) throws -> StoredEvent {
        guard let stored = try reader().event(id), stored.event.tenant == tenant else {
            throw Problem.notFound("event \(id.prefix(80))")
        }
        return stored
    }

    /// Longest that a request waits for the coordinator and the scorer, seconds.
    static let seeThroughSeconds = 10.0

    /// Waits until the coordinator has written an event and the scorer has folded it.
    ///
    /// - Returns: the event, nil when it was not written in time; and whether the profiles have it.
    func seeThrough(_ find: @escaping @Sendable (StoreReader) throws -> StoredEvent?) async throws
        -> (event: StoredEvent?, isFolded: Bool)
    {
        let end = ContinuousClock.now + .seconds(Self.seeThroughSeconds)
        var event: StoredEvent?
        while .now < end {
            if event == nil { event = try await blocking { desk in try find(try desk.reader()) } }
            if let sequence = event?.sequence {
                let isFolded = try await blocking { desk in
                    try desk.profiles()?.foldedThrough().map { $0 >= sequence } ?? false
                }
                if isFolded { return (event, true) }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return (event, false)
    }
}
