package import Frames

/// A sink that keeps everything it is given.
package final class Recorder: MediaSink {
    package private(set) var info: MediaInfo?
    package private(set) var ticks: [FrameTick] = []
    package private(set) var samples: [WorkingFrame] = []
    package private(set) var sound: [SoundBlock] = []
    package private(set) var mono: [MonoBlock] = []

    package init() {}

    package func begin(_ info: MediaInfo) { self.info = info }
    package func tick(_ tick: FrameTick) { ticks.append(tick) }
    package func sample(_ frame: WorkingFrame) { samples.append(frame) }
    package func sound(_ block: SoundBlock) { sound.append(block) }
    package func mono(_ block: MonoBlock) { mono.append(block) }
}
