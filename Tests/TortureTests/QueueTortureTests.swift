import EngineSupport
import Foundation
import Store
import Testing

/// `ops/torture queue` in small: real processes, killed and stopped for real, on every engine that outlives
/// a process. The moments differ from run to run; the seed is told with a failure.
@Suite("A fleet whose processes are killed", .serialized)
struct QueueTortureTests {
    private func torture(_ engine: Engine, _ arguments: String...) throws -> (status: Int32, said: String) {
        let test = try TestEngine(engine)
        defer { withExtendedLifetime(test) {} }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "queue-bench")
        let seed = UInt32.random(in: 1 ... .max)
        process.arguments =
            ["torture", "--home", test.home.address, "--state-folder", test.home.root, "--seed", "\(seed)"] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    @Test(
        "SIGKILLed at 60 random moments, it ends 600 jobs once each, with the events of an undisturbed run",
        arguments: Engine.durable)
    func killed(engine: Engine) throws {
        let (status, said) = try torture(engine, "--jobs", "600", "--kills", "60")
        #expect(status == 0, "\(said)")
        #expect(said.contains("600 done, 0 lost, 0 counted twice, 0 stuck, 0 dead letters"), "\(said)")
    }

    @Test(
        "Workers stopped past their lease hand in late, are refused, and nothing counts twice",
        arguments: Engine.durable)
    func stopped(engine: Engine) throws {
        let (status, said) = try torture(
            engine, "--jobs", "200", "--kills", "2", "--every", "100", "--workers", "2", "--pauses")
        #expect(status == 0, "\(said)")
        #expect(!said.contains(" 0 late results refused"), "\(said)")
        #expect(said.contains("200 done, 0 lost, 0 counted twice, 0 stuck, 0 dead letters"), "\(said)")
    }
}
