/// Everything that the fleet's processes measure: names, meaning, buckets. What docs and dashboards refer to.
public enum FleetMetrics {
    public static let queueDepth = "moire_queue_depth"
    public static let oldestAge = "moire_queue_oldest_age_seconds"
    public static let jobs = "moire_jobs_total"
    public static let stage = "moire_stage_seconds"
    public static let decoderCrashes = "moire_decoder_crashes_total"
    public static let leasesExpired = "moire_leases_expired_total"
    public static let workersLost = "moire_workers_lost_total"
    public static let staleCommits = "moire_stale_commits_refused_total"
    public static let fsync = "moire_fsync_seconds"
    public static let sandboxLevel = "moire_sandbox_level"
    public static let buildInfo = "moire_build_info"
    public static let indexReferences = "moire_index_references"
    public static let resultsWaiting = "moire_results_waiting"
    public static let workerSlots = "moire_worker_slots"
    public static let httpRequests = "moire_http_request_seconds"
    public static let webhookDeliveries = "moire_webhook_deliveries_total"

    /// A stage is a millisecond (a commit) to minutes (a decode).
    static let stageBuckets: [Double] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]
    /// A disk with its own cache answers in 0.1 ms, a full network volume in seconds.
    static let fsyncBuckets: [Double] = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]

    public static let table: [MetricDescription] = [
        .init(queueDepth, .gauge, "Jobs by lane and state, as the ledger has them."),
        .init(oldestAge, .gauge, "Seconds since the oldest open job of a lane was accepted."),
        .init(jobs, .counter, "Jobs that have ended, by outcome and reason, since the home was made."),
        .init(stage, .histogram, "Seconds that a stage of a job took.", buckets: stageBuckets),
        .init(decoderCrashes, .counter, "Decode children that were ended by a signal."),
        .init(leasesExpired, .counter, "Attempts taken back because their worker did not renew its lease."),
        .init(workersLost, .counter, "Workers whose process was found dead."),
        .init(staleCommits, .counter, "Results of attempts that were over, refused since the home was made."),
        .init(fsync, .histogram, "Seconds that the queue's fsync calls took.", buckets: fsyncBuckets),
        .init(sandboxLevel, .gauge, "1 for the level of the decode sandbox that this machine gives, else 0."),
        .init(buildInfo, .gauge, "1; which process and build this is."),
        .init(indexReferences, .gauge, "Fingerprints that are in the index."),
        .init(resultsWaiting, .gauge, "Results that wait in the queue for their commit."),
        .init(workerSlots, .gauge, "Slots of this worker by what they do."),
        .init(
            httpRequests, .histogram, "Seconds until a request was answered, by route and status.",
            buckets: stageBuckets),
        .init(webhookDeliveries, .counter, "Webhook messages by how their sending went."),
    ]
}
