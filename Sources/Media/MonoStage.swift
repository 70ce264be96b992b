import CFFmpeg
import Frames

/// Resamples one contiguous run of mono sound to the fingerprints' rate.
@safe final class MonoStage {
    private let resampler: Resampler
    private var room: FloatPlanes
    private let start: Double
    private var produced = 0

    /// - Parameter pts: time of the first sample that will be pushed, in seconds.
    init(rateHz: Int, pts: Double) throws(MediaError) {
        resampler = try Resampler(monoFrom: rateHz, to: MonoBlock.sampleRateHz)
        room = FloatPlanes(channels: 1, capacity: 4096)
        start = pts
    }

    /// Nil when the filter has not enough yet.
    func push(_ samples: UnsafeMutablePointer<Float>, count: Int) -> MonoBlock? {
        unsafe convert(UnsafeRawPointer(samples).assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// What the filter still holds.
    func finish() -> MonoBlock? { unsafe convert(nil, count: 0) }

    private func convert(_ samples: UnsafePointer<UInt8>?, count: Int) -> MonoBlock? {
        let most = resampler.most(for: count)
        if most > room.capacity { room = FloatPlanes(channels: 1, capacity: most) }
        var input = unsafe samples
        let written =
            if unsafe samples == nil {
                unsafe resampler.convert(nil, count: 0, to: room)
            } else {
                unsafe resampler.convert(&input, count: count, to: room)
            }
        guard written > 0 else { return nil }
        let pts = start + Double(produced) / Double(MonoBlock.sampleRateHz)
        produced += written
        return MonoBlock(pts: pts, samples: room.array(0, count: written))
    }
}
