internal import FingerprintIndex
internal import Fingerprints
internal import Foundation

/// What is looked up, in what, and how much of the answer is wanted.
struct LookupRequest: Sendable {
    enum Query: Sendable {
        case media(MediaSource)
        /// Submitted before, by its id as the home knows it.
        case video(String)
        case fingerprint(MediaFingerprint)
    }

    enum Mode: String, CaseIterable, Sendable {
        /// The answer is kept, with who asked: that nothing was found can be shown later.
        case record
        /// Nothing is kept: for a creator who asks before uploading.
        case precheck
    }

    var query: Query
    var mode: Mode
    var modality: LookupOptions.Modality
    var minimumScore: Double
    var limit: Int
    var banks: [String]?
    /// Whether the frames' hashes come with the answer.
    var hashes: Bool
    /// Whether the whole fingerprint does, which can be looked up again without the media.
    var fingerprint: Bool

    init?(_ fields: inout FieldReader, uploaded: MediaSource? = nil, names: TenantNames, roots: [String]) {
        mode = fields.choice("mode", of: Mode.self) ?? .record
        modality = fields.choice("modality", of: LookupOptions.Modality.self) ?? .any
        minimumScore = fields.number("minimum_score", in: 0...1) ?? Aligner.confidentScore
        limit = Int(fields.whole("limit", in: 1...1000) ?? 100)
        banks = fields.texts("banks", countMax: 100, max: BankBook.nameMax)
        hashes = fields.flag("hashes") ?? true
        fingerprint = fields.flag("fingerprint_wanted") ?? false
        let found = uploaded.map(Query.media) ?? Self.query(&fields, names: names, roots: roots)
        let errors = fields.finish()
        guard errors.isEmpty, let found else { return nil }
        query = found
    }

    static func query(_ fields: inout FieldReader, names: TenantNames, roots: [String]) -> Query? {
        let given = ["path", "url", "video", "fingerprint", "vpdq"].filter { fields.has($0) }
        guard given.count == 1 else {
            fields.fail(given.count > 1 ? given[1] : "path", "give one of path, url, video, fingerprint or vpdq")
            return nil
        }
        switch given[0] {
        case "video":
            return fields.text("video", max: JobRequest.nameMax).flatMap { name in
                TenantNames.isAcceptable(name) ? .video(names.inner(name)) : nil
            }
        case "fingerprint":
            guard let text = fields.text("fingerprint", max: 64 << 20) else { return nil }
            guard let data = Data(base64Encoded: text), let print = try? MediaFingerprint(decoding: Array(data)) else {
                fields.fail("fingerprint", "must be a fingerprint of ours in base64")
                return nil
            }
            return .fingerprint(print)
        case "vpdq":
            guard let text = fields.text("vpdq", max: 64 << 20) else { return nil }
            do {
                let frames = try text.hasPrefix("[") ? VPDQFile.parseSignal(text) : VPDQFile.parse(text)
                let video = VideoFingerprint(vpdqFrames: frames)
                return .fingerprint(
                    MediaFingerprint(
                        duration: frames.map(\.timestamp).max() ?? 0, video: video,
                        audio: AudioFingerprint(peaks: [], abstainReason: "no_audio")))
            } catch {
                fields.fail("vpdq", "\(error)")
                return nil
            }
        default: return MediaSource.read(&fields, roots: roots).map(Query.media)
        }
    }
}
