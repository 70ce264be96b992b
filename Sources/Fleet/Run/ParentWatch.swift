internal import Glibc

extension StopRequest {
    /// Makes the request when the parent is gone, however it died: it holds the other end of our
    /// standard input and never writes, so end of file is its death.
    public func watchParent() throws(DecodeError) {
        _ = try BlockingThread { [self] in
            var byte: UInt8 = 0
            while true {
                let count = unsafe read(STDIN_FILENO, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            request()
        }
    }
}
