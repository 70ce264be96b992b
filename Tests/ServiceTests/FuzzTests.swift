import Foundation
import TestSupport
import Testing

/// schemathesis reads the interface's own document and asks for everything that it allows and forbids.
///
/// It comes from the Python package index, which `ops/lib/fuzz-environment` asks for it once. A machine that cannot get
/// it cannot say that the document is true, so there the test fails.
@Suite("The interface does what its document says")
struct FuzzTests {
    @Test(
        "Thousands of requests drawn from the document: no 5xx, no answer that it does not tell of, nothing taken that it forbids"
    )
    func fuzz() throws {
        let service = try RunningService(withFleet: true)
        defer { service.stop() }
        let python = try Ran(Project.root.appendingPathComponent("ops/lib/fuzz-environment").path, [])
        let path = try #require(
            python.status == 0 ? python.text.split(separator: "\n").last.map(String.init) : nil, "\(python.errors)")
        // Event streams do not end, and a revoked token would end the test. What is valid may still name a file or
        // a bank that is not there.
        let answer = try Ran(
            URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("schemathesis").path,
            [
                "run", "\(service.address)/v1/openapi.json", "-H", "Authorization: Bearer \(service.token)",
                "--max-examples", "20", "--seed", "7", "--workers", "1", "--no-color", "--continue-on-failure",
                "--exclude-path-regex", "(events|tokens/...)$", "--exclude-checks", "positive_data_acceptance",
            ], in: service.home)
        #expect(answer.status == 0, "\(answer.text.suffix(6000))")
        #expect(answer.text.contains("passed"))
    }
}
