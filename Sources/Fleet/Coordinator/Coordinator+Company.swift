internal import Fingerprints
internal import FoundationEssentials
internal import Frames
internal import JobQueue
internal import Records
internal import Store

extension Coordinator {
    /// A result on its way into the store, with what is known of its job.
    struct Incoming {
        var arrived: ArrivedResult
        /// Nil for what is spoiled, stale or of no known job.
        var job: LedgerJob?
        /// Nil until it is read, for what has no result, and where it cannot be read.
        var fingerprint: MediaFingerprint?
        /// Why it cannot be read.
        var unreadable: String?
        /// What was found of its video.
        var matches: [Event] = []

        /// Brings a fingerprint that is to be matched.
        var isMeasured: Bool {
            job != nil && arrived.result?.fingerprint.isEmpty == false
                && arrived.result?.record.outcome.hasResult == true && arrived.result?.retryAfterSeconds == nil
        }
    }

    /// Bytes of fingerprints, as stored, that are matched together at most, unless one alone has more: an hour of video has
    /// some 80 MB, ten seconds 0.2 MB. Laid out for comparison they take about eight times as much.
    private static let companyBytesMax = 32 << 20

    /// The first of `arrived` that may be settled together: of different jobs, and of videos that neither another of them
    /// nor anything before them goes by the id of. What shares an id waits for its turn, since it replaces what the other
    /// one was compared with.
    func company(of arrived: ArraySlice<ArrivedResult>) throws -> [Incoming] {
        var company: [Incoming] = []
        var (jobs, videos): (Set<String>, Set<String>) = ([], [])
        var bytes = 0
        let known = try store.reader.jobs(arrived.filter { $0.result != nil }.map(\.attempt.jobID))
        for next in arrived {
            guard jobs.insert(next.attempt.jobID).inserted else { break }
            var incoming = Incoming(arrived: next)
            if next.result != nil, let job = known[next.attempt.jobID], job.awaits(next.attempt.attempt) {
                incoming.job = job
            }
            if incoming.isMeasured, let job = incoming.job {
                let id = job.spec.video.videoID
                let isAlone = try isTaken(id)
                bytes += next.result?.fingerprint.count ?? 0
                guard company.isEmpty || (!isAlone && !videos.contains(id) && bytes <= Self.companyBytesMax) else {
                    break
                }
                videos.insert(id)
                company.append(incoming)
                if isAlone { break }
            } else {
                company.append(incoming)
            }
        }
        return company
    }

    private func isTaken(_ id: String) throws -> Bool {
        if try store.reader.hasFingerprint(ofVideo: id) { return true }
        return try matching.catalogued(id) != nil
    }

    /// Reads the fingerprints of a company and finds their copies, on several threads.
    func match(_ company: inout [Incoming]) throws {
        let measured = company.indices.filter { company[$0].isMeasured }
        let bytes = measured.map { company[$0].arrived.result?.fingerprint ?? Data() }
        let read = Monitor<[Result<MediaFingerprint, FingerprintError>]>([])
        try OrderedWork.run(bytes, slots: options.matchThreads) { bytes in
            Result { () throws(FingerprintError) in try MediaFingerprint(decoding: Array(bytes)) }
        } deliver: { _, result in
            read.update { $0.append(result) }
        }
        var arrivals: [(place: Int, arrival: CopySearch.Arrival)] = []
        for (place, result) in zip(measured, read.update { $0 }) {
            switch result {
            case .failure(let error): company[place].unreadable = "\(error)"
            case .success(let fingerprint):
                guard let job = company[place].job else { continue }
                company[place].fingerprint = fingerprint
                let events = events(of: job, company[place].arrived.result)
                arrivals.append((place, .init(video: MatchVideo(job, fingerprint), events: events)))
            }
        }
        let search = CopySearch(store: store.reader, matching: matching, threads: options.matchThreads)
        for (found, arrival) in zip(try search.events(of: arrivals.map(\.arrival)), arrivals) {
            company[arrival.place].matches = found
        }
    }

    func events(of job: LedgerJob, _ result: JobResult?) -> JobEvents {
        JobEvents(job: job, result: result, observedAt: clock.timestamp(), producer: producer)
    }
}
