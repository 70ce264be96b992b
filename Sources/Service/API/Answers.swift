internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records

extension Response {
    /// A value as canonical JSON: the same answer, the same bytes.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
        names: TenantNames? = nil
    ) throws -> Response {
        var text = try CanonicalJSON.string(value)
        if let names { text = names.outer(text: text) }
        return json(text: text, status: status, headers: headers)
    }

    static func json(text: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func bytes(_ data: Data, type: String, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }

    static var nothing: Response { Response(status: .noContent) }
}

extension TenantNames {
    /// A text that speaks of this tenant's things alone, with their names as the tenant knows them.
    func outer(text: String) -> String {
        let prefix = inner("")
        return prefix.isEmpty ? text : text.replacing(prefix, with: "")
    }
}

/// Pages of a list: `items` and where the next one begins.
struct PageAnswer<Item: Encodable & Sendable>: Encodable, Sendable {
    var items: [Item]
    /// What `after` takes to go on; absent at the end.
    var next: Int64?
}
