internal import FingerprintIndex
internal import Fleet
internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import Logging
internal import SQL
internal import Store

/// Makes a problem document of whatever a handler throws, and says in the log what a caller is not told.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            guard EndpointTable.known.contains(request.method) else {
                throw Problem(
                    .notImplemented, "unknown_method", "There is no method \(request.method.rawValue.prefix(20)) here.")
            }
            return try await next(request, context)
        } catch is CancellationError {
            // Nobody is left to answer; what is written goes nowhere.
            return Problem(.init(code: 499, reasonPhrase: "Client Closed Request"), "cancelled", "The caller left.")
                .response(instance: context.instance)
        } catch {
            let problem = Self.problem(of: error)
            if problem.status.code >= 500 {
                context.logger.error(
                    "a request failed",
                    metadata: [
                        "path": "\(HMAEndpoints.shown(request.uri.path))", "code": "\(problem.code)",
                        "error": "\(error)",
                    ])
            }
            return problem.response(instance: context.instance)
        }
    }

    static func problem(of error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let error as HTTPError:
            let code =
                switch error.status {
                case .notFound: "not_found"
                case .contentTooLarge: "over_limit_bytes"
                default: "bad_request"
                }
            return Problem(
                error.status, code, error.body ?? "The request cannot be answered: \(error.status.reasonPhrase).")
        case let error as QueueError: return problem(error.code.rawValue)
        case let error as StoreError: return problem(error.code.rawValue)
        case let error as SQLError: return problem(error.code.rawValue)
        case let error as IndexError: return problem(error.code.rawValue)
        case let error as DecodeError where error.code == .resources: return problem("resources")
        default:
            return Problem(
                .internalServerError, "internal", "Something went wrong here; the log knows the request by `instance`.")
        }
    }

    /// What is the machine's trouble and passes, or an operator can mend: the caller may try again.
    private static func problem(_ code: String) -> Problem {
        switch code {
        case "diskFull":
            Problem(
                .init(code: 507, reasonPhrase: "Insufficient Storage"), "disk_full",
                "The disk is full; nothing was taken.", retryAfter: 60)
        case "unreachable", "busy", "missing", "tooManyFiles", "resources":
            Problem(
                .serviceUnavailable, "unavailable", "Something that this needs cannot be reached just now.",
                retryAfter: 5)
        default:
            Problem(
                .internalServerError, "internal", "Something went wrong here; the log knows the request by `instance`.")
        }
    }
}

extension ServiceContext {
    /// Names this request in a problem and in the log.
    var instance: String { "urn:moire:request:\(requestID)" }
}
