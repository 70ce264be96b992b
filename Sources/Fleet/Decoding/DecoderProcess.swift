import CSandbox
import DecodeWire
import FoundationEssentials
import Glibc
import Records

/// A running decoder: its process, our end of its socket, and what it said of itself.
///
/// The process leads a process group of its own, so that the terminal's Ctrl-C stops the supervisor
/// first, and so that it and its child can be killed together while nobody has reaped it.
final class DecoderProcess {
    let pid: pid_t
    let hello: DecoderHello
    private let socketEnd: Descriptor
    private var isReaped = false

    var socket: Int32 { socketEnd.raw }

    /// Starts the program and waits for its hello.
    init(path: String, startSeconds: Double) throws(DecodeError) {
        let theirs: Descriptor
        do {
            var ends = try Descriptor.socketPair()
            socketEnd = ends.takeFirst()
            theirs = ends.takeSecond()
        } catch {
            throw DecodeError(.resources, errno: error.errno, "No socket for a decoder process.")
        }
        pid = try Self.spawn(path, socket: theirs.raw)
        _ = consume theirs  // so that the decoder's end is the only one left
        do {
            hello = try Self.awaitHello(socketEnd.raw, seconds: startSeconds, path: path)
        } catch {
            Self.end(pid)
            throw error
        }
    }

    deinit { kill() }

    /// Ends the process and its child, whatever they are doing, and reaps it.
    func kill() {
        guard !isReaped else { return }
        isReaped = true
        Self.end(pid)
    }

    private static func end(_ pid: pid_t) {
        Glibc.kill(-pid, SIGKILL)
        Glibc.kill(pid, SIGKILL)
        var ending = moire_ending()
        _ = unsafe moire_wait(pid, &ending)
    }

    private static func awaitHello(_ socket: Int32, seconds: Double, path: String) throws(DecodeError) -> DecoderHello {
        var watched = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        var ready: Int32
        repeat { ready = unsafe poll(&watched, 1, Int32(seconds * 1000)) } while ready < 0 && errno == EINTR
        guard ready > 0 else {
            throw DecodeError(.decoderFailed, "\(path) said nothing for \(seconds) seconds after it was started.")
        }
        let message: [UInt8]
        do { message = try Messages.receive(max: DecoderHello.bytesMax, from: socket).bytes } catch {
            throw DecodeError(.decoderFailed, "\(path) ended before it said hello; run it by hand to see why.")
        }
        guard let hello = try? CanonicalJSON.decode(DecoderHello.self, from: Data(message)) else {
            throw DecodeError(.decoderMismatch, "\(path) is not a decoder of this version of Moiré.")
        }
        guard hello.version == DecodeRequest.currentVersion else {
            throw DecodeError(
                .decoderMismatch,
                "\(path) speaks version \(hello.version) of the decode protocol, this "
                    + "program version \(DecodeRequest.currentVersion); install both from one build.")
        }
        return hello
    }

    /// posix_spawn with an empty environment, `/dev/null` for the standard streams, the socket at
    /// descriptor 3 and no other descriptor (another thread may hold some that are not close-on-exec,
    /// and whoever waits for the end of such a pipe would wait for the decoder), no signal blocked or
    /// ignored, in a process group of its own.
    private static func spawn(_ path: String, socket: Int32) throws(DecodeError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, socket, 3)
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        _ = unsafe moire_spawn_close_from(&actions, 4)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        unsafe posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var pid: pid_t = 0
        let result = unsafe path.withCString { name in
            var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [UnsafeMutablePointer(mutating: name), nil]
            var environment: [UnsafeMutablePointer<CChar>?] = unsafe [nil]
            return unsafe posix_spawn(&pid, name, &actions, &attributes, &arguments, &environment)
        }
        switch result {
        case 0: return pid
        case ENOENT, EACCES, ENOEXEC:
            throw DecodeError(
                .decoderMissing, errno: result,
                "The decoder \(path) cannot be started; install moire-decoder "
                    + "beside this program, or name it in MOIRE_DECODER.")
        default: throw DecodeError(.resources, errno: result, "No process for the decoder \(path).")
        }
    }
}
