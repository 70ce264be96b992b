import Foundation
import TestSupport
import Testing

@Suite("The README's tour")
struct TourTests {
    @Test("Each command of it does what its comment says, against a real service with a fleet")
    func tour() async throws {
        let service = try RunningService(withFleet: true)
        defer { service.stop() }
        // What the demo home has and the tour leads back to.
        let original = try await service.post(
            "/v1/jobs",
            #"{"path":"\#(Project.clips)/kitchen-lab/ramen-in-ten.mp4","creator":"kitchen-lab","published_at":"2026-01-01T00:00:00Z"}"#
        )
        #expect(
            try await service.ended(try #require(try original.object["id"] as? String))["state"] as? String == "done")

        let readme = try Project.text("README.md")
        let block = try #require(
            readme.split(separator: "<!-- The tests run this block").last?.split(separator: "```sh\n").dropFirst()
                .first?
                .split(separator: "\n```").first)
        let ran = try Ran(
            "/bin/bash",
            ["-euo", "pipefail", "-c", String(block.replacing("why.png", with: "\(service.home)/why.png"))],
            environment: ["MOIRE": service.address, "TOKEN": service.token, "PATH": "/usr/bin:/bin"],
            in: Project.root.path)
        let said = ran.text
        #expect(ran.status == 0, "\(said)\(ran.errors)")
        for expected in [
            "event: done", #""of": "kitchen-lab/ramen-in-ten.mp4""#, #""by": "kitchen-lab""#,
            #""result": "nothing_found""#, #""is_folded":true"#, #""why": "licensed by kitchen-lab""#,
        ] { #expect(said.contains(expected), "\(expected) is missing in: \(said)") }
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: "\(service.home)/why.png")).prefix(4)
                == Data([0x89, 0x50, 0x4E, 0x47]))
    }
}
