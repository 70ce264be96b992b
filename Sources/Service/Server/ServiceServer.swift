internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import HummingbirdTLS
internal import Logging
internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// The HTTP server of a home: the API, the console, and what watches them.
public struct ServiceServer: Sendable {
    private let desk: ServiceDesk
    private let metrics: @Sendable () -> String

    /// - Parameter metrics: what `/metrics` answers.
    public init(desk: ServiceDesk, metrics: @escaping @Sendable () -> String) {
        self.desk = desk
        self.metrics = metrics
    }

    /// Serves until SIGTERM or SIGINT; requests that run are ended first.
    ///
    /// - Parameter started: told the address once connections are taken.
    public func run(started: @escaping @Sendable (String) -> Void) async throws {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: HeadersMiddleware())
        router.add(middleware: RequestMetrics())
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: AuthenticationMiddleware(desk: desk))
        let console = try ConsoleEndpoints(desk: desk)
        EndpointTable.install(apiEndpoints + HMAEndpoints(desk: desk).byAddress + console.all, on: router)

        let options = desk.options
        let scheme = options.certificatePath == nil ? "http" : "https"
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        let application = Application(
            responder: router.buildResponder(), server: try transport(),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: "moire", backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(options.connectionsMax)),
            onServerRunning: { channel in
                started("\(scheme)://\(host):\(channel.localAddress?.port ?? options.port)")
            }, logger: Logger(label: "http"))
        let housekeeping = Housekeeping(desk: desk, pictures: ConsoleDesk.pictures(of: desk.home))
        let sender = WebhookSender(desk: desk, policy: options.fetchPolicy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask { await sender.run() }
            group.addTask { await housekeeping.run() }
            // The server ends when it is told to; what it has noted is sent by the next one.
            try await group.next()
            group.cancelAll()
        }
        await console.stop()
        await desk.stop()
    }

    /// Everything that the API answers; the document tells of it.
    var apiEndpoints: [Endpoint] {
        JobEndpoints(desk: desk).all + LookupEndpoints(desk: desk).all + ExplanationEndpoints(desk: desk).all
            + BankEndpoints(desk: desk).all + ProfileEndpoints(desk: desk).all + EventEndpoints(desk: desk).all
            + ReviewEndpoints(desk: desk).all
            + WebhookEndpoints(desk: desk).all + AdminEndpoints(desk: desk).all
            + HealthEndpoints(desk: desk, metrics: metrics).all + DocumentEndpoints().all
            + HMAEndpoints(desk: desk).plain
    }

    /// Plain HTTP/1.1, or over TLS where a certificate was given.
    private func transport() throws -> HTTPServerBuilder {
        let channel = HTTP1Channel.Configuration(
            idleTimeout: .seconds(Int64(desk.options.idleSeconds)),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))
        let plain = HTTPServerBuilder.http1(configuration: channel)
        guard let certificate = desk.options.certificatePath, let key = desk.options.privateKeyPath else {
            return plain
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        return try .tls(plain, tlsConfiguration: tls)
    }
}

/// What every answer says, so that no browser makes more of it than it is.
private struct HeadersMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.init("X-Content-Type-Options")!] = "nosniff"
        response.headers[.init("Referrer-Policy")!] = "no-referrer"
        response.headers[.init("X-Request-Id")!] = context.requestID
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
