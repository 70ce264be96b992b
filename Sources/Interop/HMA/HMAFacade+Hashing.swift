extension HMAFacade {
    /// Signal type to value, of a URL's or an uploaded file's content.
    func hash(_ request: HMARequest) throws -> [String: String] {
        switch request.method {
        case .get:
            guard let url = request["url"] else { throw HMAProblem(400, "url is required") }
            return try hash(ofURL: url, request)
        case .post:
            guard case .file(let field, let path) = request.body else {
                throw HMAProblem(400, "Missing multipart/form-data file upload")
            }
            try Self.checkContent(field)
            return Self.chosen(try Self.types(of: request), of: try backend.hashes(ofFile: path))
        }
    }

    func hash(ofURL url: String, _ request: HMARequest) throws -> [String: String] {
        if let content = request["content_type"], !content.isEmpty { try Self.checkContent(content) }
        return Self.chosen(try Self.types(of: request), of: try backend.hashes(atURL: url))
    }

    /// Only videos are hashed here.
    private static func checkContent(_ name: String) throws {
        guard let content = SignalType.Content(rawValue: name) else {
            throw HMAProblem(400, "no such content_type: '\(name)'")
        }
        guard content == .video else { throw HMAProblem(400, "content_type \(name) is disabled") }
    }

    /// What `types` asks for, or all that a video has.
    private static func types(of request: HMARequest) throws -> [SignalType] {
        let all = SignalType.allCases.filter { $0.content == .video }
        guard let wanted = request["types"] else { return all }
        let names = wanted.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
        guard !names.isEmpty else { throw HMAProblem(400, "empty signal type selection") }
        return try names.map { name in
            guard let type = all.first(where: { $0.rawValue == name }) else {
                throw HMAProblem(400, "signal type '\(name)' doesn't exist or is disabled")
            }
            return type
        }
    }

    /// What cannot be hashed is an empty text, as HMA has it.
    private static func chosen(_ types: [SignalType], of hashes: HMAHashes) -> [String: String] {
        var chosen: [String: String] = [:]
        for type in types { chosen[type.rawValue] = type == .vpdq ? hashes.vpdq ?? "" : hashes.videoMD5 }
        return chosen
    }
}
