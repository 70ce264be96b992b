internal import FingerprintIndex
internal import Fingerprints
internal import Foundation
internal import Frames
internal import Signals

/// The answer to a lookup: hashes and matches in one, and what was searched, so that "nothing found" means something.
struct LookupView: Encodable, Sendable {
    struct Searched: Encodable, Sendable {
        var references: Int
        var codes: Int
        var peaks: Int
        /// Of the index: it counts the changes to it.
        var generation: UInt64
        var banks: [String]?
        var method: String
    }

    struct Hash: Encodable, Sendable {
        /// Seconds.
        var pts: Double
        /// PDQ, 64 hexadecimal digits.
        var pdq: String
        /// 0...100.
        var quality: Int
    }

    struct Query: Encodable, Sendable {
        var outcome: Outcome?
        /// Seconds.
        var duration: Double?
        var videoAbstainReason: String?
        var audioAbstainReason: String?
        /// Whether its picture looks filmed off a screen; nil where that was not measured.
        var recapture: RecaptureSignal?
        var hashes: [Hash]?
        /// Base64, of the stored form.
        var fingerprint: String?

        enum CodingKeys: String, CodingKey {
            case outcome, duration, videoAbstainReason = "video_abstain_reason"
            case audioAbstainReason = "audio_abstain_reason", recapture, hashes, fingerprint
        }
    }

    struct Hit: Encodable, Sendable {
        var match: Match
        var referenceCreator: String?
        var referencePublishedAt: String?

        enum CodingKeys: String, CodingKey {
            case match, referenceCreator = "reference_creator", referencePublishedAt = "reference_published_at"
        }
    }

    var id: String?
    var mode: String
    var madeAt: String
    var query: Query
    var matches: [Hit]
    /// Nil when the query could not be decoded: then nothing was searched.
    var searched: Searched?
    /// `found`, `nothing_found`, or `not_searched`.
    var result: String

    enum CodingKeys: String, CodingKey {
        case id, mode, madeAt = "made_at", query, matches, searched, result
    }
}

extension LookupView.Query {
    init(
        _ fingerprint: MediaFingerprint, outcome: Outcome?, recapture: RecaptureSignal?, wanting request: LookupRequest
    ) {
        self.outcome = outcome
        self.recapture = recapture
        duration = fingerprint.duration
        videoAbstainReason = fingerprint.video.abstainReason
        audioAbstainReason = fingerprint.audio.abstainReason
        if request.hashes {
            hashes = fingerprint.video.frames.map {
                LookupView.Hash(pts: Double($0.ptsMs) / 1000, pdq: $0.hash.hex, quality: Int($0.quality))
            }
        }
        if request.fingerprint { self.fingerprint = Data(fingerprint.encoded()).base64EncodedString() }
    }
}
