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

    /// Paths, as a router lists them, with what may be done there.
    public static let routes: [(method: HMARequest.Method, path: String)] = [
        (.get, "/h/hash"), (.post, "/h/hash"), (.get, "/m/lookup"), (.post, "/m/lookup"), (.get, "/m/raw_lookup"),
        (.post, "/m/compare"), (.get, "/c/banks"), (.get, "/c/bank/:name"), (.get, "/c/content_type"),
        (.get, "/c/signal_type"), (.get, "/c/exchanges"), (.get, "/c/exchanges/apis"),
    ]

    /// - Throws: what is wrong with this machine; what is wrong with the request is an answer.
    public func answer(_ request: HMARequest) throws -> HMAResponse {
        do {
            switch (request.method, request.path) {
            case (.get, "/h/hash"), (.post, "/h/hash"): return .init(200, try CanonicalJSON.string(try hash(request)))
            case (.get, "/m/lookup"), (.post, "/m/lookup"): return .init(200, try lookup(request))
            case (.get, "/m/raw_lookup"): return .init(200, try rawLookup(request))
            case (.post, "/m/compare"): return .init(200, try compare(request))
            case (.get, "/c/banks"): return .init(200, try CanonicalJSON.string(try backend.banks()))
            case (.get, "/c/content_type"): return .init(200, try CanonicalJSON.string(contentTypes))
            case (.get, "/c/signal_type"): return .init(200, try CanonicalJSON.string(signalTypes))
            case (.get, "/c/exchanges"), (.get, "/c/exchanges/apis"): return .init(200, "[]")
            case (.get, let path) where path.hasPrefix("/c/bank/"):
                return .init(200, try CanonicalJSON.string(try bank(String(path.dropFirst("/c/bank/".count)))))
            default: throw HMAProblem(404, "The requested URL was not found on the server.")
            }
        } catch let problem as HMAProblem {
            return .init(refusal: problem.status, problem.message)
        }
    }

    // MARK: Curation

    private func bank(_ name: String) throws -> HMABank {
        guard let bank = try backend.banks().first(where: { $0.name == name }) else {
            throw HMAProblem(404, "bank '\(name)' not found")
        }
        return bank
    }

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
}
