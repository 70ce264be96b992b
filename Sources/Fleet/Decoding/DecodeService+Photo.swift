import DecodeWire
public import Fingerprints
public import Frames

/// What came of one photo.
public struct PhotoHash: Sendable, Equatable {
    public struct Photo: Sendable, Equatable {
        /// FFmpeg's name of the format: `jpeg_pipe`, `png_pipe`, `webp_pipe`, `gif` or `bmp_pipe`.
        public var format: String
        /// Pixels, as stored.
        public var width: Int
        public var height: Int
        public var hash: PDQHash
        /// 0...100; under 50 it is too flat to be told from others.
        public var quality: Int
    }

    public var outcome: Outcome
    /// Nil when the outcome has no result.
    public var photo: Photo?

    /// The file is of no format that photos have here; it may still be a video.
    public var isUnknownFormat: Bool { outcome.reason == "unknown_format" }
}

extension DecodeService {
    /// The hash of a photo: JPEG, PNG, WebP, GIF (its first picture) or BMP, of at most 64 million pixels.
    ///
    /// Whatever is wrong with the file is in the outcome: `unknown_format`, `damaged_picture` for what is cut off or
    /// broken, `over_limit_side` and `over_limit_pixels` for what is too large.
    ///
    /// - Throws: `DecodeError` when this machine cannot decode.
    public func photo(path input: String) throws(DecodeError) -> PhotoHash {
        let file: Opened
        switch try opened(input) {
        case .refused(let refusal): return PhotoHash(outcome: refusal.outcome)
        case .file(let opened): file = opened
        }
        let deadlineSeconds = limits.deadline(bytes: file.input.bytes)
        let run = try withSlot { slot throws(DecodeError) in
            try slot.run(
                .photo, media: file.input.descriptor.raw, deadlineSeconds: deadlineSeconds,
                outputBytesMax: AnswerFrame.headerBytes + AnswerFrame.jsonBytesMax)
        }
        try Self.checkEnvironment(run)
        if let failure = run.failure(limits: limits, deadlineSeconds: deadlineSeconds) {
            return PhotoHash(outcome: failure)
        }
        do { return try AnswerCheck.photo(run.output) } catch { return PhotoHash(outcome: Self.lie(error)) }
    }
}
