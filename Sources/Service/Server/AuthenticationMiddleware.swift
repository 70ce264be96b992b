internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Synchronization

/// Finds out who is asking: by a bearer token, or by the cookie of a browser's session.
///
/// A cookie is sent by a browser whoever wrote the page, so it counts for a request that changes something only when
/// the browser says that the page is ours (`Sec-Fetch-Site`, or `Origin` against `Host`).
struct AuthenticationMiddleware: RouterMiddleware {
    static let cookie = "moire_session"
    /// A revoked token is refused this late at most.
    static let cacheSeconds = 2.0
    private static let cacheMax = 10_000

    let desk: ServiceDesk
    private let cache = TokenCache()

    init(desk: ServiceDesk) { self.desk = desk }

    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.identity = try await identity(of: request)
        if let identity = context.identity {
            context.logger[metadataKey: "token"] = "\(identity.tokenID)"
        }
        return try await next(request, context)
    }

    private func identity(of request: Request) async throws -> Identity? {
        if let header = request.headers[.authorization] {
            // A wrong token is told, even where none is needed: its bearer believes to be somebody.
            guard let token = Self.bearer(header), let known = try await known(token, isSession: false) else {
                throw Problem(
                    .unauthorized, "bad_token", "The token is not one of ours, was revoked, or has expired.")
            }
            return known
        }
        guard let text = request.cookies[Self.cookie]?.value, let session = TokenText(text),
            request.method == .get || request.method == .head || Self.isSameOrigin(request)
        else { return nil }
        return try await known(session, isSession: true)
    }

    private func known(_ token: TokenText, isSession: Bool) async throws -> Identity? {
        let key = (isSession ? "s" : "t") + token.text
        if let cached = cache.identity(for: key) { return cached }
        let found = try await desk.blocking { desk in
            isSession ? try desk.store.identity(ofSession: token) : try desk.store.identity(bearing: token)
        }
        if let found { cache.keep(found, for: key) }
        return found
    }

    private static func bearer(_ header: String) -> TokenText? {
        let parts = header.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return TokenText(String(parts[1]))
    }

    static func isSameOrigin(_ request: Request) -> Bool {
        if let site = request.headers[.init("Sec-Fetch-Site")!] { return site == "same-origin" }
        guard let origin = request.headers[.origin], let host = request.head.authority else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    /// Identities for a moment, so that a flood of requests is not a flood of reads.
    private final class TokenCache: Sendable {
        private let entries = Mutex<[String: (identity: Identity, until: ContinuousClock.Instant)]>([:])

        func identity(for key: String) -> Identity? {
            entries.withLock { entries in
                guard let entry = entries[key], entry.until > .now else { return nil }
                return entry.identity
            }
        }

        func keep(_ identity: Identity, for key: String) {
            entries.withLock { entries in
                if entries.count >= cacheMax { entries.removeAll() }
                entries[key] = (identity, .now + .seconds(cacheSeconds))
            }
        }
    }
}
