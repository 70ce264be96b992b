internal import CoreMetrics
internal import Foundation
internal import Glibc
public import Logging

/// What one process says of itself while it runs: metrics in a file and at an address, log lines on standard error.
public final class Telemetry: Sendable {
    public struct Options: Sendable {
        /// `coordinator`, `worker` or `scorer`: a label of the build, and the name in log lines.
        public var process: String
        /// Of the program.
        public var version: String
        /// Written whole every `fileSeconds` and at the end; nil for none.
        public var metricsFile: String?
        /// `127.0.0.1:PORT`; nil for none.
        public var metricsListen: String?
        public var logFormat = LineLogHandler.Format.text
        public var logLevel = Logger.Level.info

        public init(process: String, version: String) {
            self.process = process
            self.version = version
        }
    }

    /// Seconds between two writings of the file; Prometheus asks every fifteen or so.
    public static let fileSeconds = 5.0

    public let registry: MetricRegistry
    /// Where `/metrics` is answered; nil when nobody asked for it.
    public let port: UInt16?
    private let file: MetricsFile?

    /// Makes this the backend of swift-metrics and swift-log, and starts what was asked for.
    ///
    /// Call it once, after the process has said which thread takes its signals, and before anything is measured.
    /// - Throws: when the address cannot be listened at, or the file cannot be written.
    public init(_ options: Options) throws(TelemetryError) {
        registry = MetricRegistry(FleetMetrics.table)
        let listener: MetricsListener? =
            if let address = options.metricsListen { try MetricsListener(address) } else { nil }
        port = listener?.port
        file = options.metricsFile.map { MetricsFile(path: $0) }

        MetricsSystem.bootstrap(registry)
        let (format, level) = (options.logFormat, options.logLevel)
        LoggingSystem.bootstrap { label in
            LineLogHandler(label: label, format: format, level: level, write: Self.standardError)
        }
        Meter(
            label: FleetMetrics.buildInfo, dimensions: [("process", options.process), ("version", options.version)]
        ).set(1)

        if let file {
            guard file.write(registry.exposition()) else {
                throw TelemetryError("\(file.path) cannot be written: \(unsafe String(cString: strerror(errno)))")
            }
            Thread.detachNewThread { [registry] in
                while true {
                    Thread.sleep(forTimeInterval: Self.fileSeconds)
                    _ = file.write(registry.exposition())
                }
            }
        }
        if let listener {
            Thread.detachNewThread { [registry] in listener.serve { registry.exposition() } }
        }
    }

    /// Writes the last values.
    public func finish() { _ = file?.write(registry.exposition(isLast: true)) }

    /// One line, whole, so that lines of several threads do not mix.
    @Sendable private static func standardError(_ line: String) {
        _ = Socket.writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
    }
}
