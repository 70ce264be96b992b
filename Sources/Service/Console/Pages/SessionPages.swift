internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Coming in, going out, and how things are shown.
struct SessionPages: Sendable {
    let console: ConsoleDesk

    /// A working day and a little.
    static let sessionSeconds = 10 * 3600
    /// A year.
    private static let preferencesSeconds = 31_536_000

    var all: [Endpoint] {
        let root = ConsoleAddress.root
        return [
            Endpoint(.get, "\(root)/login", nil) { try loginPage($0, $1) },
            Endpoint(.post, "\(root)/login", nil) { try await login($0, $1) },
            Endpoint(.post, "\(root)/logout", nil) { try await logout($0, $1) },
            Endpoint(.get, "\(root)/preferences", nil) { try preferencesPage($0, $1) },
            Endpoint(.post, "\(root)/preferences", nil) { try await choose($0, $1) },
            Endpoint(.get, "\(root)/help", nil) { request, context in
                try console.page("help", title: "Help", request, context, MessagePage(heading: "", sentence: ""))
            },
        ]
    }

    private func loginPage(_ request: Request, _ context: ServiceContext) throws -> Response {
        let next = ConsoleDesk.local(request.uri.queryParameters.get("next"))
        return try console.page(
            "login", title: "Sign in", request, context,
            LoginPage(next: next, isSignedIn: context.identity != nil))
    }

    private struct Login: Decodable, Sendable {
        var token: String
        var next: String?
    }

    private func login(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let form = try await ConsoleDesk.form(request, as: Login.self)
        let next = ConsoleDesk.local(form.next)
        func refused(_ why: String) throws -> Response {
            try console.page(
                "login", title: "Sign in", status: .unauthorized, request, context,
                LoginPage(next: next, problem: why, isSignedIn: false))
        }
        // Nobody else's page signs a reviewer in as somebody.
        guard AuthenticationMiddleware.isSameOrigin(request) else {
            return try refused("The request did not come from this page. Try again here.")
        }
        let text = form.token.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let token = TokenText(text),
            let identity = try await console.desk.blocking({ desk in try desk.store.identity(bearing: token) })
        else { return try refused("This is not a token of ours that is in force.") }
        guard identity.may(.review) else { return try refused("\(identity.name) lacks the scope “review”.") }
        let session = try await console.desk.blocking { desk in
            try desk.store.audit(identity, "session.begun", identity.name)
            return try desk.store.makeSession(for: identity, seconds: Self.sessionSeconds)
        }
        return ConsoleDesk.redirect(next, cookies: [cookie(session, seconds: Self.sessionSeconds)])
    }

    private func cookie(_ value: String, seconds: Int) -> String {
        let secure = console.desk.options.certificatePath == nil ? "" : "; Secure"
        return
            "\(AuthenticationMiddleware.cookie)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)\(secure)"
    }

    private func logout(_ request: Request, _ context: ServiceContext) async throws -> Response {
        if context.identity != nil, let text = request.cookies[AuthenticationMiddleware.cookie]?.value,
            let session = TokenText(text)
        {
            try await console.desk.blocking { desk in try desk.store.endSession(session) }
        }
        return ConsoleDesk.redirect("\(ConsoleAddress.root)/login", cookies: [cookie("", seconds: 0)])
    }

    private func preferencesPage(_ request: Request, _ context: ServiceContext) throws -> Response {
        let query = request.uri.queryParameters
        return try console.page(
            "preferences", title: "How things are shown", request, context,
            PreferencesPage(
                ConsolePreferences(request), next: ConsoleDesk.local(query.get("next")),
                isSaved: query.get("saved") != nil))
    }

    private struct Choices: Decodable, Sendable {
        var theme: String
        var grey: String
        var blur: String
        var next: String?
    }

    private func choose(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let form = try await ConsoleDesk.form(request, as: Choices.self)
        let chosen = ConsolePreferences(text: "theme.\(form.theme)_grey.\(form.grey)_blur.\(form.blur)")
        let value = """
            \(ConsolePreferences.cookie)=\(chosen.text); Path=\(ConsoleAddress.root); HttpOnly; SameSite=Strict; \
            Max-Age=\(Self.preferencesSeconds)
            """
        return ConsoleDesk.redirect(ConsoleDesk.local(form.next), cookies: [value])
    }
}
