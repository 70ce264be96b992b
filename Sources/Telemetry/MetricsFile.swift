internal import Glibc

/// Writes a text whole, for node_exporter's textfile collector: into a name beside it, then renamed.
struct MetricsFile: Sendable {
    let path: String

    /// False when it could not be written; the one before is then still there.
    func write(_ text: String) -> Bool {
        // The collector reads names that end in `.prom` alone.
        let unfinished = "\(path).\(getpid()).unfinished"
        let descriptor = unsafe open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        let bytes = Array(text.utf8)
        let isWhole = Socket.writeAll(bytes, to: descriptor)
        close(descriptor)
        if isWhole, unsafe rename(unfinished, path) == 0 { return true }
        unsafe unlink(unfinished)
        return false
    }
}
