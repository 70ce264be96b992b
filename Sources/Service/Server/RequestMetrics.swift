internal import Hummingbird
internal import Metrics
internal import Telemetry

/// How long requests take, by route, method and status; never by job or creator, of which there are millions.
struct RequestMetrics: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let begun = ContinuousClock.now
        let response = try await next(request, context)
        let dimensions = [
            ("method", request.method.rawValue.prefix(8).description),
            ("route", context.endpointPath ?? "none"), ("status", "\(response.status.code)"),
        ]
        Metrics.Timer(label: FleetMetrics.httpRequests, dimensions: dimensions)
            .recordNanoseconds(Int64(begun.duration(to: .now) / .nanoseconds(1)))
        return response
    }
}
