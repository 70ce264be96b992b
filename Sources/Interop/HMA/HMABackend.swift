public import Fingerprints

/// What the façade asks of Moiré. Calls block.
public protocol HMABackend: HMACurator {
    /// The hashes of a file on this machine.
    ///
    /// - Parameter content: what it is taken for; nil to see whether it is a photo or a video.
    /// - Throws: `HMAProblem` where the file is at fault.
    func hashes(ofFile path: String, as content: SignalType.Content?) throws -> HMAHashes

    /// The hashes of what is at a URL, fetched as the operator allows it.
    func hashes(atURL url: String, as content: SignalType.Content?) throws -> HMAHashes

    /// References that share content with a video: by whatever it brings, pictures, places in them, sound; best first.
    func matches(of media: MediaFingerprint) throws -> [HMAMatch]

    /// References that show this picture, within so many bits, nearest first.
    func matches(of still: PDQHash, within bits: Int) throws -> [HMAMatch]
}

/// A bank as HMA describes one.
public struct HMABank: Sendable, Equatable, Encodable {
    public var name: String
    /// Moiré's banks are searched wholly or not at all: 1 or 0.
    public var isEnabled: Bool

    private enum Keys: String, CodingKey { case name, ratio = "matching_enabled_ratio" }

    public init(name: String, isEnabled: Bool) {
        self.name = name
        self.isEnabled = isEnabled
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(name, forKey: .name)
        try container.encode(isEnabled ? 1.0 : 0.0, forKey: .ratio)
    }
}

/// What a photo or a video hashes to.
public struct HMAHashes: Sendable, Equatable {
    /// What it is looked up by.
    public enum Subject: Sendable, Equatable {
        /// Nil where the picture is too flat to be told from others.
        case photo(PDQHash?)
        /// All that Moiré knows a video by, which finds more than its frames' hashes do.
        case video(MediaFingerprint)
    }

    /// A value for each signal type of its content; an empty text where there is nothing to hash, as HMA has it.
    public var signals: [SignalType: String]
    public var subject: Subject

    public var content: SignalType.Content {
        switch subject {
        case .photo: .photo
        case .video: .video
        }
    }

    /// - Parameter vpdq: nil where no picture can be told apart from others.
    public init(vpdq: String?, videoMD5: String, media: MediaFingerprint) {
        signals = [.vpdq: vpdq ?? "", .videoMD5: videoMD5]
        subject = .video(media)
    }

    /// - Parameter quality: 0...100; under `SignalComparison.qualityMin` there is no signal.
    public init(photo hash: PDQHash, quality: Int) {
        let kept = quality >= SignalComparison.qualityMin ? hash : nil
        signals = [.pdq: kept?.hex ?? ""]
        subject = .photo(kept)
    }
}

/// A reference that was found.
public struct HMAMatch: Sendable, Equatable {
    public var bank: String
    public var reference: String
    public var distance: SignalComparison.Distance

    public init(bank: String, reference: String, distance: SignalComparison.Distance) {
        self.bank = bank
        self.reference = reference
        self.distance = distance
    }
}
