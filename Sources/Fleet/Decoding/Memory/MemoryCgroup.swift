import Glibc
import Synchronization

/// A control group of one decoder process and its child, whose memory the kernel counts and caps together: pages that
/// are there, and what the kernel keeps for them, but not what is only mapped. Nothing of it is swapped out.
///
/// The decode child says of itself that it is to go first, so that the decoder process outlives it.
final class MemoryCgroup {
    static let prefix = "decoder"
    private static let made = Atomic<Int>(0)

    private let folder: String

    /// Nil when the group cannot be made or capped.
    init?(in parent: DelegatedCgroup, bytesMax: UInt64) {
        let number = Self.made.wrappingAdd(1, ordering: .relaxed).newValue
        folder = "\(parent.folder)/\(Self.prefix)-\(getpid())-\(number)"
        guard unsafe mkdir(folder, 0o755) == 0 else { return nil }
        // Without swap there is no file to forbid it in.
        let swap = CgroupFile.write("0", to: "\(folder)/memory.swap.max")
        guard CgroupFile.write("\(bytesMax)", to: "\(folder)/memory.max") == 0, swap == 0 || swap == ENOENT else {
            _ = unsafe rmdir(folder)
            return nil
        }
    }

    deinit {
        // Its processes are reaped, but the kernel may take a moment to let go of them.
        for _ in 0..<50 {
            if unsafe rmdir(folder) == 0 || errno != EBUSY { return }
            usleep(2000)
        }
    }

    /// Takes the process in; what it forks from now on is in it, too.
    func add(_ pid: pid_t) -> Bool { CgroupFile.write("\(pid)", to: "\(folder)/cgroup.procs") == 0 }

    /// Processes that the kernel has ended because the cap was reached, since the group was made.
    var kills: Int {
        CgroupFile.read("\(folder)/memory.events").flatMap { CgroupFile.number("oom_kill", in: $0) } ?? 0
    }
}
