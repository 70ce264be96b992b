extension HMAFacade {
    /// Signal type to value, of a URL's or an uploaded file's content.
    func hash(_ request: HMARequest) throws -> [String: String] {
        let types = try Self.types(of: request)
        let hashes = try hashes(request)
        var chosen: [String: String] = [:]
        // What cannot be hashed is an empty text, as HMA has it.
        for type in types { chosen[type.rawValue] = type == .vpdq ? hashes.vpdq ?? "" : hashes.videoMD5 }
        return chosen
    }

    func hashes(_ request: HMARequest) throws -> HMAHashes {
        switch request.method {
        case .get:
            guard let url = request["url"] else { throw HMAProblem(400, "url is required") }
            if let content = request["content_type"], !content.isEmpty { try Self.checkContent(content) }
            return try backend.hashes(atURL: url)
        case .post:
            guard case .file(let field, let path) = request.body else {
                throw HMAProblem(400, "Missing multipart/form-data file upload")
            }
            try Self.checkContent(field)
            return try backend.hashes(ofFile: path)
        }
    }

    /// Only videos are hashed here.
    private static func checkContent(_ name: String) throws {
        guard let content = SignalType.Content(rawValue: name) else {
            throw HMAProblem(400, "no such content_type: '\(name)'")
        }
        guard content == .video else { throw HMAProblem(400, "content_type \(name) is disabled") }
    }

    /// What `types` asks for, or all that a video has.
    static func types(of request: HMARequest) throws -> [SignalType] {
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
}
