import CSandbox
import DecodeWire
import Fleet
import Foundation
import Frames
import Glibc
import Records
import Testing
import TestSupport

@Suite("Processes that die in the middle of a job")
struct LostProcessTests {
    private typealias Extracted = DecodeService.Extracted

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Starts a long decode, does something to its processes, and gives its outcome.
    private func outcome(
        _ service: DecodeService, _ program: String, after harm: (_ decoder: pid_t, _ child: pid_t) -> Void
    )
        throws -> Extracted
    {
        // A decoder that has answered has its own start behind it, in which it tries the sandbox in a child of its own:
        // this test once killed that child instead of the one with the job.
        #expect(try service.extract(path: Clips.short()).record.outcome.kind == .complete)
        let long = try Clips.long()
        let run = Background { try service.extract(path: long) }
        let pids = Processes.wait(for: program, count: 2)
        #expect(pids.count == 2)
        if pids.count == 2 { harm(pids[0], pids[1]) }
        return try run.value()
    }

    @Test("A child killed by a signal is a crash of that job alone; the decoder lives on")
    func child() throws {
        let program = try folder.program("decoder-a", for: "moire-decoder")
        let service = try DecodeService(decoderPath: program)
        var decoder: pid_t = 0
        let done = try outcome(service, program) {
            decoder = $0; kill($1, SIGKILL)
        }
        #expect(done.record.outcome.kind == .crashed)
        #expect(done.record.outcome.reason == "killed_by_signal_9")
        #expect(done.record.input.digest != nil)
        #expect(try service.extract(path: Clips.short()).record.outcome.kind == .complete)
        #expect(Processes.named(program) == [decoder])
    }

    @Test("A decoder killed in mid-job is a crash of that job, takes its child along, and is replaced")
    func decoder() throws {
        let program = try folder.program("decoder-b", for: "moire-decoder")
        let service = try DecodeService(decoderPath: program)
        var (decoder, child): (pid_t, pid_t) = (0, 0)
        let done = try outcome(service, program) {
            decoder = $0; child = $1; kill($0, SIGKILL)
        }
        #expect(done.record.outcome.kind == .crashed)
        #expect(done.record.outcome.reason == "decoder_gone")
        #expect(try service.extract(path: Clips.short()).record.outcome.kind == .complete)
        let now = Processes.wait(for: program, count: 1)
        #expect(now.count == 1 && now != [decoder] && now != [child])
    }

    @Test("A decoder killed while it waits costs no job")
    func idle() throws {
        let program = try folder.program("decoder-c", for: "moire-decoder")
        let service = try DecodeService(decoderPath: program)
        _ = try service.describe()
        for pid in Processes.wait(for: program, count: 1) { kill(pid, SIGKILL) }
        #expect(try service.extract(path: Clips.short()).record.outcome.kind == .complete)
    }

    @Test("A supervisor that goes leaves nothing behind")
    func supervisor() throws {
        let program = try folder.program("decoder-d", for: "moire-decoder")
        var service: DecodeService? = try DecodeService(decoderPath: program)
        _ = try service?.describe()
        #expect(Processes.wait(for: program, count: 1).count == 1)
        service = nil
        #expect(Processes.wait(for: program, count: 0).isEmpty && Processes.named(program).isEmpty)
    }

    @Test("A decoder whose socket closes in mid-job ends its child and itself")
    func closedSocket() throws {
        // What remains of a supervisor that got SIGKILL: nothing but closed descriptors.
        let program = try folder.program("decoder-e", for: "moire-decoder")
        // The clip first: Foundation takes the decoder, which closes what it inherits, for ended, and waits for it
        // on the one thread that notices the end of any process. Nothing else may be waited for until it is gone.
        let media = try unsafe open(Clips.long(), O_RDONLY)
        var ends: [Int32] = [-1, -1]
        unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "exec \"$0\" 3<&0 </dev/null", program]
        process.standardInput = FileHandle(fileDescriptor: ends[1])
        try process.run()
        close(ends[1])
        var hello = [UInt8](repeating: 0, count: 16_384)
        unsafe #expect(read(ends[0], &hello, hello.count) > 0)

        let output = Pipe()
        let request = [UInt8](
            try CanonicalJSON.encode(
                DecodeRequest(task: .extract(), memoryBytes: 2 << 30, cpuSeconds: 60, sandboxAtLeast: .full)))
        let descriptors = [media, output.fileHandleForWriting.fileDescriptor]
        unsafe #expect(moire_send(ends[0], request, request.count, descriptors, 2) == 0)
        #expect(Processes.wait(for: program, count: 2).count == 2)
        close(ends[0])
        process.waitUntilExit()
        #expect(Processes.wait(for: program, count: 0).isEmpty && Processes.named(program).isEmpty)
        close(media)
    }
}
