internal import FingerprintIndex
internal import Fingerprints
internal import Fleet
internal import Foundation
internal import Frames
internal import Hummingbird
internal import Records
internal import SQL
internal import Scoring
internal import Signals
internal import Store

/// One clip against the index, now.
struct LookupEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [
            Endpoint(.post, "/v1/lookups", .lookup) { try await lookup($0, $1) },
            Endpoint(.get, "/v1/lookups/:id", .lookup) { try await show($0, $1) },
        ]
    }

    private func lookup(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        let view = try await desk.read(request) { [desk] fields, source in
            LookupRequest(&fields, uploaded: source, names: names, roots: desk.options.mediaRoots)
        } for: { wanted in
            try await desk.lookups.run("lookups") {
                try await desk.workshop.run { [desk] in try desk.lookUp(wanted, identity) }
            }
        }
        return try .json(view, names: names)
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let id = context.part("id") ?? ""
        let text = try await desk.blocking { desk in try desk.store.lookup(id, ofTenant: identity.tenant) }
        guard let text else { throw Problem.notFound("lookup \(id.prefix(80))") }
        return .json(text: TenantNames(tenant: identity.tenant).outer(text: text))
    }
}

extension ServiceDesk {
    /// Decodes where that is needed, and searches what the tenant may see. Blocks.
    func lookUp(_ request: LookupRequest, _ identity: Identity) throws -> LookupView {
        var view = LookupView(
            id: nil, mode: request.mode.rawValue, madeAt: ServiceStore.now(), query: .init(), matches: [],
            searched: nil, result: "not_searched")
        let asked = try fingerprint(of: request.query)
        view.query.outcome = asked.outcome
        if let fingerprint = asked.fingerprint {
            view.query = .init(
                fingerprint, outcome: asked.outcome, recapture: asked.recapture, wanting: request)
            let queryID = asked.videoID
            let banks = try BankBook(self, tenant: identity.tenant)
            var options = LookupOptions()
            options.modality = request.modality
            options.minimumScore = request.minimumScore
            options.matchesMax = request.limit
            options.banks = try banks.searched(request.banks)
            options.negativeBanks = banks.negative
            if let queryID { options.excluding.insert(queryID) }
            let result = try index.lookup(fingerprint, id: queryID ?? "query", options: options)
            view.matches = try result.matches.map { match in
                let reference = try index.reference(match.reference)
                var match = match
                match.bank = banks.outer(match.bank)
                return .init(
                    match: match, referenceCreator: reference?.creator, referencePublishedAt: reference?.publishedAt)
            }
            view.searched = .init(
                references: result.referencesSearched, codes: result.codesSearched, peaks: result.peaksSearched,
                generation: result.generation, banks: request.banks, method: Aligner.version)
            view.result = result.matches.isEmpty ? "nothing_found" : "found"
        }
        if request.mode == .record { view.id = try store.keepLookup(view, identity) }
        return view
    }

    /// What a lookup asks about.
    struct Asked {
        /// Nil when the outcome has no result.
        var fingerprint: MediaFingerprint?
        /// Of media alone.
        var outcome: Outcome?
        /// Of a stored video alone.
        var videoID: String?
        /// As measured now of media, and once of a video that was submitted.
        var recapture: RecaptureSignal?
    }

    func fingerprint(of query: LookupRequest.Query) throws -> Asked {
        switch query {
        case .fingerprint(let given): return Asked(fingerprint: given)
        case .video(let id):
            if let kept = try index.fingerprint(of: id) {
                return Asked(fingerprint: kept, videoID: id, recapture: try recapture(ofVideo: id))
            }
            guard let stored = try reader().fingerprint(ofVideo: id),
                let kept = try? MediaFingerprint(decoding: Array(stored.bytes))
            else { throw Problem.invalid("/video", "is not a video with a fingerprint") }
            return Asked(fingerprint: kept, videoID: id, recapture: try recapture(ofVideo: id))
        case .media(let source):
            let file = try decoder.fingerprint(of: source.path)
            return Asked(fingerprint: file.fingerprint, outcome: file.outcome, recapture: file.recapture)
        }
    }

    /// Nil for a reference that was never submitted.
    private func recapture(ofVideo id: String) throws -> RecaptureSignal? {
        guard home.hasStore else { return nil }
        let measured = ProfileFold.standing(try reader().events(ofVideo: id).map(\.event)).compactMap { event in
            if case .videoFeatures(let features) = event.body { features } else { nil }
        }
        return measured.max { ProfileFold.isOlder($0, than: $1) ?? false }?.recapture
    }
}

extension ServiceStore {
    /// - Returns: the lookup's id.
    func keepLookup(_ view: LookupView, _ identity: Identity) throws -> String {
        var kept = view
        let id = UUID().uuidString.lowercased()
        kept.id = id
        // The hashes are many and can be made again; the answer is what must be kept.
        kept.query.hashes = nil
        kept.query.fingerprint = nil
        let text = try CanonicalJSON.string(kept)
        try database.write { db in
            _ = try db.execute(
                "INSERT INTO api_lookups (id, tenant, made_by, made_at, answer) VALUES (?, ?, ?, ?, ?)",
                [id, identity.tenant, identity.name, kept.madeAt, text])
        }
        return id
    }

    func lookup(_ id: String, ofTenant tenant: String) throws -> String? {
        try database.read { db in
            try db.value("SELECT answer FROM api_lookups WHERE id = ? AND tenant = ?", [id, tenant])
        }
    }
}
