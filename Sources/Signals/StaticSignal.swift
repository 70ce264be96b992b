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

    /// How a shot begins.
    public enum Transition: String, Sendable, Codable, CaseIterable {
        /// The video begins with it.
        case start
        case cut, dissolve
        /// A dissolve from or to one colour.
        case fade
    }

    public struct Shot: Sendable, Codable, Equatable {
        /// Seconds; of a dissolve, its middle.
        public var start: Double
        public var end: Double
        public var by: Transition

        public init(start: Double, end: Double, by: Transition) {
            self.start = start
            self.end = end
            self.by = by
        }
    }

    /// Version of the detector and its parameters.
    public var version: String
    /// 0...1, static seconds over video seconds; nil when `abstainReason` is set.
    public var share: Double?
    public var spans: [Span]
    /// The longest 32 shots, in time order.
    public var shots: [Shot]?
    /// Seconds after which a looped video shows the same again.
    public var loopPeriod: Double?
    /// Mean change of luma between pictures a quarter of a second apart, levels of 255, for each `motionPeriod`.
    public var motion: [Double]?
    /// Seconds of one value of `motion`: 1, or 2, 4, 8 ... for videos of more than two minutes.
    public var motionPeriod: Double?
    /// 0...1, share of the picture that moves for at least a quarter of the time.
    public var movingShare: Double?
    /// Where that is: 16 rows of 4 hexadecimal digits, top row first, the highest bit on the left.
    public var movingMask: String?
    public var abstainReason: String?

    enum CodingKeys: String, CodingKey {
        case version, share, spans, shots, motion
        case loopPeriod = "loop_period"
        case motionPeriod = "motion_period"
        case movingShare = "moving_share"
        case movingMask = "moving_mask"
        case abstainReason = "abstain_reason"
    }

    public init(version: String, share: Double?, spans: [Span] = [], abstainReason: String? = nil) {
        self.version = version
        self.share = share
        self.spans = spans
        self.abstainReason = abstainReason
    }
}
