import CFFmpeg

/// An operation of FFmpeg's libraries that failed.
struct MediaError: Error {
    /// FFmpeg's negative error number.
    let code: Int32
    /// What was being done, as a noun phrase: "opening the h264 decoder".
    let operation: String

    init(_ code: Int32, _ operation: String) {
        self.code = code
        self.operation = operation
    }

    static func outOfMemory(_ operation: String) -> MediaError { MediaError(moire_averror_enomem, operation) }

    var isOutOfMemory: Bool { code == moire_averror_enomem }

    /// FFmpeg's own words for the number.
    var text: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard unsafe av_strerror(code, buffer.baseAddress, buffer.count) == 0, let start = buffer.baseAddress
            else { return "error \(code)" }
            return unsafe String(cString: start)
        }
    }
}

/// The pass cannot start or go on: carries what becomes the outcome.
struct Ending: Error {
    let kind: Kind
    let reason: String
    let sentence: String

    enum Kind { case refused, undecodable }

    static func refused(over name: String, _ sentence: String) -> Ending {
        Ending(kind: .refused, reason: "over_limit_" + name, sentence: sentence)
    }

    static func undecodable(_ reason: String, _ sentence: String) -> Ending {
        Ending(kind: .undecodable, reason: reason, sentence: sentence)
    }
}
