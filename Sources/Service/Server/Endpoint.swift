internal import HTTPTypes
internal import Hummingbird

/// One operation of the interface: what is asked for, who may ask, and what answers.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (Request, ServiceContext) async throws -> Response

    var method: HTTPRequest.Method
    /// As the router writes it: `/v1/jobs/:id`.
    var path: String
    /// Nil where anybody may ask.
    var scope: Scope?
    var handler: Handler

    init(_ method: HTTPRequest.Method, _ path: String, _ scope: Scope?, _ handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.scope = scope
        self.handler = handler
    }
}

/// The methods that a path is asked for in vain are answered with 405 and those it has.
enum EndpointTable {
    static let known: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect, HTTPRequest.Method("QUERY")!,
    ]

    static func install(_ endpoints: [Endpoint], on router: Router<ServiceContext>) {
        var methods: [String: [HTTPRequest.Method]] = [:]
        for endpoint in endpoints {
            methods[endpoint.path, default: []].append(endpoint.method)
            router.on(RouterPath(endpoint.path), method: endpoint.method) { request, context in
                if let scope = endpoint.scope { try context.require(scope) }
                return try await endpoint.handler(request, context)
            }
        }
        for (path, present) in methods {
            let allow = present.map(\.rawValue).sorted()
            for method in known where !present.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem(
                        .methodNotAllowed, "method_not_allowed", "This takes \(allow.joined(separator: ", ")).",
                        allow: allow)
                }
            }
        }
    }
}

extension ServiceContext {
    /// - Throws: `Problem`: 401 for nobody, 403 for somebody who may not.
    @discardableResult
    func require(_ scope: Scope) throws -> Identity {
        let identity = try requireIdentity()
        guard identity.may(scope) else {
            throw Problem(
                .forbidden, "missing_scope", "The token \(identity.name) lacks the scope `\(scope.rawValue)`.")
        }
        return identity
    }

    func requireIdentity() throws -> Identity {
        guard let identity else {
            throw Problem(
                .unauthorized, "unauthenticated",
                "This needs a token in force: `Authorization: Bearer moire_…`; `moire-api token create` makes one.")
        }
        return identity
    }
}
