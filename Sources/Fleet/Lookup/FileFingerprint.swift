internal import Fetching
public import Fingerprints
internal import Foundation
public import Frames
internal import Records
public import Signals

/// A file's outcome with its fingerprint opened.
public struct FileFingerprint: Sendable {
    public var outcome: Outcome
    /// Nil when the outcome has no result.
    public var fingerprint: MediaFingerprint?
    /// Whether its picture looks filmed off a screen; nil where no picture was decoded.
    public var recapture: RecaptureSignal?
}

extension DecodeService {
    /// Names of vPDQ texts, in any of the forms that `VPDQFile.parseAny` reads, end so.
    public static let hashFileSuffixes = [".vpdq", ".vpdq.txt", ".vpdq.json"]

    /// The fingerprint of a media file, or of a vPDQ text (see `hashFileSuffixes`), which is read instead of decoded
    /// and has no sound.
    public func fingerprint(of path: String) throws(DecodeError) -> FileFingerprint {
        if !MediaURL.isURL(path), Self.hashFileSuffixes.contains(where: path.hasSuffix) {
            return Self.fingerprint(ofHashes: path)
        }
        let extracted = try extract(path: path)
        guard !extracted.fingerprint.isEmpty else {
            return FileFingerprint(outcome: extracted.record.outcome, fingerprint: nil)
        }
        // `extract` has opened these bytes once, so they are sound.
        return FileFingerprint(
            outcome: extracted.record.outcome,
            fingerprint: try? MediaFingerprint(decoding: Array(extracted.fingerprint)),
            recapture: extracted.record.recapture)
    }

    /// 80 bytes a frame: a day at four frames a second is 28 MB.
    private static let hashFileBytesMax = 64 << 20

    private static func fingerprint(ofHashes path: String) -> FileFingerprint {
        do {
            let bytes = (try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
            guard bytes <= hashFileBytesMax else {
                return FileFingerprint(
                    outcome: Outcome(
                        .refused, reason: "over_limit_bytes",
                        sentence: "A vPDQ text may have \(hashFileBytesMax) bytes; this one has \(bytes)."))
            }
            let video = VideoFingerprint(
                vpdqFrames: try VPDQFile.parseAny(try String(contentsOfFile: path, encoding: .utf8)))
            let duration = Double(video.frames.last?.ptsMs ?? 0) / 1000
            return FileFingerprint(
                outcome: Outcome(
                    .complete, reason: "ok", sentence: "\(video.frames.count) frame hashes read.",
                    decodedUntil: duration),
                fingerprint: MediaFingerprint(
                    duration: duration, video: video,
                    audio: AudioFingerprint(peaks: [], abstainReason: "no_audio")))
        } catch {
            return FileFingerprint(
                outcome: Outcome(.undecodable, reason: "not_vpdq", sentence: "The vPDQ text cannot be read: \(error)"))
        }
    }
}
