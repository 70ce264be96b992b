internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Records
internal import Report

/// The review console's pages.
struct ConsoleEndpoints: Sendable {
    let console: ConsoleDesk

    init(desk: ServiceDesk) throws { console = try ConsoleDesk(desk: desk) }

    var all: [Endpoint] {
        let root = ConsoleAddress.root
        return [
            Endpoint(.get, "/", nil) { _, _ in ConsoleDesk.redirect("\(root)/cases") },
            Endpoint(.get, root, nil) { _, _ in ConsoleDesk.redirect("\(root)/cases") },
            Endpoint(.get, "\(root)/assets/:name", nil) { try asset($0, $1) },
        ] + SessionPages(console: console).all + CasePages(console: console).all
            + CreatorPages(console: console).all + FleetPages(console: console).all
            + EvidenceFiles(console: console).all
    }

    func stop() async { await console.gallery.stop() }

    private func asset(_ request: Request, _ context: ServiceContext) throws -> Response {
        guard let asset = console.assets[context.part("name") ?? ""] else { throw Problem.notFound("such file") }
        let tag = "\"\(asset.tag)\""
        // An address with the content's tag names this content for good.
        let isTagged = request.uri.queryParameters.get("v") == asset.tag
        let cache = isTagged ? "public, max-age=31536000, immutable" : "public, no-cache"
        let headers: HTTPFields = [.eTag: tag, .cacheControl: cache]
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified, headers: headers) }
        return .bytes(asset.data, type: asset.type, headers: headers)
    }
}

extension ConsoleDesk {
    /// A page of the console for somebody who may see it. Nobody is sent to the door, and comes back from there; what
    /// goes wrong is told on a page.
    func visit(
        _ scope: Scope, _ request: Request, _ context: ServiceContext,
        _ body: (Identity) async throws -> Response
    ) async throws -> Response {
        guard let identity = context.identity else {
            if request.method == .get || request.method == .head {
                return Self.redirect(
                    "\(ConsoleAddress.root)/login?next=\(ConsoleAddress.encoded(request.uri.description))")
            }
            return try message(
                .unauthorized, "Sign in again",
                "The session has ended, or the request did not come from one of our pages. Nothing was changed.",
                request,
                context)
        }
        guard identity.may(scope) else {
            return try message(
                .forbidden, "Not for this token", "\(identity.name) lacks the scope “\(scope.rawValue)”.", request,
                context)
        }
        do { return try await body(identity) } catch {
            let problem = ProblemMiddleware.problem(of: error)
            if problem.status.code >= 500 {
                context.logger.error("a page failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            }
            return try message(problem.status, problem.status.reasonPhrase, problem.detail, request, context)
        }
    }

    func message(
        _ status: HTTPResponse.Status, _ heading: String, _ sentence: String, _ request: Request,
        _ context: ServiceContext
    ) throws -> Response {
        try page(
            "message", title: heading, status: status, request, context,
            MessagePage(heading: heading, sentence: sentence))
    }

    /// The fields of a form that one of our pages sent.
    static func form<Fields: Decodable>(_ request: Request, as type: Fields.Type) async throws -> Fields {
        let body = try await request.body.collect(upTo: 64 << 10)
        do { return try URLEncodedFormDecoder().decode(type, from: String(buffer: body)) } catch {
            throw Problem(.badRequest, "bad_form", "The form is not what the page sends.")
        }
    }

    /// A reason as it is kept: said, and no novel.
    static func reason(_ text: String?) throws -> String {
        let why = (text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard !why.isEmpty else { throw Problem.invalid("why", "a decision needs a reason") }
        guard why.utf8.count <= 2000 else { throw Problem.invalid("why", "is longer than 2,000 bytes") }
        return PlainText.harmless(why)
    }

    /// Only places of the console; nobody is sent elsewhere by a link that was handed to them.
    static func local(_ next: String?) -> String {
        guard let next, next.hasPrefix("\(ConsoleAddress.root)/"), !next.contains("//"), !next.contains("\\"),
            next.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return "\(ConsoleAddress.root)/cases" }
        return next
    }
}
