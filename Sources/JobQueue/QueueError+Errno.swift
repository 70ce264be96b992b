internal import Glibc

extension QueueError {
    /// The error for a failed system call, with the sentence that helps whoever reads it.
    package init(errno number: Int32, operation: String, subject: String) {
        let (code, advice): (Code, String) =
            switch number {
            case ENOSPC, EDQUOT:
                (.diskFull, "free space on this file system, then send it again; nothing was accepted by halves")
            case EIO: (.inputOutput, "the disk reports an error; check it before trusting it with more")
            case EMFILE, ENFILE: (.tooManyFiles, "raise the limit on open files (ulimit -n) or run fewer workers")
            case EACCES, EPERM, EROFS: (.permission, "the user running this needs to write here")
            default: (.other, unsafe String(cString: strerror(number)))
            }
        self.init(code, errno: number, operation: operation, subject: subject, advice: advice)
    }
}
