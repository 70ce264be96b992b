internal import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import Frames
internal import HTTPTypes
internal import Records

/// A reference to be added to a bank.
struct ReferenceRequest: Sendable {
    var query: LookupRequest.Query
    /// As the tenant names it.
    var id: String
    var creator: String?
    var publishedAt: String?

    init?(_ fields: inout FieldReader, uploaded: MediaSource? = nil, names: TenantNames, roots: [String]) {
        let id = fields.text("id", max: JobRequest.nameMax, isRequired: true)
        let creator = fields.text("creator", max: JobRequest.nameMax)
        for (field, name) in [("id", id), ("creator", creator)] {
            if let name, !TenantNames.isAcceptable(name) {
                fields.fail(field, "may have neither `//` nor control characters")
            }
        }
        publishedAt = fields.time("published_at")
        let found = uploaded.map(LookupRequest.Query.media) ?? LookupRequest.query(&fields, names: names, roots: roots)
        let errors = fields.finish()
        guard errors.isEmpty, let id, let found else { return nil }
        self.id = id
        self.creator = creator
        query = found
    }
}

extension ServiceDesk {
    /// What became of a reference that was added.
    struct AddedReference: Encodable, Sendable {
        var id: String
        var bank: String
        var duration: Double
        var outcome: Outcome?
        /// Of the index, from which on it is found.
        var generation: UInt64
    }

    /// Blocks.
    func add(_ request: ReferenceRequest, to bank: String, _ identity: Identity) throws -> AddedReference {
        let asked = try fingerprint(of: request.query)
        guard let fingerprint = asked.fingerprint else {
            throw Problem(
                .unprocessableContent, "no_fingerprint",
                asked.outcome.map { "\($0.kind.rawValue) (\($0.reason)): \($0.sentence)" }
                    ?? "There is no fingerprint of it."
            )
        }
        var added = try keep(
            fingerprint, as: request.id, creator: request.creator, publishedAt: request.publishedAt, in: bank, identity)
        added.outcome = asked.outcome
        return added
    }

    /// Adds what has a fingerprint to a bank of the tenant's. Blocks.
    ///
    /// - Parameter name: of the reference, as the tenant gives it; so `bank` and `creator`.
    /// - Throws: `Problem`: 409 where another bank has a reference of that name.
    func keep(
        _ fingerprint: MediaFingerprint, as name: String, creator: String? = nil, publishedAt: String? = nil,
        in bank: String, _ identity: Identity
    ) throws -> AddedReference {
        let names = TenantNames(tenant: identity.tenant)
        let id = names.inner(name)
        if let known = try index.reference(id), known.bank != names.inner(bank) {
            throw Problem(
                .conflict, "reference_exists", "There is a reference \(name) in the bank \(known.bank) already.")
        }
        try index.add([
            (
                Reference(
                    id: id, bank: names.inner(bank), creator: creator.map(names.inner),
                    publishedAt: publishedAt, duration: fingerprint.duration), fingerprint
            )
        ])
        census.forget()
        try store.audit(identity, "reference.added", name, detail: bank)
        return AddedReference(
            id: id, bank: bank, duration: fingerprint.duration, outcome: nil, generation: try index.generation())
    }
}
