internal import Fetching
internal import FingerprintIndex
internal import Fingerprints
internal import Fleet
internal import Frames
internal import Interop
internal import Store

/// What one caller's Hasher-Matcher-Actioner is: the banks of the tenant, and this service's decoder and index.
struct HMALibrary: HMABackend {
    let desk: ServiceDesk
    let identity: Identity

    // MARK: Hashes

    func hashes(ofFile path: String, as content: SignalType.Content?) throws -> HMAHashes {
        if content != .video {
            let photo = try desk.decoder.photo(path: path)
            if let photo = photo.photo { return HMAHashes(photo: photo.hash, quality: photo.quality) }
            guard content == nil, photo.isUnknownFormat else { throw HMAProblem(400, photo.outcome.sentence) }
        }
        let file = try desk.decoder.fingerprint(of: path)
        guard let media = file.fingerprint else { throw HMAProblem(400, file.outcome.sentence) }
        return HMAHashes(
            vpdq: FileSignals.vpdq(of: media.video, secondsPerHash: Self.secondsPerHash),
            videoMD5: try FileSignals.videoMD5(ofFile: path), media: media)
    }

    /// HMA's own hasher takes one frame a second.
    static let secondsPerHash = 1.0

    /// Fetched once, under the guard that every fetch of the service is under, and hashed from the open file.
    func hashes(atURL url: String, as content: SignalType.Content?) throws -> HMAHashes {
        let fetched: Fetcher.Fetched
        do {
            fetched = try fetcher.fetch(url, bytesMax: desk.options.uploadBytesMax)
        } catch {
            throw HMAProblem(400, error.sentence)
        }
        // The file has no name but this.
        return try hashes(ofFile: "/proc/self/fd/\(fetched.descriptor)", as: content)
    }

    private var fetcher: Fetcher {
        var limits = FetchLimits.standard
        limits.totalSeconds = desk.options.fetchSeconds
        return Fetcher(policy: desk.options.fetchPolicy, limits: limits, folder: desk.home.root)
    }

    // MARK: Matches

    func matches(of media: MediaFingerprint) throws -> [HMAMatch] {
        let book = try BankBook(desk, tenant: identity.tenant)
        var options = LookupOptions()
        options.banks = try book.searched(nil)
        options.negativeBanks = book.negative
        // A reference once, with the most that any of its matches covers of either.
        var found: [HMAMatch] = []
        var places: [String: Int] = [:]
        for match in try desk.index.lookup(media, id: "query", options: options).matches {
            let percent = (match.queryCoverage * 100, match.referenceCoverage * 100)
            if let place = places[match.reference], case .percent(let a, let b) = found[place].distance {
                found[place].distance = .percent(query: max(a, percent.0), compared: max(b, percent.1))
                continue
            }
            places[match.reference] = found.count
            found.append(
                HMAMatch(
                    bank: book.outer(match.bank), reference: match.reference,
                    distance: .percent(query: percent.0, compared: percent.1)))
        }
        return found
    }

    func matches(of still: PDQHash, within bits: Int) throws -> [HMAMatch] {
        let book = try BankBook(desk, tenant: identity.tenant)
        let found = try desk.index.references(
            showing: still, within: bits, banks: try book.searched(nil))
        return found.map { match in
            HMAMatch(
                bank: book.outer(match.reference.bank), reference: match.reference.id, distance: .bits(match.distance))
        }
    }
}
