import CSandbox
import Glibc

/// The part of the control group tree (cgroup v2) that this process may arrange for itself, if there is one.
///
/// A service gets it from systemd with `Delegate=memory`, a container that manages its own tree has it at the tree's
/// root. Nothing else is touched: a group that nobody gave away belongs to whoever made it.
///
/// The kernel lets processes live in leaves only. So whoever is in the group is moved into a leaf, `supervisor`, before
/// memory is counted below it; a second process that finds itself there already shares what the first one made.
struct DelegatedCgroup: Sendable, Equatable {
    /// The group below which groups are made.
    let folder: String

    /// Why there is none, in words for the operator.
    struct Missing: Error, Equatable, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    /// Asked once in a process.
    static let found: Result<DelegatedCgroup, Missing> = Result { () throws(Missing) in
        try find(
            groups: CgroupFile.read("/proc/self/cgroup") ?? "", mounts: CgroupFile.read("/proc/self/mounts") ?? "")
    }

    private static let leaf = "supervisor"

    /// - Parameters:
    ///   - groups: `/proc/self/cgroup`.
    ///   - mounts: `/proc/self/mounts`.
    static func find(groups: String, mounts: String) throws(Missing) -> DelegatedCgroup {
        guard let mount = mount(in: mounts), let own = own(in: groups) else {
            throw Missing("this machine has no cgroup v2")
        }
        let isInLeaf = own.hasSuffix("/\(leaf)")
        let name = isInLeaf ? String(own.dropLast(leaf.utf8.count + 1)) : own
        let folder = name == "/" || name.isEmpty ? mount : mount + name
        guard CgroupFile.isThere("\(folder)/cgroup.procs") else { throw Missing("its own group cannot be seen") }
        let controllers = CgroupFile.read("\(folder)/cgroup.controllers")?.split(separator: " ") ?? []
        guard controllers.contains("memory") else { throw Missing("cgroup v2 does not count memory here") }
        guard isGiven(folder, isRoot: folder == mount) else {
            throw Missing("its group is not delegated to it (systemd: Delegate=memory)")
        }
        guard ["", "/cgroup.procs", "/cgroup.subtree_control"].allSatisfy({ CgroupFile.isWritable(folder + $0) })
        else { throw Missing("its group cannot be written") }
        let group = DelegatedCgroup(folder: folder)
        try group.arrange()
        group.sweep()
        return group
    }

    /// systemd marks what it gives away. The root of what a container sees is its own, unless it is the machine's,
    /// which alone has no type.
    private static func isGiven(_ folder: String, isRoot: Bool) -> Bool {
        isRoot ? CgroupFile.isThere("\(folder)/cgroup.type") : unsafe moire_is_delegated(folder) == 1
    }

    private func arrange() throws(Missing) {
        let control = "\(folder)/cgroup.subtree_control"
        if CgroupFile.read(control)?.split(separator: " ").contains("memory") == true { return }
        let leaf = "\(folder)/\(Self.leaf)"
        guard unsafe mkdir(leaf, 0o755) == 0 || errno == EEXIST else {
            throw Missing("no group can be made in its own: \(Self.words(errno))")
        }
        var failure: Int32 = 0
        // Somebody may start a process meanwhile.
        for _ in 0..<8 {
            for pid in CgroupFile.read("\(folder)/cgroup.procs")?.split(separator: "\n") ?? [] where pid != "0" {
                _ = CgroupFile.write(String(pid), to: "\(leaf)/cgroup.procs")
            }
            failure = CgroupFile.write("+memory", to: control)
            if failure == 0 { return }
        }
        throw Missing("memory cannot be counted below its group: \(Self.words(failure))")
    }

    /// Removes groups that killed supervisors left.
    private func sweep() {
        guard let listing = unsafe opendir(folder) else { return }
        defer { unsafe closedir(listing) }
        while let entry = unsafe readdir(listing) {
            // d_name is a C array that readdir terminates with a zero.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            let parts = name.split(separator: "-")
            guard parts.count == 3, parts[0] == MemoryCgroup.prefix, let pid = pid_t(parts[1]),
                kill(pid, 0) != 0, errno == ESRCH
            else { continue }
            _ = unsafe rmdir("\(folder)/\(name)")
        }
    }

    /// Where cgroup v2 is mounted: the first line of its type.
    static func mount(in mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count > 2, fields[2] == "cgroup2" { return String(fields[1]) }
        }
        return nil
    }

    /// The process's group of cgroup v2, from `/`; the line `0::/system.slice/moire-worker.service` (cgroups(7)).
    static func own(in groups: String) -> String? {
        for line in groups.split(separator: "\n") where line.hasPrefix("0::/") { return String(line.dropFirst(3)) }
        return nil
    }

    private static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
