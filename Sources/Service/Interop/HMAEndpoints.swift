internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Interop

/// Hasher-Matcher-Actioner's interface, for callers that know that one: Coop, and whoever speaks to an HMA.
///
/// With a token in the header it stands where HMA's does, at `/h`, `/m` and `/c`. HMA asks for no token, so its callers
/// send none: for them it stands at `/hma/TOKEN` too, and that with the address is the URL they need. A token in a URL is
/// seen by whatever writes addresses down, so give it the scope `lookup` alone.
struct HMAEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        HMAFacade.routes.flatMap { route in
            let method = route.method == .get ? HTTPRequest.Method.get : .post
            return [
                Endpoint(method, route.path, .lookup) { request, context in
                    try await answer(request, at: request.uri.path, for: try context.requireIdentity())
                },
                Endpoint(method, Self.prefix + "/:token" + route.path, nil) { request, context in
                    let identity = try await bearer(of: context.part("token") ?? "")
                    // What stands behind the token, which has no slash.
                    let path = request.uri.path.dropFirst(Self.prefix.count + 1).drop { $0 != "/" }
                    return try await answer(request, at: String(path), for: identity)
                },
            ]
        } + [
            Endpoint(.get, Self.prefix + "/:token/status", nil) { _, context in
                _ = try await bearer(of: context.part("token") ?? "")
                return Response(status: .ok, body: .init(byteBuffer: .init(string: "I-AM-ALIVE")))
            }
        ]
    }

    static let prefix = "/hma"

    /// A path that may be written down: without the token that is in it.
    static func shown(_ path: String) -> String {
        guard path.hasPrefix(prefix + "/") else { return path }
        return prefix + "/…" + path.dropFirst(prefix.count + 1).drop { $0 != "/" }
    }

    private func bearer(of text: String) async throws -> Identity {
        let known = try await desk.blocking { desk in
            try TokenText(text).flatMap { try desk.store.identity(bearing: $0) }
        }
        guard let known else {
            throw Problem(.unauthorized, "bad_token", "The token is not one of ours, was revoked, or has expired.")
        }
        guard known.may(.lookup) else {
            throw Problem(.forbidden, "missing_scope", "The token \(known.name) lacks the scope `lookup`.")
        }
        return known
    }

    private func answer(_ request: Request, at path: String, for identity: Identity) async throws -> Response {
        var asked = HMARequest(
            request.method == .post ? .post : .get, path.removingPercentEncoding ?? path,
            query: HMARequest.parameters(of: request.uri.query ?? ""))
        if request.method == .post {
            do {
                asked.body = try await body(of: request)
            } catch let problem as InteropError {
                return Self.response(HMAResponse(refusal: 400, problem.sentence))
            }
        }
        let (library, question) = (HMALibrary(desk: desk, identity: identity), asked)
        let answer = try await desk.lookups.run("lookups") {
            try await desk.workshop.run { try HMAFacade(library).answer(question) }
        }
        return Self.response(answer)
    }

    private func body(of request: Request) async throws -> HMARequest.Body {
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("application/json") {
            return .json(Array(buffer: try await request.body.collect(upTo: desk.options.bodyBytesMax)))
        }
        guard type.lowercased().hasPrefix("multipart/form-data") else { return .none }
        let upload = MultipartUpload(try MultipartFile(contentType: type), request.body)
        let stored = try await desk.uploads.take(RequestBody(asyncSequence: upload), on: desk.workshop)
        return .file(field: upload.field ?? "", path: stored.path)
    }

    private static func response(_ answer: HMAResponse) -> Response {
        .json(text: answer.json, status: .init(code: answer.status))
    }
}
