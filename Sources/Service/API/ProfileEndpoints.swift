internal import Foundation
internal import Hummingbird
internal import Records
internal import Scoring
internal import Store

/// Creators' profiles as the scorer folded them.
struct ProfileEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/profiles", .review) { try await list($0, $1) },
            Endpoint(.get, "/v1/profiles/:creator", .review) { try await show($0, $1) },
            Endpoint(.get, "/v1/profiles/:creator/events", .review) { try await events($0, $1) },
        ]
    }

    /// A line of the list; the whole is at the profile's own address.
    private struct Item: Encodable, Sendable {
        var creator: String
        var score: Int
        var band: String
        var videos: Int
        var copies: Int
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        var fields = FieldReader(query: request)
        let after = fields.text("after", max: JobRequest.nameMax)
        let limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        try fields.check()
        let (items, hasMore) = try await desk.blocking { desk -> ([Item], Bool) in
            let mine = try desk.profiles()?.all().filter { names.outer($0.creator) != nil } ?? []
            let rest = mine.drop { stored in after.map { stored.creator <= names.inner($0) } ?? false }
            let items = try rest.prefix(limit).map { stored in
                let profile = try CanonicalJSON.decode(CreatorProfile.self, from: Data(stored.profile.utf8))
                return Item(
                    creator: profile.creator, score: profile.score, band: profile.band, videos: profile.videos,
                    copies: profile.copies.filter { $0.notCounted == nil }.count)
            }
            return (items, rest.count > limit)
        }
        struct Page: Encodable, Sendable {
            var items: [Item]
            var next: String?
        }
        return try .json(Page(items: items, next: hasMore ? items.last?.creator : nil), names: names)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        let creator = context.part("creator") ?? ""
        let text = try await desk.blocking { desk -> String in
            guard TenantNames.isAcceptable(creator), let stored = try desk.profiles()?.get(names.inner(creator)) else {
                throw Problem.notFound("profile of \(creator.prefix(200))")
            }
            try desk.store.audit(identity, "profile.viewed", creator)
            return stored.profile
        }
        return .json(text: names.outer(text: text))
    }

    /// What the profile is folded from, and what was taken out of it.
    private func events(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        let creator = context.part("creator") ?? ""
        let events = try await desk.blocking { desk -> [EventAnswer] in
            guard TenantNames.isAcceptable(creator) else { throw Problem.notFound("creator \(creator.prefix(200))") }
            let reader = try desk.reader()
            let own = try reader.events(ofCreator: names.inner(creator)).filter { $0.event.tenant == identity.tenant }
            guard !own.isEmpty else { throw Problem.notFound("creator \(creator.prefix(200))") }
            let ids = Set(own.map(\.event.eventID))
            let decisions = try reader.decisions().filter { $0.event.body.subject.map(ids.contains) ?? false }
            let about = ids.union(decisions.map(\.event.eventID))
            let reversals = try reader.reversals().filter { $0.event.body.subject.map(about.contains) ?? false }
            try desk.store.audit(identity, "profile.events.viewed", creator)
            return (own + decisions + reversals).sorted { $0.sequence < $1.sequence }.map {
                EventAnswer(sequence: $0.sequence, event: $0.event)
            }
        }
        return try .json(PageAnswer(items: events), names: names)
    }
}
