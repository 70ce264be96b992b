public import Fingerprints
internal import Foundation
internal import Records

/// HMA's blueprint `curation`: what is in a bank.
extension HMAFacade {
    /// What was banked: its number, and the signals that were made of it.
    private struct Banked: Encodable {
        var id: Int64
        var signals: [String: String]
    }

    /// Keys that HMA's metadata may have.
    private static let metadataKeys: Set<String> = ["content_id", "content_uri", "json"]

    /// Puts what is at a URL, or in a form's one file, into a bank.
    ///
    /// The content's name is `content_id`, of the query or of a JSON body's `metadata`; the rest of the metadata is looked
    /// at and not kept, as HMA does it.
    func addContent(to name: String, _ request: HMARequest) throws -> HMAResponse {
        _ = try bank(name)
        let hasURL = request["url"].map { !$0.isEmpty } == true
        if !hasURL, request.body.isFile == false {
            throw HMAProblem(400, "Neither `url` nor multipart file upload was received")
        }
        var contentID = request["content_id"].flatMap { $0.isEmpty ? nil : $0 }
        if case .json = request.body, let metadata = try HMAFields(of: request).object("metadata") {
            contentID = try Self.name(of: metadata) ?? contentID
        }
        let (hashes, types) = try hashes(hasURL ? request.asking(.get) : request)
        guard types.contains(where: Self.isLookedUp) else {
            throw HMAProblem(400, "SignalType '\(types.first?.rawValue ?? "")' is not enabled")
        }
        if case .photo(nil) = hashes.subject {
            throw HMAProblem(400, "Invalid pdq signal: the picture is too flat to be told from others")
        }
        let digest =
            hashes.signals[.pdq].map { "pdq:\($0)" } ?? "video_md5:\(hashes.signals[.videoMD5] ?? "")"
        let id = try backend.add(HMANewContent(subject: hashes.subject, name: contentID, digest: digest), to: name)
        let signals = types.map { ($0.rawValue, hashes.signals[$0] ?? "") }
        return .init(
            200, try CanonicalJSON.string(Banked(id: id, signals: Dictionary(uniqueKeysWithValues: signals))))
    }

    private static func name(of metadata: [String: Any]) throws -> String? {
        let unexpected = Set(metadata.keys).subtracting(metadataKeys).sorted()
        guard unexpected.isEmpty else {
            throw HMAProblem(400, "metadata contains unexpected keys: \(unexpected.joined(separator: ", "))")
        }
        guard let name = metadata["content_id"] else { return nil }
        guard let text = name as? String, !text.isEmpty else { throw HMAProblem(400, "content_id must be text") }
        return text
    }

    /// Puts a photo's or a video's hashes into a bank. A `video_md5` may come with them and finds nothing.
    func addSignals(to name: String, _ request: HMARequest) throws -> HMAResponse {
        _ = try bank(name)
        let given = try HMAFields(of: request).texts
        guard !given.isEmpty else { throw HMAProblem(400, "No signals given") }
        var signals: [SignalType: String] = [:]
        for (name, value) in given {
            guard let type = SignalType(rawValue: name) else { throw HMAProblem(400, "No such signal type \(name)") }
            do { signals[type] = try type.validated(value) } catch {
                throw HMAProblem(400, "Invalid \(name) signal: \(error.sentence)")
            }
        }
        let content = try Self.content(signals)
        let id = try backend.add(content, to: name)
        let kept = signals.filter { Self.isLookedUp($0.key) }.map { ($0.key.rawValue, $0.value) }
        return .init(200, try CanonicalJSON.string(Banked(id: id, signals: Dictionary(uniqueKeysWithValues: kept))))
    }

