public import ArgumentParser
internal import Logging
public import Telemetry

/// How a process of the fleet is watched; the same options for each of them.
public struct TelemetryOptions: ParsableArguments {
    @Option(help: "Write Prometheus metrics into this file every 5 s and at the end, as for node_exporter (NAME.prom).")
    public var metricsFile: String?

    @Option(
        help: "Answer GET /metrics and /livez at this address, as 127.0.0.1:9464 (0.0.0.0:9464: to all who reach it).")
    public var metricsListen: String?

    @Option(help: "Log lines for people (text) or for machines (json).")
    public var logFormat = LineLogHandler.Format.text

    @Option(help: "The least that is logged: trace, debug, info, notice, warning, error or critical.")
    public var logLevel = LogLevel.info

    public init() {}

    /// Starts what was asked for. Call it after the process has said which thread takes its signals.
    public func start(process: String, version: String) throws(TelemetryError) -> Telemetry {
        var options = Telemetry.Options(process: process, version: version)
        options.metricsFile = metricsFile
        options.metricsListen = metricsListen
        options.logFormat = logFormat
        options.logLevel = Logger.Level(rawValue: logLevel.rawValue) ?? .info
        return try Telemetry(options)
    }
}

/// swift-log's levels, as one writes them.
public enum LogLevel: String, CaseIterable, ExpressibleByArgument, Sendable {
    case trace, debug, info, notice, warning, error, critical
}

extension LineLogHandler.Format: ExpressibleByArgument {}
