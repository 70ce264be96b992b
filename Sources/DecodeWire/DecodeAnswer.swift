package import Frames
package import Records
package import Signals

/// What a decode child found in one pass. The fingerprint travels beside it, in its stored form, and
/// behind that the words of the Chromaprint, each four bytes, little-endian.
package struct ExtractAnswer: Sendable, Codable, Equatable {
    package var outcome: Outcome
    package var media: MediaInfo?
    package var `static`: StaticSignal?
    package var quality: QualitySignal?
    package var recapture: RecaptureSignal?
    package var sound: SoundSignal?
    package var fingerprints: ExtractRecord.FingerprintSummary?
    /// Processor time by `ExtractStage`; nil unless it was asked for. Never part of a record: the same file is to give
    /// the same bytes.
    package var stageSeconds: [String: Double]?

    enum CodingKeys: String, CodingKey {
        case outcome, media, `static`, quality, recapture, sound, fingerprints, stageSeconds = "stage_seconds"
    }

    package init(outcome: Outcome, media: MediaInfo? = nil) {
        self.outcome = outcome
        self.media = media
    }
}

/// What a decode child found in the key frames of a file. Nothing travels beside it.
package struct TriageAnswer: Sendable, Codable, Equatable {
    package var outcome: Outcome
    package var media: MediaInfo?
    /// Nil when the outcome has no result.
    package var found: TriageRecord.Found?
    /// As in `ExtractAnswer`.
    package var stageSeconds: [String: Double]?

    enum CodingKeys: String, CodingKey { case outcome, media, found, stageSeconds = "stage_seconds" }

    package init(outcome: Outcome, media: MediaInfo? = nil) {
        self.outcome = outcome
        self.media = media
    }
}

/// The pictures of a request, in its order; nil where the file shows nothing at that time. The pixels
/// travel beside it, one picture after the other.
package struct PicturesAnswer: Sendable, Codable, Equatable {
    package struct Size: Sendable, Codable, Equatable {
        package var width: Int
        package var height: Int

        package init(width: Int, height: Int) {
            self.width = width
            self.height = height
        }
    }

    package var pictures: [Size?]

    package init(pictures: [Size?]) { self.pictures = pictures }
}

/// Whether there is a spectrogram. Its pixels travel beside it, one byte each, in the size of the request;
/// none when the outcome has no result.
package struct SpectrogramAnswer: Sendable, Codable, Equatable {
    package var outcome: Outcome

    package init(outcome: Outcome) { self.outcome = outcome }
}

/// A photo's hash; none when the outcome has no result.
package struct PhotoAnswer: Sendable, Codable, Equatable {
    package struct Photo: Sendable, Codable, Equatable {
        /// FFmpeg's name of the format.
        package var format: String
        /// Pixels, as stored.
        package var width: Int
        package var height: Int
        /// 64 lower-case hex digits.
        package var pdq: String
        /// 0...100.
        package var quality: Int

        package init(format: String, width: Int, height: Int, pdq: String, quality: Int) {
            self.format = format
            self.width = width
            self.height = height
            self.pdq = pdq
            self.quality = quality
        }
    }

    package var outcome: Outcome
    package var photo: Photo?

    package init(outcome: Outcome) { self.outcome = outcome }
}
