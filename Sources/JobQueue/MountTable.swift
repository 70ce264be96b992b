internal import Glibc
internal import FoundationEssentials

/// Which file system a folder lies on, read from the kernel's mount table.
///
/// The queue's promise rests on rename and fsync doing what a local disk does. Network file systems
/// do not: a rename may be answered twice, a lock may hold on one machine only, a name may be cached.
package enum MountTable {
    /// Types (as the kernel names them) on which the promise cannot be kept.
    static let unsafeTypes: Set<String> = [
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4",
        "ocfs2", "orangefs", "pvfs2", "smb3", "smbfs", "vboxsf", "vmhgfs",
    ]

    /// The type when it is one that the queue refuses, nil otherwise.
    ///
    /// FUSE is refused as a whole: what stands behind it cannot be known. `virtiofs` is not: it has
    /// its host's local semantics.
    package static func refusedType(ofFolder path: String) -> String? {
        guard let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8),
            let resolved = unsafe realpath(path, nil)
        else { return nil }
        defer { unsafe free(resolved) }
        let type = self.type(of: unsafe String(cString: resolved), in: table)
        return type.flatMap { isRefused($0) ? $0 : nil }
    }

    static func isRefused(_ type: String) -> Bool {
        unsafeTypes.contains(type) || type == "fuse" || type == "fuseblk" || type.hasPrefix("fuse.")
    }

    /// The type of the mount that holds `path`: the longest mount point that is a prefix of it, the
    /// last of equals, because later mounts cover earlier ones.
    ///
    /// A line reads `36 35 98:0 /root /mnt rw,noatime master:1 - ext4 /dev/sda rw`: the mount point
    /// is the fifth field, the type follows the lone hyphen (proc(5)).
    static func type(of path: String, in mountinfo: String) -> String? {
        var best: (length: Int, type: String)?
        for line in mountinfo.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 6, let hyphen = fields.dropFirst(6).firstIndex(of: "-"), hyphen + 1 < fields.count
            else { continue }
            let point = unescaped(fields[4])
            let covers = point == "/" || path == point || path.hasPrefix(point + "/")
            if covers, point.utf8.count >= (best?.length ?? 0) { best = (point.utf8.count, String(fields[hyphen + 1])) }
        }
        return best?.type
    }

    /// The kernel writes space, tab, newline and backslash as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        let source = Array(field.utf8)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "\\"), index + 3 < source.count,
                let value = UInt8(String(decoding: source[(index + 1)...(index + 3)], as: UTF8.self), radix: 8)
            {
                bytes.append(value)
                index += 4
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
