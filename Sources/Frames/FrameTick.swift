/// What every decoded frame leaves behind: a small luma picture and its time.
public struct FrameTick: Sendable {
    /// Seconds on the file's timeline (zero is the earliest start of any stream).
    public var pts: Double
    /// Seconds the frame is shown, from the container; zero when unknown.
    public var duration: Double
    /// 64×64 area-averaged luma of the whole frame, display orientation.
    public var thumb: LumaImage
    /// For each of 32×32 cells of the frame, in display orientation, the largest difference of a sampled luma
    /// value at native resolution from the frame before, in levels of the decoded plane. Zero is a bit-exact
    /// copy of what was sampled. Nil for the first frame and after a change of size.
    public var changes: LumaImage?
    /// Frames between the tick before and this one that were left out; see `MediaSink.mayPassOver`.
    public var passedOver: Int
    public var isKeyframe: Bool
    public var isInterlaced: Bool

    public static let thumbSide = 64
    public static let changesSide = 32

    public init(
        pts: Double, duration: Double = 0, thumb: LumaImage, changes: LumaImage? = nil, passedOver: Int = 0,
        isKeyframe: Bool = false, isInterlaced: Bool = false
    ) {
        self.pts = pts
        self.duration = duration
        self.thumb = thumb
        self.changes = changes
        self.passedOver = passedOver
        self.isKeyframe = isKeyframe
        self.isInterlaced = isInterlaced
    }
}
