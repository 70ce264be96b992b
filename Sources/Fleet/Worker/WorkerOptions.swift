/// How a worker paces itself.
public struct WorkerOptions: Sendable, Equatable {
    /// Decodes at once; one per processor that the machine can spare.
    public var slots: Int
    /// Seconds between lease renewals. A lease should last several of these.
    public var renewSeconds: Double
    /// Seconds between two tellings of how far running decodes have come; a decode that takes less is not told of.
    public var progressSeconds: Double
    /// Seconds that running decodes get to finish after a stop request, under systemd's 90.
    public var graceSeconds: Double
    /// First pause after a failed queue operation; it doubles.
    public var retrySeconds: Double
    /// Longest such pause.
    public var retrySecondsMax: Double
    /// Jobs in a row that the machine, not the file, kept from being decoded; then the worker ends.
    public var environmentFailuresMax: Int

    public init(
        slots: Int = 1, renewSeconds: Double = 5, progressSeconds: Double = 1, graceSeconds: Double = 30,
        retrySeconds: Double = 0.25, retrySecondsMax: Double = 10, environmentFailuresMax: Int = 5
    ) {
        precondition(slots > 0, "\(slots) slots")
        self.slots = slots
        self.renewSeconds = renewSeconds
        self.progressSeconds = progressSeconds
        self.graceSeconds = graceSeconds
        self.retrySeconds = retrySeconds
        self.retrySecondsMax = retrySecondsMax
        self.environmentFailuresMax = environmentFailuresMax
    }

    /// Earlier crashes from which on a job runs while nothing else does: if it takes the machine's
    /// memory or the decoder down, it takes nobody's work along.
    public static let crashesToRunAlone = 2
}
