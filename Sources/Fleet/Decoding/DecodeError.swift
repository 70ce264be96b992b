public import Frames

/// Why no decode could be attempted: the machine's fault, never the file's. What is wrong with a file
/// is an `Outcome`.
public struct DecodeError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// There is no decoder program to start.
        case decoderMissing
        /// It was started and did not come up.
        case decoderFailed
        /// It speaks another version of the protocol.
        case decoderMismatch
        /// The kernel offers less isolation than required.
        case sandboxUnavailable
        /// Out of descriptors, processes or memory.
        case resources
        /// Stopped on request; the input was not judged.
        case cancelled
        /// The input cannot be had; `outcome` says why.
        case noInput
        /// The file was looked at and gave no pictures; `outcome` says why.
        case noPictures
        /// The file was looked at and has no sound to picture; `outcome` says why. Without an outcome, more
        /// was asked for than one spectrogram may hold.
        case noSpectrogram
    }

    public var code: Code
    public var errno: Int32
    /// A whole sentence: what happened, to what, and what to do.
    public var sentence: String
    public var outcome: Outcome?

    public init(_ code: Code, errno: Int32 = 0, _ sentence: String, outcome: Outcome? = nil) {
        self.code = code
        self.errno = errno
        self.sentence = sentence
        self.outcome = outcome
    }

    public var description: String { errno == 0 ? sentence : "\(sentence) (errno \(errno))" }
}
