internal import FingerprintIndex
internal import Fleet
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import Logging
internal import Records
internal import Store

/// For whoever keeps the service running, and for probes.
struct HealthEndpoints: Sendable {
    let desk: ServiceDesk
    /// Prometheus' text.
    let metrics: @Sendable () -> String

    var all: [Endpoint] {
        [
            Endpoint(.get, "/livez", nil) { _, _ in try .json(["status": "alive"]) },
            Endpoint(.get, "/readyz", nil) { _, _ in try await ready() },
            Endpoint(.get, "/metrics", nil) { [metrics] _, _ in
                .bytes(Data(metrics().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            },
            Endpoint(.get, "/v1/status", .admin) { _, _ in
                try await .json(desk.blocking { desk in try desk.reader().status() })
            },
        ]
    }

    /// One thing that must hold, and how it stands.
    struct Check: Encodable, Sendable {
        var name: String
        var ok: Bool
        var detail: String
    }

    private struct Readiness: Encodable, Sendable {
        var status: String
        var checks: [Check]
    }

    private func ready() async throws -> Response {
        let checks = try await desk.blocking { desk in desk.checks() }
        let isReady = checks.allSatisfy(\.ok)
        return try .json(
            Readiness(status: isReady ? "ready" : "not_ready", checks: checks),
            status: isReady ? .ok : .serviceUnavailable)
    }
}

extension ServiceDesk {
    /// What a request needs of this home. Blocks.
    func checks() -> [HealthEndpoints.Check] {
        func check(_ name: String, _ body: () throws -> (ok: Bool, detail: String)) -> HealthEndpoints.Check {
            do {
                let (ok, detail) = try body()
                return .init(name: name, ok: ok, detail: detail)
            } catch {
                log.warning("a check failed", metadata: ["check": "\(name)", "error": "\(error)"])
                return .init(name: name, ok: false, detail: "it cannot be used; the log has the reason")
            }
        }
        return [
            check("queue") {
                let counts = try queue.counts()
                if home.database == nil, unsafe access(home.queue + "/inbox", W_OK) != 0 {
                    return (false, "its inbox cannot be written")
                }
                return (true, "writable; \(counts.inbox) messages in the inbox")
            },
            check("index") {
                let generation = try index.generation()
                let behind = home.hasStore ? try reader().status().fingerprintsToIndex : 0
                return (
                    behind <= options.indexLagMax,
                    "generation \(generation); \(behind) fingerprints wait to be taken in, at most \(options.indexLagMax) are fresh"
                )
            },
            check("decoder") {
                let described = try decoder.describe()
                return (
                    true,
                    "\(described.build); sandbox \(described.sandbox.rawValue); memory cap: \(described.memoryCap)"
                )
            },
        ]
    }
}
