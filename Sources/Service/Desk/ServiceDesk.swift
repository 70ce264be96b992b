internal import Fetching
internal import FingerprintIndex
internal import Fleet
internal import Foundation
internal import HTTPTypes
internal import JobQueue
internal import Logging
internal import Records
internal import Scoring
public import Store
internal import Synchronization

/// A home as the service works with it: everything that its handlers reach the fleet by.
public final class ServiceDesk: Sendable {
    let home: Home
    let options: ServiceOptions
    let store: ServiceStore
    let queue: any SubmitQueue & CoordinatorQueue
    let index: FingerprintIndex
    let decoder: DecodeService
    let submissions: SubmissionDesk
    let uploads: UploadFolder
    let lookups: WaitingRoom
    let streams: WaitingRoom
    let keysInFlight = KeysInFlight()
    let backlog = Backlog()
    let census = BankCensus()
    /// Short calls: databases, folders.
    let pool = BlockingPool(threads: 4)
    /// Long ones: decoding, searching, drawing.
    let workshop: BlockingPool
    let log = Logger(label: "api")

    private let readers = Mutex<(store: StoreReader?, profiles: ProfileStore?)>((nil, nil))

    /// - Throws: when the home, the index or the decoder cannot be opened; the sentence says what to do.
    public init(home: Home, options: ServiceOptions) throws {
        self.home = home
        self.options = options
        try home.prepare()
        store = try ServiceStore(home: home)
        queue = try home.openQueue()
        index = try FingerprintIndex(at: home.index, create: true)
        var limits = DecodeLimits.standard
        limits.deadlineSeconds = options.decodeDeadlineSeconds
        limits.fileBytesMax = max(limits.fileBytesMax, options.uploadBytesMax)
        var fetching = FetchLimits.standard
        fetching.totalSeconds = options.fetchSeconds
        decoder = try DecodeService(
            limits: limits, sandboxRequired: !options.allowUnsandboxed,
            fetcher: Fetcher(policy: options.fetchPolicy, limits: fetching, folder: home.root))
        submissions = SubmissionDesk(store: store, queue: queue, waitingMax: options.submissionsWaitingMax)
        uploads = try UploadFolder(root: home.root + "/uploads", bytesMax: options.uploadBytesMax)
        lookups = WaitingRoom(slots: options.lookupSlots, waitingMax: options.lookupsWaitingMax)
        streams = WaitingRoom(slots: options.streamsMax, waitingMax: 0)
        workshop = BlockingPool(threads: options.lookupSlots + 2)
    }

    /// What the coordinator has written; 503 where there is none yet.
    func reader() throws -> StoreReader {
        try readers.withLock { readers in
            if let reader = readers.store { return reader }
            guard home.hasStore else { throw Self.noStore }
            do {
                let reader = try StoreReader(home: home)
                readers.store = reader
                return reader
            } catch let error as StoreError where error.code == .missing { throw Self.noStore }
        }
    }

    /// Nil while no scorer has written any.
    func profiles() throws -> ProfileStore? {
        try readers.withLock { readers in
            if let profiles = readers.profiles { return profiles }
            readers.profiles = try ProfileStore.opened(home)
            return readers.profiles
        }
    }

    private static let noStore = Problem(
        .serviceUnavailable, "no_coordinator",
        "No coordinator has run in this home yet; accepted jobs are kept for it.",
        retryAfter: 5)

    /// A short call on a thread that may block.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable (ServiceDesk) throws -> Value) async throws -> Value {
        try await pool.run { [self] in try body(self) }
    }

    func stop() async {
        await submissions.stop()
        await pool.stop()
        await workshop.stop()
    }
}
