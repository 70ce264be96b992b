/// Receives what one pass over a file hands out, in decoding order of each stream.
///
/// Picture calls come in pts order, sound calls in pts order; the two interleave as the file does.
public protocol MediaSink: AnyObject {
    /// Called once, before anything else.
    func begin(_ info: MediaInfo)
    /// Whether every second frame or so would do just now: a pass then leaves out what no other frame is made from, and
    /// no sample becomes of. Asked before each packet.
    var mayPassOver: Bool { get }
    /// Every frame that is decoded.
    func tick(_ tick: FrameTick)
    /// About four frames a second.
    func sample(_ frame: WorkingFrame)
    /// Sound at the stream's own rate and channels.
    func sound(_ block: SoundBlock)
    /// The same sound, mono at `MonoBlock.sampleRateHz`.
    func mono(_ block: MonoBlock)
}

extension MediaSink {
    public var mayPassOver: Bool { false }
}
