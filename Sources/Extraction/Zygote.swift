import CSandbox
import DecodeWire
import FoundationEssentials
import Frames
import Glibc
import Media
import Records

/// The decoder process: loads the libraries once, then forks one child for each request.
///
/// It has one thread and never touches media itself, so every child starts from the same clean
/// memory, and a child that is killed takes nothing with it. What a job costs above its decoding is a
/// fork and the pages it copies, not the loading of some two hundred shared libraries.
public enum Zygote {
    /// Serves the supervisor at `socket` until it goes away.
    ///
    /// Call it first thing in `main`, in a process without other threads; descriptors above the
    /// socket are closed.
    public static func serve(socket: Int32) -> Never {
        _ = moire_close_from(UInt32(socket) + 1)
        warmUp()
        do {
            try Messages.send([UInt8](CanonicalJSON.encode(hello())), over: socket)
            while true { try serveOne(socket) }
        } catch {
            // The supervisor is gone, or a system call failed that never should; it will start another.
            _exit(error as? WireError == nil ? 1 : 0)
        }
    }

    /// Does once what every child would otherwise do for itself, or could not do in its sandbox.
    private static func warmUp() {
        // FFmpeg asks for local time when a file says when it was made, and the C library then looks
        // for the zone's file. A fixed zone keeps the machine's out of the results.
        unsafe setenv("TZ", "UTC0", 1)
        tzset()
        DecoderTables.prepare()
        // The first coding of a type builds its metadata: some milliseconds.
        let request = DecodeRequest(task: .extract(), memoryBytes: 0, cpuSeconds: 0, sandboxAtLeast: .none)
        if let json = try? CanonicalJSON.encode(request) {
            _ = try? CanonicalJSON.decode(DecodeRequest.self, from: json)
        }
        _ = try? CanonicalJSON.encode(ExtractAnswer(outcome: Outcome(.complete, reason: "ok", sentence: "")))
        _ = try? CanonicalJSON.encode(TriageAnswer(outcome: Outcome(.complete, reason: "ok", sentence: "")))
    }

    /// What this process is made of.
    private static func hello() -> DecoderHello {
        var configuration = moire_sandbox()
        configuration.layers = UInt32(MOIRE_LAYER_ALL.rawValue)
        configuration.memory_bytes = 4 << 30
        configuration.cpu_seconds = 10
        var found = moire_sandbox_state()
        _ = unsafe moire_sandbox_probe(&configuration, &found)
        return DecoderHello(
            libraries: LibraryVersions.all,
            sandbox: Producer.SandboxLevel(rank: UInt8(clamping: found.level)) ?? .none,
            landlockABI: Int(found.landlock_abi), hasSeccomp: found.seccomp != 0,
            sandboxErrno: Int(found.error))
    }

    private static func serveOne(_ socket: Int32) throws(WireError) {
        var message = try Messages.receive(max: DecodeRequest.bytesMax, from: socket)
        guard let media = message.first.take(), let result = message.second.take() else {
            return try Messages.send(ZygoteReport.failed(EBADF).encoded(), over: socket)
        }
        let request = message.bytes
        let parent = getpid()
        let pid = moire_fork()
        if pid == 0 { DecodeChild.run(request, media: media.release(), result: result.release(), parent: parent) }
        guard pid > 0 else { return try Messages.send(ZygoteReport.failed(-pid).encoded(), over: socket) }

        // The child has the only write end now, so the supervisor sees its end in the pipe.
        _ = consume media
        _ = consume result
        try attend(pid, socket)
    }

    /// Announces the child, waits for it to end or the supervisor to leave, and reports.
    private static func attend(_ pid: pid_t, _ socket: Int32) throws(WireError) {
        let pidfd = moire_pidfd_open(pid)
        defer { if pidfd >= 0 { close(pidfd) } }
        var supervisorGone = false
        do {
            try Messages.send(
                ZygoteReport.started(pid: pid).encoded(), descriptors: pidfd >= 0 ? [pidfd] : [],
                over: socket)
            if pidfd >= 0 { supervisorGone = waitForEither(pidfd, socket) }
        } catch {
            supervisorGone = true
        }
        // Not reaped yet, so the number is still this child's.
        if supervisorGone { kill(pid, SIGKILL) }

        var ending = moire_ending()
        let waited = unsafe moire_wait(pid, &ending)
        guard waited == 0 else { throw WireError(.system, errno: -waited, "wait4") }
        guard !supervisorGone else { throw WireError(.closed, "the supervisor is gone") }
        let report = ChildEnding(
            exitCode: ending.signal == 0 ? ending.exit_code : nil,
            signal: ending.signal == 0 ? nil : ending.signal,
            cpuSeconds: Double(ending.user_us + ending.system_us) / 1e6,
            peakBytes: ending.peak_bytes)
        try Messages.send(ZygoteReport.ended(report).encoded(), over: socket)
    }

    /// True when the supervisor left first.
    private static func waitForEither(_ pidfd: Int32, _ socket: Int32) -> Bool {
        var watched = [pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0), pollfd(fd: socket, events: 0, revents: 0)]
        while true {
            let ready = unsafe poll(&watched, 2, -1)
            if ready < 0 && errno != EINTR { return false }
            if ready > 0 { return watched[0].revents == 0 }
        }
    }
}
