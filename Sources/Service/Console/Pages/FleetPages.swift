internal import Foundation
internal import Hummingbird
internal import JobQueue
internal import Records
internal import Store

/// The fleet, and its dead letters. For whoever runs it.
struct FleetPages: Sendable {
    let console: ConsoleDesk

    var all: [Endpoint] {
        let root = ConsoleAddress.root
        return [
            Endpoint(.get, "\(root)/fleet", nil) { try await show($0, $1) },
            Endpoint(.post, "\(root)/jobs/:id/retry", nil) {
                try await change($0, $1, "retried") { .retry(jobID: $0) }
            },
            Endpoint(.post, "\(root)/jobs/:id/purge", nil) {
                try await change($0, $1, "put away") { .purge(jobID: $0) }
            },
        ]
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.admin, request, context) { identity in
            let saved = request.uri.queryParameters.get("saved").flatMap {
                ["retried", "put away"].contains($0) ? $0 : nil
            }
            let page = try await console.desk.blocking { [console] _ in
                try FleetPage(
                    console, tenant: identity.tenant,
                    saved: saved.map { $0 == "retried" ? "It is tried again." : "It is put away." })
            }
            return try console.page("fleet", title: "Fleet", place: .fleet, request, context, page)
        }
    }

    private func change(
        _ request: Request, _ context: ServiceContext, _ what: String,
        _ message: @escaping @Sendable (String) -> InboxMessage
    ) async throws -> Response {
        try await console.visit(.admin, request, context) { identity in
            let id = context.part("id") ?? ""
            try await console.desk.blocking { desk in
                guard let job = try desk.reader().job(id), job.spec.tenant == identity.tenant else {
                    throw Problem.notFound("job \(id.prefix(80))")
                }
                try desk.store.audit(identity, "job.\(what == "retried" ? "retried" : "purged")", id)
                try desk.queue.submit([message(id)])
            }
            // So that the page that follows shows it; a coordinator that does not run does it later.
            for _ in 0..<20 {
                let isDone = try await console.desk.blocking { desk in try desk.reader().job(id)?.state != .dead }
                if isDone { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            return ConsoleDesk.redirect("\(ConsoleAddress.root)/fleet?saved=\(ConsoleAddress.encoded(what))#letters")
        }
    }
}
