internal import Hummingbird
internal import Records
internal import Synchronization

/// One job's states as they change, until its end.
struct JobStream: Sendable {
    let desk: ServiceDesk

    /// Seconds between two looks at the ledger.
    static let lookSeconds = 0.25

    func follow(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let names = TenantNames(tenant: identity.tenant)
        guard try await desk.blocking({ try $0.job(id, ofTenant: identity.tenant) }) != nil else {
            throw Problem.notFound("job \(id.prefix(80))")
        }
        let told = Mutex<(text: String?, isOver: Bool)>((nil, false))
        return ServerSentEvents.response(room: desk.streams, every: Self.lookSeconds) { [desk] in
            if told.withLock({ $0.isOver }) { return nil }
            guard let job = try await desk.blocking({ try $0.job(id, ofTenant: identity.tenant) }) else { return nil }
            let text = names.outer(text: try CanonicalJSON.string(job))
            return told.withLock { told in
                told.isOver = job.state.isEnd
                guard told.text != text else { return [] }
                told.text = text
                return [.init(event: job.state.rawValue, data: text)]
            }
        }
    }
}