    private static func content(_ signals: [SignalType: String]) throws -> HMANewContent {
        switch (signals[.pdq], signals[.vpdq]) {
        case (let hex?, nil):
            guard let hash = PDQHash(hex: hex) else { throw HMAProblem(400, "Invalid pdq signal: no PDQ hash") }
            return HMANewContent(subject: .photo(hash), name: nil, digest: "pdq:\(hex)")
        case (nil, let signal?):
            let frames = try SignalType.frames(of: signal)
            guard frames.contains(where: { $0.quality >= SignalComparison.qualityMin }) else {
                throw HMAProblem(400, "Invalid vpdq signal: no frame can be told from others")
            }
            return HMANewContent(
                subject: .video(.showing(frames)), name: nil, digest: "vpdq:\(Digest.hex(of: signal).prefix(32))")
        case (nil, nil):
            throw HMAProblem(400, "SignalType 'video_md5' is not enabled")
        default: throw HMAProblem(400, "One content is a photo (pdq) or a video (vpdq)")
        }
    }

    // MARK: What is there

    /// As HMA answers; times and provenance that Moiré has none of are HMA's own for "none".
    private struct Shown: Encodable {
        var content: HMAContent
        var bank: HMABank

        private enum Keys: String, CodingKey {
            case id, bank, signals, disabledUntil = "disable_until_ts", provenance = "collab_metadata"
            case uri = "original_media_uri"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: Keys.self)
            try fields.encode(content.id, forKey: .id)
            try fields.encode(content.isEnabled ? 1 : 0, forKey: .disabledUntil)
            try fields.encode([String: [String]](), forKey: .provenance)
            try fields.encodeNil(forKey: .uri)
            try fields.encode(bank, forKey: .bank)
            if let signals = content.signals {
                try fields.encode(
                    Dictionary(uniqueKeysWithValues: signals.map { ($0.key.rawValue, $0.value) }), forKey: .signals)
            }
        }
    }

    func content(_ text: String, in name: String, _ request: HMARequest) throws -> HMAResponse {
        let bank = try bank(name)
        let withSignals = request["include_signals"]?.lowercased() == "true"
        let content = try found(text, in: name, withSignals: withSignals)
        return .init(200, try CanonicalJSON.string(Shown(content: content, bank: bank)))
    }

    /// `disable_until_ts`: 0 switches the content off, 1 and any time that has passed switch it on.
    func changeContent(_ text: String, in name: String, _ request: HMARequest) throws -> HMAResponse {
        let bank = try bank(name)
        var content = try found(text, in: name, withSignals: false)
        if let until = try HMAFields(of: request).whole("disable_until_ts") {
            guard until >= 0 else { throw HMAProblem(400, "disable_until_ts must be a non-negative integer") }
            guard Double(until) <= Date().timeIntervalSince1970 else {
                throw HMAProblem(
                    400, "disable_until_ts is 0 or a time that has passed here: nothing comes back by itself")
            }
            content.isEnabled = until > 0
            try backend.setContent(content.id, in: name, isEnabled: content.isEnabled)
        }
        return .init(200, try CanonicalJSON.string(Shown(content: content, bank: bank)))
    }

    func deleteContent(_ text: String, in name: String) throws -> HMAResponse {
        _ = try bank(name)
        guard let id = BankContentID.number(reading: text) else { throw Self.notFound }
        return .init(200, #"{"deleted":\#(try backend.deleteContent(id, in: name))}"#)
    }

    private func found(_ text: String, in name: String, withSignals: Bool) throws -> HMAContent {
        // HMA's own routes take whole numbers, and know nothing of other paths.
        guard let id = BankContentID.number(reading: text) else { throw Self.notFound }
        guard let content = try backend.content(id, in: name, withSignals: withSignals) else {
            throw HMAProblem(404, "content '\(id)' not found")
        }
        return content
    }
}

extension MediaFingerprint {
    /// A video known by hashes of its frames alone.
    static func showing(_ frames: [VPDQFrame]) -> MediaFingerprint {
        MediaFingerprint(
            duration: frames.map(\.timestamp).max() ?? 0, video: VideoFingerprint(vpdqFrames: frames),
            audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"))
    }

    /// A photo: a video of one frame.
    public static func showing(_ photo: PDQHash) -> MediaFingerprint {
        showing([VPDQFrame(frame: 0, quality: 100, hash: photo, timestamp: 0)])
    }
}
