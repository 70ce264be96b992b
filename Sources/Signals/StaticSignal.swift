/// How much of a video is made of stills, and where.
public struct StaticSignal: Sendable, Codable, Equatable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        case still, freeze, slideshow, black, solid, loop
    }

    /// What happens to the stills of a span, when they do not simply stand.
    public enum Under: String, Sendable, Codable, CaseIterable {
        /// Something small is drawn over them: captions, a sticker, sound bars, a clock.
        case overlay
        /// A virtual camera zooms or turns, or moves along.
        case zoom, pan
        /// They dissolve into each other, or into black.
        case fade
    }

    public struct Span: Sendable, Codable, Equatable {
        /// Seconds on the file's timeline.
        public var start: Double
        public var end: Double
        public var kind: Kind
        public var under: Under?

        public init(start: Double, end: Double, kind: Kind, under: Under? = nil) {
            self.start = start
            self.end = end
            self.kind = kind
            self.under = under
        }
    }

    /// Version of the detector and its parameters.
    public var version: String
    /// 0...1, static seconds over video seconds; nil when `abstainReason` is set.
    public var share: Double?
    public var spans: [Span]
    public var abstainReason: String?

    enum CodingKeys: String, CodingKey { case version, share, spans, abstainReason = "abstain_reason" }

    public init(version: String, share: Double?, spans: [Span] = [], abstainReason: String? = nil) {
        self.version = version
        self.share = share
        self.spans = spans
        self.abstainReason = abstainReason
    }
}
