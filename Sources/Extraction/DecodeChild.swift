import CSandbox
import DecodeWire
import FoundationEssentials
import Glibc
import Records

/// One job: from the fork to the exit.
enum DecodeChild {
    /// Where the child finds what it was given; everything else is closed.
    static let mediaDescriptor: Int32 = 0
    static let resultDescriptor: Int32 = 1

    static func run(_ message: [UInt8], media: Int32, result: Int32, parent: pid_t) -> Never {
        // The supervisor wrote the request, so it may be read before the sandbox, which it configures.
        guard let request = try? CanonicalJSON.decode(DecodeRequest.self, from: Data(message)),
            request.version == DecodeRequest.currentVersion,
            dup2(media, mediaDescriptor) >= 0, dup2(result, resultDescriptor) >= 0
        else { _exit(ChildExit.badRequest) }

        goFirst()
        let level = confine(request, parent: parent)
        guard write(AnswerFrame.preamble(level)), level.rank >= request.sandboxAtLeast.rank else {
            _exit(ChildExit.noSandbox)
        }
        // From here on the media may do what it likes.
        let answer = try? Extractor.run(descriptor: mediaDescriptor, task: request.task) { mark in
            // A supervisor that is gone is noticed at the answer.
            _ = write(mark.encoded())
        }
        guard let answer,
            write(AnswerFrame.header(jsonBytes: answer.json.count, blobBytes: answer.blob.count)),
            write([UInt8](answer.json)), write(answer.blob)
        else { _exit(ChildExit.noAnswer) }
        _exit(ChildExit.done)
    }

    /// Where memory is short, the kernel is to end this process: not its parent, which serves the next file, and no
    /// innocent one. Without effect where /proc is missing.
    private static func goFirst() {
        let descriptor = unsafe open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = unsafe Glibc.write(descriptor, "1000", 4)
        close(descriptor)
    }

    private static func confine(_ request: DecodeRequest, parent: pid_t) -> Producer.SandboxLevel {
        var configuration = moire_sandbox()
        configuration.layers = UInt32(MOIRE_LAYER_ALL.rawValue)
        configuration.memory_bytes = request.memoryBytes
        configuration.cpu_seconds = request.cpuSeconds
        configuration.descriptors = 3  // media, result, and /dev/null in the place of stderr
        configuration.parent = parent
        var state = moire_sandbox_state()
        guard unsafe moire_sandbox_apply(&configuration, &state) == 0 else { _exit(ChildExit.noSandbox) }
        return Producer.SandboxLevel(rank: UInt8(clamping: state.level)) ?? .none
    }

    /// Writes all of it, or says that nobody reads any more.
    private static func write(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                unsafe Glibc.write(resultDescriptor, all.baseAddress! + done, all.count - done)  // never empty here
            }
            if count > 0 { done += count } else if count == 0 || errno != EINTR { return false }
        }
        return true
    }
}
