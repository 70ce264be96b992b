internal import JobQueue
internal import Records
internal import Store

/// What reviewers do to events, whether they ask over HTTP or on a page: written to the audit log, handed to the
/// coordinator, and seen through to the profiles.
extension ServiceDesk {
    struct Review: Sendable {
        /// What it is about.
        var target: Event
        /// Nil while the coordinator has not got to it; it is accepted all the same.
        var event: StoredEvent?
        /// Whether the profiles have it.
        var isFolded: Bool
    }

    /// Takes an event out of every fold. What is reversed already stays as it is, and is answered as it is.
    ///
    /// - Throws: `Problem` with 404 when the tenant has no such event.
    func reverse(_ id: String, why: String, _ identity: Identity) async throws -> Review {
        let target = try await blocking { desk in
            let target = try desk.event(id, ofTenant: identity.tenant).event
            try desk.store.audit(identity, "event.reversed", id, detail: why)
            if try desk.reader().reversalInForce(of: id) == nil {
                try desk.queue.submit([
                    .reversal(tenant: identity.tenant, eventID: id, by: identity.name, why: why, at: Event.now())
                ])
            }
            return target
        }
        let (event, isFolded) = try await seeThrough { reader in try reader.reversalInForce(of: id) }
        return Review(target: target, event: event, isFolded: isFolded)
    }

    /// Enters what somebody makes of a match.
    ///
    /// - Throws: `Problem`: 404 when the tenant has no such event, 422 when it is no match.
    func decide(_ id: String, _ verdict: Event.Decision.Verdict, why: String, _ identity: Identity) async throws
        -> Review
    {
        let decision = Event.Decision(eventID: id, verdict: verdict, by: identity.name, why: why, at: Event.now())
        let target = try await blocking { desk in
            let target = try desk.event(id, ofTenant: identity.tenant).event
            guard target.body.kind == .matchEdge else {
                throw Problem.invalid("path/id", "is \(target.type.rawValue); decisions are about matches (match.edge)")
            }
            try desk.store.audit(identity, "match.decided", id, detail: "\(verdict.rawValue): \(why)")
            try desk.queue.submit([.decision(tenant: identity.tenant, body: decision)])
            return target
        }
        let (event, isFolded) = try await seeThrough { reader in
            try reader.decisions(about: id).last { $0.event.body == .decision(decision) }
        }
        return Review(target: target, event: event, isFolded: isFolded)
    }

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
    private static let seeThroughSeconds = 10.0

    /// Waits until the coordinator has written an event and the scorer has folded it.
    private func seeThrough(_ find: @escaping @Sendable (StoreReader) throws -> StoredEvent?) async throws
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
