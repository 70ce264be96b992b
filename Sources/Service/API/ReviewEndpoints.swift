internal import HTTPTypes
internal import Hummingbird
internal import Interop
internal import Records
internal import Store

/// What people make of events: decisions on matches, and what a won appeal takes out of every profile.
struct ReviewEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.post, "/v1/events/:id/decision", .review) { try await decide($0, $1) },
            Endpoint(.post, "/v1/events/:id/reversal", .review) { try await reverse($0, $1) },
            Endpoint(.post, "/v1/events/:id/statement", .review) { try await state($0, $1) },
        ]
    }

    /// What somebody's word did.
    private struct Answer: Encodable, Sendable {
        /// What it is about.
        var eventID: String
        var verdict: Event.Decision.Verdict?
        var by: String
        var why: String
        /// Nil while the coordinator has not got to it; it is accepted all the same.
        var decisionID: String?
        var reversalID: String?
        var isFolded: Bool
        /// Whose profiles follow from the event.
        var creators: [String]

        enum CodingKeys: String, CodingKey {
            case eventID = "event_id", verdict, by, why, decisionID = "decision_id", reversalID = "reversal_id"
            case isFolded = "is_folded", creators
        }
    }

    /// Longest reason, Unicode scalars.
    private static let reasonMax = 2000

    private func decide(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        let verdict = fields.choice("verdict", of: Event.Decision.Verdict.self, isRequired: true)
        let why = fields.text("why", max: Self.reasonMax, isRequired: true) ?? ""
        try fields.check()
        guard let verdict else { throw Problem.invalid("/verdict", "is missing") }
        let review = try await desk.decide(id, verdict, why: why, identity)
        return try answer(
            Answer(
                eventID: id, verdict: verdict, by: identity.name, why: why, decisionID: review.event?.event.eventID,
                isFolded: review.isFolded, creators: review.target.creators), identity)
    }

    private func reverse(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        var (fields, _) = try await FieldReader.body(of: request, limit: 64 << 10)
        let why = fields.text("why", max: Self.reasonMax, isRequired: true) ?? ""
        try fields.check()
        let review = try await desk.reverse(id, why: why, identity)
        // Whose reversal is in force, which may have been somebody's before.
        var (by, reason) = (identity.name, why)
        if case .reversal(let body) = review.event?.event.body { (by, reason) = (body.by, body.why) }
        return try answer(
            Answer(
                eventID: id, by: by, why: reason, reversalID: review.event?.event.eventID, isFolded: review.isFolded,
                creators: review.target.creators), identity)
    }

    /// 202 says that the coordinator or the scorer has not got to it.
    private func answer(_ answer: Answer, _ identity: Identity) throws -> Response {
        try .json(
            answer, status: answer.isFolded ? .ok : .accepted, names: TenantNames(tenant: identity.tenant))
    }

    /// A statement of reasons as the DSA Transparency Database takes it; nothing is sent from here.
    private func state(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let (_, data) = try await FieldReader.jsonBody(of: request, limit: 64 << 10)
        let target = try await desk.blocking { desk in
            let target = try desk.event(id, ofTenant: identity.tenant).event
            try desk.store.audit(identity, "statement.made", id)
            return target
        }
        do {
            return .json(text: try StatementOfReasons(about: target, stating: data).json())
        } catch let problems as StatementProblems {
            throw Problem.invalid(problems.problems.map { .init(pointer: "/\($0.field)", detail: $0.sentence) })
        }
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
            case .reversal, .decision: []
            }
        return Array(Set(named.compactMap { $0 })).sorted()
    }
}
