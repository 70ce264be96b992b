/// What the key frames of a video tell by themselves: how many there are, and whether they show one picture.
public struct KeyFrameSignal: Sendable, Codable, Equatable {
    public enum Pictures: String, Sendable, Codable, CaseIterable {
        /// All show the same, so far as a coder leaves it the same: the video may be one still picture. What lies between
        /// two key frames was not looked at.
        case alike
        /// They clearly show something else: the video is not one standing picture. It may still be a slideshow.
        case different
        /// Neither: a fixed camera, a talking head, a still under captions.
        case unclear
    }

    /// Of the comparison and its parameters.
    public var version: String
    /// Packets of the picture: about as many as a full extraction decodes.
    public var packets: Int
    /// Of these, key frames.
    public var found: Int
    /// Of these, decoded: at most one every two seconds.
    public var decoded: Int
    /// Mean bytes of a key frame, and of any other packet of the picture; nil where there is none. Of a standing picture a
    /// coder leaves next to nothing between key frames: some hundredths of their size are quiet film, some thousandths stand.
    public var keyBytes: Double?
    public var otherBytes: Double?
    /// Seconds on the file's timeline; nil where none was decoded.
    public var first: Double?
    public var last: Double?
    /// Longest time from one decoded key frame to the next, or to the end of the file, seconds.
    public var longestGap: Double?
    /// Nil when `abstainReason` is set.
    public var pictures: Pictures?
    /// 0...1, the largest share of the picture that differs between the first key frame and another one.
    public var changedShare: Double?
    /// `no_video`, `no_key_frame`, `single_key_frame` or `flat_picture`.
    public var abstainReason: String?

    enum CodingKeys: String, CodingKey {
        case version, packets, found, decoded, keyBytes = "key_bytes", otherBytes = "other_bytes"
        case first, last, longestGap = "longest_gap", pictures
        case changedShare = "changed_share", abstainReason = "abstain_reason"
    }

    public init(version: String, packets: Int = 0, found: Int = 0, decoded: Int = 0, abstainReason: String? = nil) {
        self.version = version
        self.packets = packets
        self.found = found
        self.decoded = decoded
        self.abstainReason = abstainReason
    }
}
