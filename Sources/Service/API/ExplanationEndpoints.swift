internal import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import Hummingbird
internal import Pictures
internal import Records
internal import Report
internal import Store

/// Why two videos match, or do not: as JSON, and as a picture for whoever asks for one.
struct ExplanationEndpoints: Sendable {
    let desk: ServiceDesk

    var all: [Endpoint] {
        [Endpoint(.get, "/v1/explanations/:query/:reference", .lookup) { try await explain($0, $1) }]
    }

    private func explain(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let identity = try context.requireIdentity()
        let names = TenantNames(tenant: identity.tenant)
        let (query, reference) = (context.part("query") ?? "", context.part("reference") ?? "")
        let wantsPicture = request.headers[.accept]?.contains("image/png") == true
        return try await desk.lookups.run("lookups") {
            try await desk.workshop.run { [desk] in
                let (a, b) = (try desk.known(query, identity), try desk.known(reference, identity))
                try desk.store.audit(identity, "evidence.viewed", "\(query) | \(reference)")
                let report = Aligner.compare(
                    query: a.fingerprint, reference: b.fingerprint, queryID: query, referenceID: reference)
                guard wantsPicture else { return try .json(report, names: names) }
                let image = PairExplanation(
                    report: report, query: .init(name: query, duration: a.fingerprint.duration, path: a.path),
                    reference: .init(name: reference, duration: b.fingerprint.duration, path: b.path)
                ).image(desk.decoder)
                return .bytes(Data(try PNG.encode(image)), type: "image/png")
            }
        }
    }
}

extension ServiceDesk {
    /// A video that was submitted, or a reference that the tenant may see, with its media where that is known.
    func known(_ name: String, _ identity: Identity) throws -> (fingerprint: MediaFingerprint, path: String?) {
        guard TenantNames.isAcceptable(name) else { throw Problem.notFound("video \(name.prefix(200))") }
        let names = TenantNames(tenant: identity.tenant)
        let inner = names.inner(name)
        let path = try? reader().media(ofVideo: inner)
        if let stored = try? reader().fingerprint(ofVideo: inner),
            let fingerprint = try? MediaFingerprint(decoding: Array(stored.bytes))
        {
            return (fingerprint, path)
        }
        let book = try BankBook(self, tenant: identity.tenant)
        for id in [inner, name] {
            if let reference = try index.reference(id), book.isVisible(reference.bank),
                let fingerprint = try index.fingerprint(of: id)
            {
                return (fingerprint, path)
            }
        }
        throw Problem.notFound("video or reference \(name.prefix(200)) with a fingerprint")
    }
}

extension StoreReader {
    /// Where a video's media was when it was measured; nil when it never was.
    func media(ofVideo id: String) throws -> String? {
        try events(ofVideo: id).reversed().lazy.compactMap { stored in
            if case .videoObserved(let body) = stored.event.body, body.video.videoID == id { body.path } else { nil }
        }.first
    }
}
