public import Fingerprints

/// What the façade asks of Moiré. Calls block.
public protocol HMABackend: Sendable {
    /// Every bank that the caller may see, by name.
    func banks() throws -> [HMABank]

    /// The hashes of a file on this machine.
    ///
    /// - Throws: `HMAProblem` where the file is at fault.
    func hashes(ofFile path: String) throws -> HMAHashes

    /// The hashes of what is at a URL, fetched as the operator allows it.
    func hashes(atURL url: String) throws -> HMAHashes

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

/// What a video hashes to.
public struct HMAHashes: Sendable, Equatable {
    /// The `vpdq` signal; nil where no picture can be told apart from others.
    public var vpdq: String?
    public var videoMD5: String
    /// All that Moiré knows it by, which finds more than its frames' hashes do.
    public var media: MediaFingerprint

    public init(vpdq: String?, videoMD5: String, media: MediaFingerprint) {
        self.vpdq = vpdq
        self.videoMD5 = videoMD5
        self.media = media
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
