internal import HTTPTypes
internal import Hummingbird

/// A request that is JSON and names its media, or is the media itself and has the rest in its query.
extension ServiceDesk {
    /// - Parameter make: reads a request from its fields, with the upload when there is one; nil when they are wrong.
    /// - Throws: `Problem` with what is wrong with the fields, or with the upload.
    func read<Wanted>(_ request: Request, _ make: (inout FieldReader, MediaSource?) -> Wanted?) async throws -> Wanted {
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            return try await upload(of: request, make).wanted
        }
        var (fields, _) = try await FieldReader.body(of: request, limit: options.bodyBytesMax)
        guard let wanted = make(&fields, nil) else { throw Problem.invalid(fields.errors) }
        return wanted
    }

    /// Takes a body that is the media itself, once the query is known to be right.
    func upload<Wanted>(of request: Request, _ make: (inout FieldReader, MediaSource?) -> Wanted?) async throws
        -> (wanted: Wanted, stored: UploadFolder.Stored)
    {
        func judged(_ stored: UploadFolder.Stored) throws -> Wanted {
            var fields = FieldReader(query: request)
            guard let wanted = make(&fields, .upload(stored)) else { throw Problem.invalid(fields.errors) }
            return wanted
        }
        _ = try judged(UploadFolder.Stored(path: "", digest: "", bytes: 0))
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }), length > uploads.bytesMax {
            throw uploads.tooLarge(length)
        }
        let stored = try await uploads.take(request.body, on: workshop)
        return (try judged(stored), stored)
    }
}
