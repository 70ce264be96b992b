internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Interop

/// Hasher-Matcher-Actioner's interface, for callers that know that one: Coop, and whoever speaks to an HMA.
///
/// With a token in the header it stands where HMA's does, at `/h`, `/m` and `/c`. HMA asks for no token, so its callers
/// send none: for them it stands at `/hma/TOKEN` too, and that with the address is the URL they need. A token in a URL is
/// seen by whatever writes addresses down, so give it the scope `lookup` alone unless the caller keeps banks, too, which
/// takes `admin`.
struct HMAEndpoints: Sendable {
    let desk: ServiceDesk

    /// With a token in the header; the document tells of these.
    var plain: [Endpoint] {
        HMAFacade.routes.map { route in
            Endpoint(Self.method(of: route), route.path, Self.scope(of: route)) { request, context in
                try await answer(request, at: request.uri.path, for: try context.requireIdentity())
            }
        } + [Endpoint(.get, "/status", nil) { _, _ in Self.alive }]
    }

    /// The same with the token in the address.
    var byAddress: [Endpoint] {
        HMAFacade.routes.map { route in
            Endpoint(Self.method(of: route), Self.prefix + "/:token" + route.path, nil) { request, context in
                let identity = try await bearer(of: context.part("token") ?? "", Self.scope(of: route))
                // What stands behind the token, which has no slash.
                let path = request.uri.path.dropFirst(Self.prefix.count + 1).drop { $0 != "/" }
                return try await answer(request, at: String(path), for: identity)
            }
        } + [
            Endpoint(.get, Self.prefix + "/:token/status", nil) { _, context in
                _ = try await bearer(of: context.part("token") ?? "", .lookup)
                return Self.alive
            }
        ]
    }

    private static func method(of route: HMAFacade.Route) -> HTTPRequest.Method {
        switch route.method {
        case .get: .get
        case .post: .post
        case .put: .put
        case .delete: .delete
        }
    }

    private static func scope(of route: HMAFacade.Route) -> Scope { route.isChange ? .admin : .lookup }

    private static var alive: Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: .init(string: "I-AM-ALIVE")))
    }

    static let prefix = "/hma"

    /// A path that may be written down: without the token that is in it.
    static func shown(_ path: String) -> String {
        guard path.hasPrefix(prefix + "/") else { return path }
        return prefix + "/…" + path.dropFirst(prefix.count + 1).drop { $0 != "/" }
    }

    private func bearer(of text: String, _ scope: Scope) async throws -> Identity {
        let known = try await desk.blocking { desk in
            try TokenText(text).flatMap { try desk.store.identity(bearing: $0) }
        }
        guard let known else {
            throw Problem(.unauthorized, "bad_token", "The token is not one of ours, was revoked, or has expired.")
        }
        guard known.may(scope) else {
            throw Problem(
                .forbidden, "missing_scope", "The token \(known.name) lacks the scope `\(scope.rawValue)`.")
        }
        return known
    }

    private func answer(_ request: Request, at path: String, for identity: Identity) async throws -> Response {
        let asked = HMARequest(
            HMARequest.Method(rawValue: request.method.rawValue) ?? .get, path,
            query: HMARequest.parameters(of: request.uri.query ?? ""))
        guard request.method == .post || request.method == .put else { return try await answer(asked, for: identity) }
        do {
            return try await withBody(of: request) { body in
                var asked = asked
                asked.body = body
                return try await answer(asked, for: identity)
            }
        } catch let problem as InteropError {
            return Self.response(HMAResponse(refusal: 400, problem.sentence))
        }
    }

    private func answer(_ question: HMARequest, for identity: Identity) async throws -> Response {
        let library = HMALibrary(desk: desk, identity: identity)
        return Self.response(
            try await desk.lookups.run("lookups") {
                try await desk.workshop.run { try HMAFacade(library).answer(question) }
            })
    }

    /// - Parameter use: has a file that was sent as long as it runs, and not longer.
    private func withBody(of request: Request, _ use: (HMARequest.Body) async throws -> Response) async throws
        -> Response
    {
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("application/json") {
            return try await use(.json(Array(buffer: try await request.body.collect(upTo: desk.options.bodyBytesMax))))
        }
        guard type.lowercased().hasPrefix("multipart/form-data") else { return try await use(.none) }
        let upload = MultipartUpload(try MultipartFile(contentType: type), request.body)
        return try await desk.uploads.lend(RequestBody(asyncSequence: upload), on: desk.workshop) { stored in
            try await use(.file(field: upload.field ?? "", path: stored.path))
        }
    }

    private static func response(_ answer: HMAResponse) -> Response {
        .json(text: answer.json, status: .init(code: answer.status))
    }
}
