internal import Fetching
internal import Foundation
internal import Interop
internal import Logging
internal import Metrics
internal import Records
internal import Store
internal import Telemetry

/// Tells the tenants' webhooks which jobs have ended, once each at least, and again until they take it.
///
/// What is to be told is written down in the transaction that notes the end; what was taken for sending and not
/// settled, because the process died, is due again after `leaseMs`. So a receiver may hear a message twice, under the
/// same `webhook-id`.
struct WebhookSender: Sendable {
    let desk: ServiceDesk
    let fetcher: Fetcher

    /// Seconds before the second, third, … attempt: about two days in all, as the specification advises.
    static let pauses: [Double] = [1, 5, 30, 120, 600, 1800, 7200, 21_600, 43_200, 86_400]
    /// A share of the pause, at random, so that a receiver that comes back is not met by everything at once.
    static let jitter = 0.2
    static let sendSeconds = 15.0
    static let leaseMs: Int64 = 60_000
    static let sentAtOnce = 8

    init(desk: ServiceDesk, policy: FetchPolicy) {
        self.desk = desk
        var limits = FetchLimits.standard
        limits.totalSeconds = Self.sendSeconds
        fetcher = Fetcher(policy: policy, limits: limits, folder: desk.home.root)
    }

    /// Works until its task is cancelled.
    func run() async {
        let pool = BlockingPool(threads: Self.sentAtOnce)
        while !Task.isCancelled {
            let begun = ContinuousClock.now
            var worked = false
            do {
                worked = try await desk.blocking { _ in try noticeEnds() }
                worked = try await deliver(on: pool) || worked
            } catch is CancellationError {
                break
            } catch {
                desk.log.warning("webhooks could not be seen to; trying again", metadata: ["error": "\(error)"])
            }
            // A fifth of the time at most goes into looking.
            let took = begun.duration(to: .now)
            try? await Task.sleep(for: max(worked ? .milliseconds(100) : .milliseconds(500), took * 4))
        }
        await pool.stop()
    }

    /// Writes down what is to be told of the jobs that have ended since the last look.
    private func noticeEnds() throws -> Bool {
        guard desk.home.hasStore, let reader = try? desk.reader() else { return false }
        let webhooks = Dictionary(grouping: try desk.store.webhooks(), by: \.tenant)
        var last: Int64 = 0
        var worked = false
        while case let page = try desk.store.openSubmissions(after: last, limit: StoreReader.standingsMax),
            let end = page.last
        {
            last = end.sequence
            let ended = Set(try reader.standings(of: page.map(\.jobID)).filter { !$0.state.isOpen }.map(\.id))
            guard !ended.isEmpty else { continue }
            var messages: [(webhook: ServiceStore.Webhook, jobID: String, body: String)] = []
            for submission in page where ended.contains(submission.jobID) {
                for webhook in webhooks[submission.tenant] ?? [] {
                    guard let body = try body(of: submission, as: webhook.format, reader) else { continue }
                    messages.append((webhook, submission.jobID, body))
                }
            }
            try desk.store.end(Array(ended), telling: messages)
            worked = true
        }
        return worked
    }

    private struct Message<Content: Encodable>: Encodable {
        var type = "job.finished"
        var timestamp: String
        var data: Content
    }

    private func body(
        of submission: ServiceStore.OpenSubmission, as format: ServiceStore.Webhook.Format, _ reader: StoreReader
    ) throws -> String? {
        let now = ServiceStore.now()
        let text: String
        switch format {
        case .job:
            guard let job = try desk.job(submission.jobID, ofTenant: submission.tenant, isWhole: true) else {
                return nil
            }
            text = try CanonicalJSON.string(Message(timestamp: now, data: job))
        case .flat:
            guard let event = try FlatEventFeed(reader).event(ofJob: submission.jobID) else { return nil }
            text = try CanonicalJSON.string(Message(timestamp: now, data: event))
        }
        return TenantNames(tenant: submission.tenant).outer(text: text)
    }

    private func deliver(on pool: BlockingPool) async throws -> Bool {
        let due = try await desk.blocking { desk in
            try desk.store.takeDue(limit: Self.sentAtOnce, leaseMs: Self.leaseMs)
        }
        await withTaskGroup(of: Void.self) { group in
            for delivery in due {
                group.addTask {
                    do {
                        try await pool.run { try send(delivery) }
                    } catch {
                        desk.log.warning("a webhook message is left for later", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
        return !due.isEmpty
    }

    private func send(_ delivery: ServiceStore.DueDelivery) throws {
        let (isDelivered, answer) = attempt(delivery)
        let pause = Self.pauses.indices.contains(delivery.attempts - 1) ? Self.pauses[delivery.attempts - 1] : nil
        let next = pause.map { pause in
            ServiceStore.milliseconds() + Int64(pause * 1000 * (1 + Double.random(in: 0...Self.jitter)))
        }
        try desk.store.settleDelivery(
            delivery.id, isDelivered: isDelivered, answer: answer, nextMs: isDelivered ? nil : next)
        let result = isDelivered ? "delivered" : next == nil ? "given_up" : "failed"
        Counter(label: FleetMetrics.webhookDeliveries, dimensions: [("result", result)]).increment()
    }

    private func attempt(_ delivery: ServiceStore.DueDelivery) -> (isDelivered: Bool, answer: String) {
        guard let signature = WebhookSignature(secret: delivery.secret) else { return (false, "its secret is damaged") }
        let body = Data(delivery.body.utf8)
        let headers =
            ["Content-Type: application/json"]
            + signature.headers(id: delivery.id, timestamp: ServiceStore.milliseconds() / 1000, body: body)
        do {
            let status = try fetcher.post(delivery.url, headers: headers, body: Array(body))
            return ((200..<300).contains(status), "status \(status)")
        } catch {
            return (false, error.sentence)
        }
    }
}
