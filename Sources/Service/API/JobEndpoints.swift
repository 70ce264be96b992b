internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import Logging
internal import Records
internal import Store

/// Jobs: accepted, looked at, cancelled, tried again.
struct JobEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.post, "/v1/jobs", .submit) { try await submit($0, $1) },
            Endpoint(.get, "/v1/jobs", .submit) { try await list($0, $1) },
            Endpoint(.get, "/v1/jobs/:id", .submit) { try await show($0, $1) },
            Endpoint(.get, "/v1/jobs/:id/events", .submit) { try await JobStream(desk: desk).follow($0, $1) },
            Endpoint(.post, "/v1/jobs/:id/cancel", .submit) { try await change($0, $1) { .cancel(jobID: $0) } },
            Endpoint(.post, "/v1/jobs/:id/retry", .submit) { try await change($0, $1) { .retry(jobID: $0) } },
        ]
    }

    // MARK: Accepting

    /// One job, a batch, or an upload; 202 once everything of it is durable.
    private func submit(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let key = try Self.idempotencyKey(of: request)
        guard let key else { return try await submit(request, identity, key: nil) }
        // Held while the request is read, however long an upload takes.
        return try await desk.keysInFlight.run("\(identity.tenant)\n\(key)") {
            try await submit(request, identity, key: key)
        }
    }

    private func submit(_ request: Request, _ identity: Identity, key: String?) async throws -> Response {
        try await desk.checkBacklog()
        let names = TenantNames(tenant: identity.tenant)
        let type = request.headers[.contentType] ?? ""
        guard type.hasPrefix("application/json") else {
            return try await upload(request, identity, names, key: key)
        }
        let (body, data) = try await FieldReader.body(of: request, limit: desk.options.bodyBytesMax)
        var fields = body
        let isBatch = fields.has("jobs")
        var wanted: [JobRequest] = []
        var errors: [Problem.Field] = []
        if isBatch {
            for var item in fields.objects("jobs", countMax: desk.options.batchMax) ?? [] {
                if let job = JobRequest(&item, names: names, roots: desk.options.mediaRoots) { wanted.append(job) }
                errors += item.errors
            }
            errors += fields.finish()
        } else {
            if let job = JobRequest(&fields, names: names, roots: desk.options.mediaRoots) { wanted.append(job) }
            errors += fields.errors
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        let hash = Hexadecimal.text(of: SHA256.hash(data: data))
        return try await accept(wanted, identity, names, isBatch: isBatch, key: key, hash: hash)
    }

    private func upload(_ request: Request, _ identity: Identity, _ names: TenantNames, key: String?) async throws
        -> Response
    {
        let (job, stored) = try await desk.upload(of: request) { fields, source in
            JobRequest(&fields, uploaded: source, names: names, roots: [])
        }
        let hash = Hexadecimal.text(of: SHA256.hash(data: Data("\(stored.digest)?\(request.uri.query ?? "")".utf8)))
        return try await accept([job], identity, names, isBatch: false, key: key, hash: hash)
    }

    private func accept(
        _ wanted: [JobRequest], _ identity: Identity, _ names: TenantNames, isBatch: Bool, key: String?, hash: String
    ) async throws -> Response {
        let jobs = wanted.enumerated().map { index, job in
            job.job(tenant: identity.tenant, key: job.key ?? key.map { "idempotency|\($0)|\(index)" })
        }
        let answer = try await desk.submissions.accept(
            .init(
                tenant: identity.tenant, jobs: jobs, idempotency: key.map { ($0, hash) }))
        let answers = try await desk.blocking { desk in try desk.jobs(answer.ids, ofTenant: identity.tenant) }
        var headers: HTTPFields = [:]
        if answer.isReplay { headers[.init("Idempotent-Replayed")!] = "true" }
        guard isBatch else {
            guard let job = answers.first else { throw Problem.notFound("such job") }
            headers[.location] = "/v1/jobs/\(job.id)"
            return try .json(job, status: .accepted, headers: headers, names: names)
        }
        return try .json(PageAnswer(items: answers), status: .accepted, headers: headers, names: names)
    }

    private static func idempotencyKey(of request: Request) throws -> String? {
        guard let key = request.headers[.init("Idempotency-Key")!] else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem.invalid("header/Idempotency-Key", "must have 1 to 255 printable ASCII characters")
        }
        return key
    }

    // MARK: Looking

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        var fields = FieldReader(query: request)
        let state = fields.choice("state", of: JobState.self)
        let after = fields.whole("after", in: 0...Int64(1) << 52) ?? 0
        let limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        try fields.check()
        let jobs = try await desk.blocking { desk in
            try desk.reader().jobs(state.map { [$0] } ?? [], tenant: identity.tenant, after: after, limit: limit)
        }
        return try .json(
            PageAnswer(items: jobs.map { JobAnswer($0) }, next: jobs.count == limit ? jobs.last?.sequence : nil),
            names: TenantNames(tenant: identity.tenant))
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let answer = try await desk.blocking { desk in try desk.job(id, ofTenant: identity.tenant, isWhole: true) }
        guard let answer else { throw Problem.notFound("job \(id.prefix(80))") }
        return try .json(answer, names: TenantNames(tenant: identity.tenant))
    }

    private func change(
        _ request: Request, _ context: ServiceContext, _ message: @escaping @Sendable (String) -> InboxMessage
    ) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let answer = try await desk.blocking { desk -> JobAnswer? in
            guard let job = try desk.job(id, ofTenant: identity.tenant) else { return nil }
            try desk.queue.submit([message(job.id)])
            if case .retry = message(job.id) { try desk.store.reopenSubmission(job.id) }
            return job
        }
        guard let answer else { throw Problem.notFound("job \(id.prefix(80))") }
        return try .json(answer, status: .accepted, names: TenantNames(tenant: identity.tenant))
    }
}

