import Foundation
import Logging
import Synchronization
import Telemetry
import Testing

@Suite("Log lines")
struct LogTests {
    /// Logs one line at 2026-07-02T10:00:00Z and returns what was written.
    private func line(_ format: LineLogHandler.Format, _ body: (Logger) -> Void) -> [String] {
        final class Lines: Sendable { let all = Mutex<[String]>([]) }
        let lines = Lines()
        let handler = LineLogHandler(
            label: "worker", format: format, level: .info, write: { line in lines.all.withLock { $0.append(line) } },
            now: { Date(timeIntervalSince1970: 1_782_986_400) })
        body(Logger(label: "worker") { _ in handler })
        return lines.all.withLock { $0 }
    }

    @Test("For machines a line is one JSON object, with what is known of the job as fields")
    func json() {
        let lines = line(.json) {
            $0.warning("given \"back\"\n", metadata: ["job": "3f2a", "attempt": "2"])
        }
        #expect(
            lines == [
                #"{"time":"2026-07-02T10:00:00Z","level":"warning","process":"worker","message":"given \"back\"\n","attempt":"2","job":"3f2a"}"#
            ])
    }

    @Test("For people it is one line of text")
    func text() {
        let lines = line(.text) { $0.info("decoded", metadata: ["job": "3f2a", "seconds": "1.5"]) }
        #expect(lines == ["2026-07-02T10:00:00Z info worker: decoded  job=3f2a seconds=1.5"])
    }

    @Test("What is less than the level is not written, and a field never hides the time")
    func level() {
        let lines = line(.json) {
            $0.debug("no")
            $0.info("yes", metadata: ["time": "never"])
        }
        #expect(lines == [#"{"time":"2026-07-02T10:00:00Z","level":"info","process":"worker","message":"yes"}"#])
    }
}
