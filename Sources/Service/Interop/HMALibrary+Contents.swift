internal import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import Interop
internal import Records

/// What is in the tenant's own banks, as HMA's callers add and remove it.
extension HMALibrary {
    func add(_ content: HMANewContent, to bank: String) throws -> Int64 {
        let book = try BankBook(desk, tenant: identity.tenant)
        let inner = try changeable(bank, book)
        if let name = content.name {
            guard TenantNames.isAcceptable(name), name.unicodeScalars.count <= JobRequest.nameMax else {
                throw HMAProblem(
                    400,
                    "content_id has 1 to \(JobRequest.nameMax) characters, no control characters and no `//`")
            }
        }
        let media: MediaFingerprint
        switch content.subject {
        case .video(let video): media = video
        case .photo(let hash?): media = .showing(hash)
        case .photo(nil): throw HMAProblem(400, "Invalid pdq signal: the picture is too flat to be told from others")
        }
        let id = try freeName(content.name ?? content.digest, in: bank, inner, book)
        do {
            _ = try desk.keep(media, as: id, in: bank, identity)
        } catch let error as IndexError where error.code == .refused {
            throw HMAProblem(400, "\(error)")
        }
        return BankContentID.number(reference: book.inner(id))
    }

    /// A reference's name is one in the whole home, and HMA's callers put the same content into several banks: what is
    /// taken in another bank gets this bank's name behind it.
    private func freeName(_ wanted: String, in bank: String, _ inner: String, _ book: BankBook) throws -> String {
        for name in [wanted, "\(wanted)@\(bank)"] {
            guard let known = try desk.index.reference(book.inner(name)), known.bank != inner else { return name }
        }
        return "\(wanted)@\(UUID().uuidString.lowercased())"
    }

    func content(_ id: Int64, in bank: String, withSignals: Bool) throws -> HMAContent? {
        let book = try BankBook(desk, tenant: identity.tenant)
        guard let inner = book.resolved(bank), let reference = try reference(id, in: inner) else { return nil }
        var content = HMAContent(id: id, isEnabled: book.isOn(reference: reference.id))
        if withSignals, let media = try desk.index.fingerprint(of: reference.id) {
            content.signals = Self.signals(of: media)
        }
        return content
    }

    /// A photo is kept as a video that has one frame and no length.
    private static func signals(of media: MediaFingerprint) -> [SignalType: String] {
        if let only = media.video.frames.first, media.video.frames.count == 1, media.duration == 0 {
            return [.pdq: only.hash.hex]
        }
        return FileSignals.vpdq(of: media.video, secondsPerHash: secondsPerHash).map { [.vpdq: $0] } ?? [:]
    }

    func setContent(_ id: Int64, in bank: String, isEnabled: Bool) throws {
        let book = try BankBook(desk, tenant: identity.tenant)
        guard let reference = try reference(id, in: try changeable(bank, book)) else { return }
        try desk.index.setReferences([reference.id], isEnabled: isEnabled)
        try desk.store.audit(
            identity, isEnabled ? "reference.enabled" : "reference.disabled", outer(reference.id), detail: bank)
    }

    func deleteContent(_ id: Int64, in bank: String) throws -> Int {
        let book = try BankBook(desk, tenant: identity.tenant)
        guard let reference = try reference(id, in: try changeable(bank, book)) else { return 0 }
        try desk.index.remove([reference.id])
        try desk.store.audit(identity, "reference.deleted", outer(reference.id), detail: bank)
        desk.census.forget()
        return 1
    }

    private func outer(_ id: String) -> String { TenantNames(tenant: identity.tenant).outer(id) ?? id }

    /// Looks at every reference: 1 µs each.
    private func reference(_ id: Int64, in bank: String) throws -> Reference? {
        try desk.index.references().first { $0.bank == bank && BankContentID.number(reference: $0.id) == id }
    }
}
