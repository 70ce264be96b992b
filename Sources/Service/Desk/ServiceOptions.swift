public import Fetching
internal import Fleet
public import Scoring

/// How the service is set up. Sizes and counts are limits that a request meets before it costs anything.
public struct ServiceOptions: Sendable {
    public var host = "127.0.0.1"
    /// 0 takes a free one.
    public var port = 8080
    /// PEM files; nil for plain HTTP, behind a proxy or on loopback.
    public var certificatePath: String?
    public var privateKeyPath: String?

    /// Folders that jobs and lookups may name files in; none by default.
    public var mediaRoots: [String] = []
    /// Seconds until a decode of a lookup is ended.
    public var decodeDeadlineSeconds = DecodeLimits.standard.deadlineSeconds
    public var allowUnsandboxed = false
    /// Lookups that are decoded and searched at once.
    public var lookupSlots = 2
    /// Lookups that wait for a slot; one more is told to come back.
    public var lookupsWaitingMax = 64
    public var rules = ScoringRules.standard
    /// Which addresses media may be fetched from, and webhooks may be at.
    public var fetchPolicy = FetchPolicy.standard
    /// Seconds that a lookup waits for its media to be fetched.
    public var fetchSeconds = 60.0

    /// Bytes of an uploaded file.
    public var uploadBytesMax: Int64 = 2 << 30
    /// Days after which an upload is removed, counted from when its bytes came last and not before its jobs have ended;
    /// nil to keep it.
    public var uploadDays: Double?
    /// Pictures of evidence that are kept, bytes: a few hundred kilobytes a case.
    public var picturesBytesMax: Int64 = 4 << 30
    /// Bytes of a JSON body: a batch of a thousand jobs has some 300 KB, a fingerprint of ten minutes 12 MB.
    public var bodyBytesMax = 32 << 20
    /// Jobs of one batch.
    public var batchMax = 1000
    /// Jobs that wait to be written down; a second's worth on a slow disk.
    public var submissionsWaitingMax = 5000
    /// Jobs in the ledger that have not ended, over which no more are accepted; nil for any number.
    public var openJobsMax: Int?
    public var connectionsMax = 4096
    /// Seconds without a byte after which a connection is closed.
    public var idleSeconds = 60
    /// Event streams that are open at once.
    public var streamsMax = 500

    /// A coordinator's results that wait longer than this are not fresh.
    public var indexLagMax = 1000

    public init() {}
}
