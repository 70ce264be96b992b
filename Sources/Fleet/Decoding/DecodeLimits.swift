/// Ceilings of one decode, kept by the supervisor and the kernel. What the media itself may ask for
/// (pixels, streams, duration) is limited inside the child.
public struct DecodeLimits: Sendable, Equatable {
    /// Wall seconds that a file of no size gets.
    public var deadlineSeconds: Double
    /// Wall seconds on top for each 10^6 bytes of the file. A megabyte of ordinary upload is two to
    /// eight seconds of video and costs well under one second; the rest is for a busy machine.
    public var deadlineSecondsPerMegabyte: Double
    /// Memory of the child, bytes: what a control group counts where there is one (`DecodeService.MemoryCap`), its address
    /// space otherwise. The shared libraries map 210 MB; a 1080p decode has 245 MB mapped and 60 MB resident, 2160p HEVC
    /// at 10 bit 370 and 230. The rest is for large frames.
    public var memoryBytes: UInt64
    /// Largest file that is looked at, bytes.
    public var fileBytesMax: Int64
    /// Seconds a fresh decoder process gets to load its libraries and say hello.
    public var startSeconds: Double

    public static let standard = DecodeLimits()

    public init(
        deadlineSeconds: Double = 120, deadlineSecondsPerMegabyte: Double = 2, memoryBytes: UInt64 = 2 << 30,
        fileBytesMax: Int64 = 16 << 30, startSeconds: Double = 30
    ) {
        self.deadlineSeconds = deadlineSeconds
        self.deadlineSecondsPerMegabyte = deadlineSecondsPerMegabyte
        self.memoryBytes = memoryBytes
        self.fileBytesMax = fileBytesMax
        self.startSeconds = startSeconds
    }

    /// Address space where a control group counts what is really there: for what is only mapped.
    var addressBytes: UInt64 { memoryBytes > .max / 4 ? .max : memoryBytes * 4 }

    /// Wall seconds for a file of `bytes`.
    public func deadline(bytes: Int64) -> Double {
        deadlineSeconds + deadlineSecondsPerMegabyte * Double(bytes) / 1e6
    }
}
