import Glibc

/// Writes one line to standard error, whole, so that lines of several threads do not mix.
@Sendable public func standardError(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    unsafe bytes.withUnsafeBytes { all in _ = unsafe write(STDERR_FILENO, all.baseAddress, all.count) }
}
