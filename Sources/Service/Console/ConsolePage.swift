internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Mustache
internal import NIOCore
internal import Report

/// What every page's frame shows.
struct ConsoleFrame: Sendable {
    struct Link: Sendable {
        var href: String
        var name: String
        var isHere: Bool
    }

    var title: String
    var links: [Link]
    /// Nil for nobody.
    var who: String?
    var tenant: String?
    /// Nil for the system's own.
    var theme: String?
    var classes: String
    var style: String
    var script: String
    var icon: String
    var mark: String
    /// Of the page, so that the script knows its keys.
    var kind: String
    /// Where this page is, to come back to.
    var here: String
}

/// Where one is.
enum ConsolePlace: String, CaseIterable {
    case cases, creators, fleet

    var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension ConsoleDesk {
    /// No script but ours, no style but ours, nothing from elsewhere, and no page that shows us in a frame.
    static let policy = """
        default-src 'none'; img-src 'self' data:; connect-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'; \
        base-uri 'none'; frame-ancestors 'none'
        """

    /// Renders a page for whoever asks.
    func page(
        _ template: String, title: String, place: ConsolePlace? = nil, status: HTTPResponse.Status = .ok,
        _ request: Request, _ context: ServiceContext, _ content: some Sendable
    ) throws -> Response {
        let preferences = ConsolePreferences(request)
        let identity = context.identity
        let frame = ConsoleFrame(
            title: title, links: identity == nil ? [] : ConsolePlace.allCases.map { Self.link($0, here: place) },
            who: identity?.name, tenant: identity.flatMap { $0.tenant == "default" ? nil : $0.tenant },
            theme: preferences.theme == .auto ? nil : preferences.theme.rawValue, classes: preferences.classes,
            style: assets.address("console.css"), script: assets.address("console.js"),
            icon: assets.address("mark.svg"), mark: Drawings.mark.text, kind: template,
            here: request.uri.description)
        guard let text = templates.render(Rendered(frame: frame, page: content), withTemplate: template) else {
            throw BuiltIn.Missing(name: "\(template).mustache")
        }
        let names = TenantNames(tenant: identity?.tenant ?? "default")
        return Self.html(names.outer(text: text), status: status)
    }

    private struct Rendered<Content> {
        var frame: ConsoleFrame
        var page: Content
    }

    private static func link(_ place: ConsolePlace, here: ConsolePlace?) -> ConsoleFrame.Link {
        .init(href: "\(ConsoleAddress.root)/\(place.rawValue)", name: place.name, isHere: place == here)
    }

    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .init("Content-Security-Policy")!: policy,
                .init("Cross-Origin-Opener-Policy")!: "same-origin",
            ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    static func redirect(_ address: String, cookies: [String] = []) -> Response {
        var response = Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
        for cookie in cookies { response.headers.append(HTTPField(name: .setCookie, value: cookie)) }
        return response
    }
}