extension ServiceDesk {
    /// A tenant's job, in the ledger or on its way there; nil when it is not the tenant's.
    ///
    /// - Parameter isWhole: with story, signals and matches.
    func job(_ id: String, ofTenant tenant: String, isWhole: Bool = false) throws -> JobAnswer? {
        guard home.hasStore, let reader = try? reader(), let job = try reader.job(id) else {
            return try store.submissions([id], ofTenant: tenant).first.map { JobAnswer(accepted: $0) }
        }
        guard job.spec.tenant == tenant else { return nil }
        var answer = JobAnswer(job, progress: try progress(of: job))
        guard isWhole else { return answer }
        answer.story = try reader.story(ofJob: id)
        if job.state == .done {
            answer.record = try reader.record(ofJob: id)
            let found = try reader.matches(ofVideo: job.spec.video.videoID)
            answer.matches = found.matches
            answer.referencesSearched = found.searched
        }
        return answer
    }

    /// In the order of `ids`.
    func jobs(_ ids: [String], ofTenant tenant: String) throws -> [JobAnswer] {
        var known: [String: JobAnswer] = [:]
        for start in stride(from: 0, to: ids.count, by: StoreReader.standingsMax) {
            let part = Array(ids[start..<min(start + StoreReader.standingsMax, ids.count)])
            for submission in try store.submissions(part, ofTenant: tenant) {
                known[submission.spec.id] = JobAnswer(accepted: submission)
            }
        }
        return ids.compactMap { known[$0] }
    }

    /// - Throws: `Problem` with 429 while more jobs are open than the operator allows.
    func checkBacklog() async throws {
        guard let most = options.openJobsMax else { return }
        let open = try await blocking { desk in try desk.backlog.open { try desk.reader().openJobs() } }
        guard open < most else {
            throw Problem.overloaded(
                "\(open) jobs are open; at most \(most) are accepted. Nothing was taken.", retryAfter: 10)
        }
    }
}
