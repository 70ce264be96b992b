internal import FingerprintIndex
internal import Fleet
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import JobQueue
internal import Records
internal import Report
internal import Store

/// The queue of cases, a case, and what is decided about it.
struct CasePages: Sendable {
    let console: ConsoleDesk

    var all: [Endpoint] {
        let root = ConsoleAddress.root
        return [
            Endpoint(.get, "\(root)/cases", nil) { try await list($0, $1) },
            Endpoint(.get, "\(root)/cases/:id", nil) { try await show($0, $1) },
            Endpoint(.post, "\(root)/cases/:id/decisions", nil) { try await decide($0, $1) },
            Endpoint(.get, "\(root)/cases/:id/bundle", nil) { try await bundle($0, $1) },
            Endpoint(.post, "\(root)/events/:id/reverse", nil) { try await reverse($0, $1) },
        ]
    }

    // MARK: Looking

    private func list(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let address = ConsoleAddress(names: TenantNames(tenant: identity.tenant))
            let query = request.uri.queryParameters
            let creator = query.get("creator").flatMap { $0.isEmpty ? nil : $0 }
            let filter = CaseFilter(
                state: query.get("state").flatMap { CaseFilter.State(rawValue: $0) } ?? .open,
                kind: query.get("kind").flatMap { CaseFilter.Kind(rawValue: $0) } ?? .copies,
                creator: creator.map(address.names.inner),
                page: max(0, (query.get("page").flatMap { Int($0) } ?? 1) - 1))
            let page = try await console.desk.workshop.run { [console] in
                let book = try console.cases()
                let page = book.page(filter, tenant: identity.tenant)
                return try CasesPage(page, desk: console, address: address, rules: book.rules)
            }
            return try console.page("cases", title: "Cases", place: .cases, request, context, page)
        }
    }

    private func show(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let id = context.part("id") ?? ""
            let query = request.uri.queryParameters
            var model = try await console.desk.workshop.run { [console] in
                let (file, report, next) = try console.file(of: id, identity)
                let match = file.review.edge.match
                try console.desk.store.audit(
                    identity, "evidence.viewed", id, detail: "\(match.query) | \(match.reference)")
                return try CaseModelMaker(
                    desk: console, file: file, report: report,
                    address: ConsoleAddress(names: TenantNames(tenant: identity.tenant)), next: next
                ).model()
            }
            model.saved = Self.saved(query.get("saved"), was: query.get("was"), model)
            return try console.page(
                "case", title: "\(model.query.name) \(model.verb) \(model.reference.name)", place: .cases, request,
                context, model)
        }
    }

    /// What the last form did, where the page comes from one.
    private static func saved(_ what: String?, was: String?, _ model: CaseModel) -> CaseModel.Saved? {
        guard let what, what == "decided" || what == "undone" || what == "waiting" else { return nil }
        let scores = (was ?? "").split(separator: ".").map(String.init)
        let sides = [(model.query, scores.first), (model.reference, scores.dropFirst().first)]
        let changes = sides.compactMap { side, before -> String? in
            guard let creator = side.creator, let before, Int(before) != nil, let now = side.standing?.text,
                now != before
            else { return nil }
            return "\(creator) \(before) → \(now)"
        }
        let sentence =
            switch what {
            case "decided": "Saved: \(model.state.text)."
            case "undone": "Undone: it is as if it had never been decided."
            default: "Accepted. The profiles follow as soon as the coordinator and the scorer have got to it."
            }
        return .init(
            sentence: sentence, change: changes.isEmpty ? nil : changes.joined(separator: ", "),
            undoID: what == "decided" ? model.undoID : nil, isUndo: what == "undone")
    }

    private func bundle(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let id = context.part("id") ?? ""
            let data = try await console.desk.workshop.run { [console] in
                let (file, report, _) = try console.file(of: id, identity)
                try console.desk.store.audit(identity, "evidence.exported", id)
                return try EvidenceBundle(
                    file: file, report: report, console: console, names: TenantNames(tenant: identity.tenant),
                    by: identity.name
                ).zip()
            }
            let name = "moire-case-\(id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(32)).zip"
            return .bytes(
                data, type: "application/zip",
                headers: [.contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-store"])
        }
    }

    // MARK: Deciding

    private struct Decision: Decodable, Sendable {
        var verdict: String?
        var why: String?
    }

    private func decide(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let id = context.part("id") ?? ""
            let form = try await ConsoleDesk.form(request, as: Decision.self)
            guard let verdict = form.verdict.flatMap({ Event.Decision.Verdict(rawValue: $0) }) else {
                throw Problem.invalid("verdict", "choose what it is")
            }
            let why = try ConsoleDesk.reason(form.why)
            let was = try await console.desk.blocking { [console] _ in
                guard let review = try console.cases().reviewCase(id, tenant: identity.tenant) else {
                    throw Problem.notFound("case \(id.prefix(80))")
                }
                return Self.scores(review)
            }
            let isFolded = try await console.desk.decide(id, verdict, why: why, identity).isFolded
            return ConsoleDesk.redirect(
                "\(ConsoleAddress.reviewCase(id))?saved=\(isFolded ? "decided" : "waiting")&was=\(was)")
        }
    }

    private static func scores(_ review: ReviewCase) -> String {
        [review.queryStanding, review.referenceStanding].map { "\($0?.score ?? -1)" }.joined(separator: ".")
    }

    private struct Reversal: Decodable, Sendable {
        var why: String?
        var next: String?
    }

    /// Takes any event of the tenant out of every fold: a match, a measurement, or a decision.
    private func reverse(_ request: Request, _ context: ServiceContext) async throws -> Response {
        try await console.visit(.review, request, context) { identity in
            let id = context.part("id") ?? ""
            let form = try await ConsoleDesk.form(request, as: Reversal.self)
            let why = try ConsoleDesk.reason(form.why)
            let was = try await console.desk.blocking { [console] desk -> String? in
                try desk.event(id, ofTenant: identity.tenant).event.body.subject.flatMap {
                    try console.cases().reviewCase($0, tenant: identity.tenant).map(Self.scores)
                }
            }
            let isFolded = try await console.desk.reverse(id, why: why, identity).isFolded
            var next = ConsoleDesk.local(form.next)
            if let cut = next.firstIndex(of: "?"), next.hasPrefix("\(ConsoleAddress.root)/cases/") {
                next = String(next[..<cut])
            }
            let mark = next.contains("?") ? "&" : "?"
            let scores = was.map { "&was=\($0)" } ?? ""
            return ConsoleDesk.redirect("\(next)\(mark)saved=\(isFolded ? "undone" : "waiting")\(scores)")
        }
    }
}
