internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// The interface's own description, OpenAPI 3.1.
struct DocumentEndpoints: Sendable {
    var all: [Endpoint] {
        [Endpoint(.get, "/v1/openapi.json", nil) { _, _ in .bytes(try Self.document(), type: "application/json") }]
    }

    static func document() throws -> Data {
        guard let url = Bundle.module.url(forResource: "openapi", withExtension: "json") else {
            throw Problem(.internalServerError, "internal", "The service's resources are missing beside its program.")
        }
        return try Data(contentsOf: url)
    }
}
