internal import HTTPTypes
internal import FingerprintIndex
internal import Fleet
internal import Foundation
internal import JobQueue
internal import Mustache
internal import Records
internal import Report
internal import Store
internal import Synchronization

/// What the console's pages are made with: the cases, the evidence, the templates.
final class ConsoleDesk: Sendable {
    let desk: ServiceDesk
    let templates: MustacheLibrary
    let assets: ConsoleAssets
    let evidence: EvidenceFolder
    /// Requests for evidence wait for each other's decoding; they have threads of their own, so that nothing else does.
    let gallery = BlockingPool(threads: 8)

    private let book: Mutex<CaseBook>
    private let media = Mutex<[String: (media: EvidenceFolder.Media?, until: ContinuousClock.Instant)]>([:])
    private let looks = Mutex(LiveStatus())
    private let begun = ContinuousClock.now
    private let seen = Mutex<[String: ContinuousClock.Instant]>([:])

    /// A file's place is asked for again after so many seconds.
    private static let mediaSeconds = 60.0
    /// Frames of one video that one person sees within so many seconds are one line of the audit log.
    private static let seenSeconds = 600.0
    private static let rememberedMax = 10_000

    /// Pictures of evidence, which can all be made again.
    static func pictures(of home: Home) -> String { home.root + "/console" }

    init(desk: ServiceDesk) throws {
        self.desk = desk
        templates = try ConsoleTemplates.library()
        assets = try ConsoleAssets()
        evidence = try EvidenceFolder(root: Self.pictures(of: desk.home), decoder: desk.decoder)
        book = Mutex(CaseBook(rules: desk.options.rules))
    }

    /// The cases as they stand now. Blocks.
    func cases() throws -> CaseBook {
        let (reader, profiles) = (try desk.reader(), try desk.profiles())
        return try book.withLock { book in
            try book.refresh(from: reader, profiles: profiles)
            return book
        }
    }

    /// Where a video's pictures come from, by the home's name for it; nil where it was never uploaded. Blocks.
    func media(of video: String) throws -> EvidenceFolder.Media? {
        if let known = media.withLock({ $0[video] }), known.until > .now { return known.media }
        var path: String?
        var digest: String?
        for event in try desk.reader().events(ofVideo: video).map(\.event) {
            guard case .videoObserved(let body) = event.body, body.video.videoID == video else { continue }
            path = body.path
            digest = event.inputDigest
        }
        let found = path.map { EvidenceFolder.Media(path: $0, digest: digest) }
        media.withLock { media in
            if media.count >= Self.rememberedMax { media.removeAll() }
            media[video] = (found, .now + .seconds(Self.mediaSeconds))
        }
        return found
    }

    /// Notes that somebody looks at a video's frames; the first look within ten minutes is written down. Blocks.
    func note(_ identity: Identity, sees video: String) throws {
        let key = "\(identity.tokenID) \(video)"
        let isNew = seen.withLock { seen in
            if let until = seen[key], until > .now { return false }
            if seen.count >= Self.rememberedMax { seen.removeAll() }
            seen[key] = .now + .seconds(Self.seenSeconds)
            return true
        }
        if isNew { try desk.store.audit(identity, "evidence.frames.viewed", video) }
    }

    /// The fleet's rates, from this look and the earlier ones of the last minute.
    func live(_ status: StoreStatus, _ workers: [WorkerState]) -> LiveStatus {
        let passed = begun.duration(to: .now)
        return looks.withLock { looks in
            looks.look(
                status, workers: workers,
                seconds: Double(passed.components.seconds) + Double(passed.components.attoseconds) / 1e18)
            return looks
        }
    }

    /// A case of the tenant with what its page and its bundle show, and the case to go on with. Blocks.
    func file(of id: String, _ identity: Identity) throws -> (file: CaseFile, report: PairReport?, next: ReviewCase?) {
        let book = try cases()
        guard let review = book.reviewCase(id, tenant: identity.tenant) else {
            throw Problem.notFound("case \(id.prefix(80))")
        }
        let file = try CaseFile(review, book: book, reader: try desk.reader())
        return (file, try comparison(of: review, identity), book.next(after: id, tenant: identity.tenant))
    }

    /// The two fingerprints compared; nil where one of them is gone. Blocks.
    func comparison(of review: ReviewCase, _ identity: Identity) throws -> PairReport? {
        let names = TenantNames(tenant: identity.tenant)
        let match = review.edge.match
        guard let query = names.outer(match.query) else { return nil }
        // A reference may be of a bank that everybody sees, under a plain name.
        let reference = names.outer(match.reference) ?? match.reference
        do {
            return try evidence.comparison(review.id) {
                let (a, b) = (try desk.known(query, identity), try desk.known(reference, identity))
                return Aligner.compare(
                    query: a.fingerprint, reference: b.fingerprint, queryID: match.query, referenceID: match.reference,
                    bank: match.bank)
            }
        } catch let problem as Problem where problem.status == .notFound { return nil }
    }
}

/// The addresses of the console's pages.
struct ConsoleAddress {
    static let root = "/console"

    let names: TenantNames

    static func encoded(_ text: String) -> String {
        let allowed = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    static func reviewCase(_ id: String) -> String { "\(root)/cases/\(encoded(id))" }

    func creator(_ name: String) -> String { "\(Self.root)/creators/\(Self.encoded(names.outer(name) ?? name))" }

    func frame(_ video: String, milliseconds: Int, side: Int) -> String {
        "\(Self.root)/frames/\(Self.encoded(names.outer(video) ?? video))/\(milliseconds)/\(side)"
    }

    func sound(_ video: String, from start: Int, to end: Int) -> String {
        "\(Self.root)/sounds/\(Self.encoded(names.outer(video) ?? video))/\(start)/\(end)"
    }
}
