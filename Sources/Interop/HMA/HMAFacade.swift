internal import Records

/// Answers Hasher-Matcher-Actioner's questions (facebook/ThreatExchange, its `docs/api.md` and the blueprints
/// `hashing`, `matching`, `curation`), so that whoever asks an HMA can ask Moiré at another URL.
///
/// What differs: a video is matched by Moiré's own alignment, so a part of one is found, and `distance` says how much of
/// either was (`87%[100%]`: the query's, the reference's); nothing is compared by chance, so `seed` changes nothing and
/// banks that are off stay off whatever `bypass_coinflip` says; a photo and a `pdq` hash are looked up among the frames
/// of all videos, too; references have no MD5, so `video_md5` is made and not looked up.
public struct HMAFacade: Sendable {
    let backend: any HMABackend

    public init(_ backend: any HMABackend) { self.backend = backend }

    /// An operation, as a router lists it.
    public struct Route: Sendable {
        public var method: HMARequest.Method
        /// Parts that begin with a colon stand for any.
        public var path: String
        /// Whether banks are changed by it, which takes more than being allowed to look.
        public var isChange: Bool

        init(_ method: HMARequest.Method, _ path: String, isChange: Bool = false) {
            self.method = method
            self.path = path
            self.isChange = isChange
        }
    }

    public static let routes: [Route] = [
        Route(.get, "/h/hash"), Route(.post, "/h/hash"),
        Route(.get, "/m/lookup"), Route(.post, "/m/lookup"), Route(.get, "/m/raw_lookup"), Route(.post, "/m/compare"),
        Route(.get, "/m/index/status"),
        Route(.get, "/c/banks"), Route(.post, "/c/banks", isChange: true),
        Route(.get, "/c/bank/:name"), Route(.put, "/c/bank/:name", isChange: true),
        Route(.delete, "/c/bank/:name", isChange: true),
        Route(.post, "/c/bank/:name/content", isChange: true), Route(.post, "/c/bank/:name/signal", isChange: true),
        Route(.get, "/c/bank/:name/content/:id"), Route(.put, "/c/bank/:name/content/:id", isChange: true),
        Route(.delete, "/c/bank/:name/content/:id", isChange: true),
        Route(.get, "/c/content_type"), Route(.get, "/c/signal_type"), Route(.get, "/c/signal_type/index"),
        Route(.get, "/c/exchanges"), Route(.post, "/c/exchanges", isChange: true), Route(.get, "/c/exchanges/apis"),
        Route(.get, "/c/exchange/:name"), Route(.delete, "/c/exchange/:name", isChange: true),
        Route(.get, "/site-map"),
    ]

    /// - Throws: what is wrong with this machine; what is wrong with the request is an answer.
    public func answer(_ request: HMARequest) throws -> HMAResponse {
        do {
            return try answered(request)
        } catch let problem as HMAProblem {
            return .init(refusal: problem.status, problem.message)
        }
    }

    static let notFound = HMAProblem(404, "The requested URL was not found on the server.")

    private func answered(_ request: HMARequest) throws -> HMAResponse {
        let parts = request.parts
        switch (request.method, parts.first, parts.dropFirst().first, Array(parts.dropFirst(2))) {
        case (.get, "h", "hash", []), (.post, "h", "hash", []):
            return .init(200, try CanonicalJSON.string(try hash(request)))
        case (.get, "m", "lookup", []), (.post, "m", "lookup", []): return .init(200, try lookup(request))
        case (.get, "m", "raw_lookup", []): return .init(200, try rawLookup(request))
        case (.post, "m", "compare", []): return .init(200, try compare(request))
        case (.get, "m", "index", ["status"]): return try indexStatus(request)
        case (.get, "c", "banks", []): return .init(200, try CanonicalJSON.string(try backend.banks()))
        case (.post, "c", "banks", []): return try makeBank(request)
        case (_, "c", "bank", let rest): return try answered(request, bank: rest)
        case (.get, "c", "content_type", []): return .init(200, try CanonicalJSON.string(contentTypes))
        case (.get, "c", "signal_type", []): return .init(200, try CanonicalJSON.string(signalTypes))
        case (.get, "c", "signal_type", ["index"]): return try indexBuild(request)
        case (.get, "c", "exchanges", []), (.get, "c", "exchanges", ["apis"]): return .init(200, "[]")
        case (.post, "c", "exchanges", []): return try makeExchange(request)
        case (.get, "c", "exchange", let rest) where rest.count == 1:
            throw HMAProblem(404, "Exchange '\(rest[0])' not found")
        // What is not there is gone.
        case (.delete, "c", "exchange", let rest) where rest.count == 1:
            return .init(200, #"{"message":"success"}"#)
        case (.get, "site-map", nil, []): return .init(200, try CanonicalJSON.string(Self.siteMap))
        default: throw Self.notFound
        }
    }

    private func answered(_ request: HMARequest, bank parts: [String]) throws -> HMAResponse {
        switch (request.method, parts.count, parts.dropFirst().first) {
        case (.get, 1, _): .init(200, try CanonicalJSON.string(try bank(parts[0])))
        case (.put, 1, _): try changeBank(parts[0], request)
        case (.delete, 1, _): try deleteBank(parts[0])
        case (.post, 2, "content"): try addContent(to: parts[0], request)
        case (.post, 2, "signal"): try addSignals(to: parts[0], request)
        case (.get, 3, "content"): try content(parts[2], in: parts[0], request)
        case (.put, 3, "content"): try changeContent(parts[2], in: parts[0], request)
        case (.delete, 3, "content"): try deleteContent(parts[2], in: parts[0])
        default: throw Self.notFound
        }
    }

    // MARK: What there is

    private struct ContentType: Encodable {
        var name: String
        var enabled: Bool
    }

    private var contentTypes: [ContentType] {
        SignalType.Content.allCases.map { ContentType(name: $0.rawValue, enabled: true) }
    }

    private struct SignalTypeItem: Encodable {
        var name: String
        var ratio: Double
        enum CodingKeys: String, CodingKey { case name, ratio = "enabled_ratio" }
    }

    private var signalTypes: [SignalTypeItem] {
        SignalType.allCases.map { SignalTypeItem(name: $0.rawValue, ratio: 1) }
    }

    /// Every path, with its parts as HMA's own map has them.
    private static let siteMap = Set(
        routes.map { route in
            route.path.split(separator: "/", omittingEmptySubsequences: false)
                .map { $0.hasPrefix(":") ? "<\($0.dropFirst())>" : String($0) }.joined(separator: "/")
        } + ["/status"]
    ).sorted()
}
