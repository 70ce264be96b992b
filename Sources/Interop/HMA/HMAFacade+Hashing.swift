extension HMAFacade {
    /// Signal type to value, of a URL's or an uploaded file's content.
    func hash(_ request: HMARequest) throws -> [String: String] {
        let (hashes, types) = try hashes(request)
        return Dictionary(uniqueKeysWithValues: types.map { ($0.rawValue, hashes.signals[$0] ?? "") })
    }

    /// What the request brings, hashed, and which of its signals are asked for.
    ///
    /// A URL says what it is by its content, unless `content_type` does. HMA goes by the header that the URL is answered
    /// with, which may be wrong.
    func hashes(_ request: HMARequest) throws -> (hashes: HMAHashes, types: [SignalType]) {
        switch request.method {
        case .get:
            guard let url = request["url"] else { throw HMAProblem(400, "url is required") }
            let content = try request["content_type"].flatMap { try $0.isEmpty ? nil : Self.content(named: $0) }
            // What is asked for in vain is told before anything is fetched.
            let wanted = try Self.types(of: request, for: content)
            let hashes = try backend.hashes(atURL: url, as: content)
            return (hashes, try content == nil ? Self.types(of: request, for: hashes.content) : wanted)
        case .post, .put, .delete:
            guard case .file(let field, let path) = request.body else {
                throw HMAProblem(400, "Missing multipart/form-data file upload")
            }
            let content = try Self.content(named: field)
            let wanted = try Self.types(of: request, for: content)
            return (try backend.hashes(ofFile: path, as: content), wanted)
        }
    }

    private static func content(named name: String) throws -> SignalType.Content {
        guard let content = SignalType.Content(rawValue: name) else {
            throw HMAProblem(400, "no such content_type: '\(name)'")
        }
        return content
    }

    /// What `types` asks for, or all that the content has; of any content where it is not known yet.
    private static func types(of request: HMARequest, for content: SignalType.Content?) throws -> [SignalType] {
        let all = SignalType.allCases.filter { content == nil || $0.content == content }
        guard let wanted = request["types"] else { return all }
        let names = wanted.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        guard !names.isEmpty else { throw HMAProblem(400, "empty signal type selection") }
        var chosen: [SignalType] = []
        for name in names {
            guard let type = all.first(where: { $0.rawValue == name }) else {
                throw HMAProblem(400, "signal type '\(name)' doesn't exist or is disabled")
            }
            if !chosen.contains(type) { chosen.append(type) }
        }
        return chosen
    }
}
