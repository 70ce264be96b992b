internal import Scoring
internal import Foundation
internal import Hummingbird
internal import Report

/// Creators, worst first, and one of them.
struct CreatorPages: Sendable {
    let console: ConsoleDesk

    var all: [Endpoint] {
        let root = ConsoleAddress.root
        return [
            Endpoint(.get, "\(root)/creators", nil) { try await list($0, $1) },
            Endpoint(.get, "\(root)/creators/:creator", nil) { try await show($0, $1) },
        ]
    }

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let names = TenantNames(tenant: identity.tenant)
            let page = try await console.desk.blocking { [console] _ in
                let book = try console.cases()
                return CreatorsPage(
                    book.allProfiles.filter { names.outer($0.creator) != nil }, rules: book.rules,
                    address: ConsoleAddress(names: names))
            }
            return try console.page("creators", title: "Creators", place: .creators, request, context, page)
        }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let names = TenantNames(tenant: identity.tenant)
            let creator = context.part("creator") ?? ""
            guard TenantNames.isAcceptable(creator) else { throw Problem.notFound("creator \(creator.prefix(200))") }
            let page = try await console.desk.workshop.run { [console] in
                let book = try console.cases()
                guard
                    let file = try CreatorFile(
                        names.inner(creator), tenant: identity.tenant, book: book, reader: try console.desk.reader())
                else { throw Problem.notFound("creator \(creator.prefix(200))") }
                try console.desk.store.audit(identity, "profile.viewed", creator)
                return try CreatorPage(file, desk: console, address: ConsoleAddress(names: names))
            }
            return try console.page("creator", title: creator, place: .creators, request, context, page)
        }
    }
}
