import DecodeWire
import Frames

/// Tells how far a pass has come, and hands everything on.
final class ProgressSink: MediaSink {
    /// Seconds of the timeline between two looks at the clock.
    private static let mediaStep = 0.5
    /// Between two marks: what is over sooner tells nothing.
    private static let clockStep = Duration.milliseconds(200)

    private let next: any MediaSink
    private let tell: (ProgressMark) -> Void
    private var claimed: Double?
    private var lookAt = mediaStep
    private var told = ContinuousClock.now

    init(before next: any MediaSink, tell: @escaping (ProgressMark) -> Void) {
        self.next = next
        self.tell = tell
    }

    func begin(_ info: MediaInfo) {
        claimed = info.claimedDuration
        next.begin(info)
    }

    var mayPassOver: Bool { next.mayPassOver }

    func tick(_ tick: FrameTick) {
        next.tick(tick)
        reached(tick.pts)
    }

    func sample(_ frame: WorkingFrame) { next.sample(frame) }
    func sound(_ block: SoundBlock) { next.sound(block) }

    func mono(_ block: MonoBlock) {
        next.mono(block)
        reached(block.pts)
    }

    private func reached(_ pts: Double) {
        guard pts >= lookAt else { return }
        lookAt = pts + Self.mediaStep
        let now = ContinuousClock.now
        guard now - told >= Self.clockStep else { return }
        told = now
        tell(ProgressMark(decoded: pts, claimed: claimed))
    }
}
