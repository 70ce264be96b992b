import Foundation
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
            #"{"path":"\#(RunningService.clips)/kitchen-lab/ramen-in-ten.mp4","creator":"kitchen-lab","published_at":"2026-01-01T00:00:00Z"}"#
        )
        #expect(
            try await service.ended(try #require(try original.object["id"] as? String))["state"] as? String == "done")

        let root = URL(fileURLWithPath: RunningService.clips).deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let block = try #require(
            readme.split(separator: "<!-- The tests run this block").last?.split(separator: "```sh\n").dropFirst()
                .first?
                .split(separator: "\n```").first)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-euo", "pipefail", "-c",
            "cd '\(root.path)'\n\(block.replacing("why.png", with: "\(service.home)/why.png"))",
        ]
        process.environment = ["MOIRE": service.address, "TOKEN": service.token, "PATH": "/usr/bin:/bin"]
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
        for expected in [
            "event: done", #""of": "kitchen-lab/ramen-in-ten.mp4""#, #""by": "kitchen-lab""#,
            #""result": "nothing_found""#, #""is_folded":true"#, #""why": "licensed by kitchen-lab""#,
        ] { #expect(said.contains(expected), "\(expected) is missing in: \(said)") }
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: "\(service.home)/why.png")).prefix(4)
                == Data([0x89, 0x50, 0x4E, 0x47]))
    }
}
