import Foundation
import Testing

/// What a decode child can do that its media took over. `sandbox-probe` puts on the very sandbox of
/// the decoder and tries.
@Suite("The sandbox of the decode child")
struct SandboxTests {
    private static let none = "0", landlock = "1", seccomp = "2", limits = "4", all = "7"
    private static let forbiddenCall = "killed 31"  // SIGSYS

    private func probe(_ layers: String, _ attempt: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("sandbox-probe")
        process.arguments = [layers, attempt]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    @Test(
        "Every way out that is open without the sandbox is closed with it",
        arguments: [
            "make a socket", "run a program", "make a process", "make a thread", "signal the supervisor",
            "signal its thread",
            "change its limits", "outlive the parent", "map code", "turn data into code", "make a memory file",
            "copy a descriptor", "use an inherited descriptor",
        ])
    func closed(attempt: String) throws {
        #expect(try probe(Self.none, attempt) == "succeeded")
        #expect(try probe(Self.all, attempt) == Self.forbiddenCall)
    }

    @Test(
        "Files are denied and not punished: the C library looks for some on behalf of innocent media",
        arguments: [
            "read a file", "make a file", "look at a file", "list a folder",
        ])
    func denied(attempt: String) throws {
        #expect(try probe(Self.none, attempt) == "succeeded")
        #expect(try probe(Self.all, attempt) == "refused 13")  // EACCES
        #expect(try probe(Self.seccomp, attempt) == "refused 13")
    }

    @Test(
        "The supervisor's memory and threads are out of reach", arguments: ["trace the supervisor", "read its memory"])
    func supervisorIsSafe(attempt: String) throws {
        #expect(try probe(Self.none, attempt) == "succeeded")
        #expect(try probe(Self.all, attempt) == Self.forbiddenCall)
    }

    @Test(
        "The way out of the machine, and the way to another job, are closed",
        arguments: [
            ("connect to a service", forbiddenCall), ("connect to a named socket", forbiddenCall),
            ("run a program", forbiddenCall), ("trace another job", forbiddenCall),
            ("read another job's memory", forbiddenCall), ("open a secret", "refused 13"),  // EACCES
            ("write into a file", "refused 13"), ("open another job's input", "refused 13"),
            ("read another job's input", "refused 9"),  // EBADF
        ])
    func escapes(attempt: String, end: String) throws {
        #expect(try probe(Self.none, attempt) == "succeeded")
        #expect(try probe(Self.all, attempt) == end)
    }

    @Test(
        "Without seccomp, Landlock keeps secrets and other jobs' inputs away",
        arguments: ["open a secret", "write into a file", "open another job's input"])
    func landlockKeepsSecrets(attempt: String) throws { #expect(try probe(Self.landlock, attempt) == "refused 13") }

    @Test("A descriptor that the supervisor forgot to close is closed")
    func descriptors() throws {
        #expect(try probe(Self.none, "read an inherited descriptor") == "succeeded")
        #expect(try probe(Self.all, "read an inherited descriptor") == "refused 9")  // EBADF
    }

    @Test(
        "Memory, processor time and growing files have ends",
        arguments: [
            ("hold three gigabytes", "refused 12"),  // ENOMEM
            ("work for ever", "killed 24"),  // SIGXCPU
            ("grow a file", "killed 25"),  // SIGXFSZ
        ])
    func limited(attempt: String, end: String) throws {
        #expect(try probe(Self.none, attempt) == "succeeded")
        #expect(try probe(Self.all, attempt) == end)
    }

    @Test(
        "Without seccomp, Landlock still keeps files and programs away",
        arguments: [
            ("read a file", "refused 13"), ("make a file", "refused 13"), ("list a folder", "refused 13"),
            ("run a program", "refused 13"),
        ])
    func landlockAlone(attempt: String, end: String) throws {
        #expect(try probe(Self.landlock, attempt) == end)
    }

    @Test(
        "Without Landlock, the filter alone closes every way but memory and time",
        arguments: [
            "make a socket", "run a program", "make a process", "signal the supervisor", "map code",
        ])
    func seccompAlone(attempt: String) throws { #expect(try probe(Self.seccomp, attempt) == Self.forbiddenCall) }

    @Test("Without both, the limits still end a hog")
    func limitsAlone() throws { #expect(try probe(Self.limits, "work for ever") == "killed 24") }

    @Test("What decoding needs works inside: the media's size, seeking, reading, memory, writing")
    func whatDecodingNeeds() throws { #expect(try probe(Self.all, "what decoding needs") == "succeeded") }

    @Test("A failed assertion is seen as such, not as an attack")
    func abort() throws { #expect(try probe(Self.all, "abort") == "killed 6") }
}
