internal import HTTPTypes
internal import Hummingbird

/// A request that is JSON and names its media, or is the media itself and has the rest in its query.
extension ServiceDesk {
    /// - Parameter make: reads a request from its fields, with the upload when there is one; nil when they are wrong.
    /// - Throws: `Problem` with what is wrong with the fields, or with the upload.
    /// - Parameter use: has an upload as long as it runs, and not longer.
    func read<Wanted, Value>(
        _ request: Request, _ make: (inout FieldReader, MediaSource?) -> Wanted?,
        for use: (Wanted) async throws -> Value
    ) async throws -> Value {
        guard request.headers[.contentType]?.hasPrefix("application/json") == true else {
            _ = try judged(request, nil, make)
            return try await uploads.lend(request.body, on: workshop) { try await use(try judged(request, $0, make)) }
        }
        var (fields, _) = try await FieldReader.body(of: request, limit: options.bodyBytesMax)
        guard let wanted = make(&fields, nil) else { throw Problem.invalid(fields.errors) }
        return try await use(wanted)
    }

    /// Takes a body that is the media itself, once the query is known to be right, and keeps it.
    func upload<Wanted>(of request: Request, _ make: (inout FieldReader, MediaSource?) -> Wanted?) async throws
        -> (wanted: Wanted, stored: UploadFolder.Stored)
    {
        _ = try judged(request, nil, make)
        let stored = try await uploads.take(request.body, on: workshop)
        return (try judged(request, stored, make), stored)
    }

    /// The query of a request with its upload.
    ///
    /// - Parameter stored: nil before it has come.
    private func judged<Wanted>(
        _ request: Request, _ stored: UploadFolder.Stored?, _ make: (inout FieldReader, MediaSource?) -> Wanted?
    ) throws -> Wanted {
        var fields = FieldReader(query: request)
        let upload = stored ?? UploadFolder.Stored(path: "", digest: "", bytes: 0)
        guard let wanted = make(&fields, .upload(upload)) else { throw Problem.invalid(fields.errors) }
        if stored == nil, let length = request.headers[.contentLength].flatMap({ Int64($0) }),
            length > uploads.bytesMax
        {
            throw uploads.tooLarge(length)
        }
        return wanted
    }
}
