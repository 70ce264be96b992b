internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records

/// What went wrong with a request, as RFC 9457 says it.
///
/// `code` is stable and made for machines; `detail` is a sentence for people. Where a field is to blame, `errors`
/// names it by its JSON pointer (RFC 6901), or by `query/NAME` and `header/NAME`.
struct Problem: Error, Sendable, Equatable {
    struct Field: Sendable, Equatable, Codable {
        var pointer: String
        var detail: String
    }

    var status: HTTPResponse.Status
    var code: String
    var detail: String
    var errors: [Field] = []
    /// Seconds after which it may work.
    var retryAfter: Int?
    /// Methods that would do; with 405.
    var allow: [String] = []

    init(
        _ status: HTTPResponse.Status, _ code: String, _ detail: String, errors: [Field] = [], retryAfter: Int? = nil,
        allow: [String] = []
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
        self.allow = allow
    }

    static func notFound(_ what: String) -> Problem { Problem(.notFound, "not_found", "There is no \(what).") }

    static func invalid(_ errors: [Field]) -> Problem {
        let first = errors.first.map { "\($0.pointer.isEmpty ? "the body" : $0.pointer): \($0.detail)" } ?? ""
        let more = errors.count > 1 ? " (and \(errors.count - 1) more)" : ""
        return Problem(.unprocessableContent, "invalid_field", first + more, errors: errors)
    }

    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        invalid([Field(pointer: pointer, detail: detail)])
    }

    /// Accepted later, not lost: nothing of the request was taken.
    static func overloaded(_ detail: String, retryAfter: Int = 1) -> Problem {
        Problem(.tooManyRequests, "overloaded", detail, retryAfter: retryAfter)
    }

    private struct Body: Encodable {
        var type: String
        var title: String
        var status: Int
        var detail: String
        var instance: String
        var code: String
        var errors: [Field]?
    }

    func response(instance: String) -> Response {
        let body = Body(
            type: "/problems/\(code)", title: status.reasonPhrase, status: status.code, detail: detail,
            instance: instance, code: code, errors: errors.isEmpty ? nil : errors)
        var headers: HTTPFields = [.contentType: "application/problem+json"]
        if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
        if !allow.isEmpty { headers[.allow] = allow.joined(separator: ", ") }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"moire\"" }
        let text = (try? CanonicalJSON.string(body)) ?? "{}"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
