import CFFmpeg

/// Owns room for a number of samples on each of some channels, in the shape that FFmpeg writes.
@safe struct FloatPlanes: ~Copyable {
    /// Samples of each channel.
    let capacity: Int
    let channels: Int
    private let samples: UnsafeMutablePointer<Float>
    /// One per channel.
    let addresses: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>

    init(channels: Int, capacity: Int) {
        precondition(channels > 0 && capacity > 0, "\(channels) channels of \(capacity) samples")
        self.channels = channels
        self.capacity = capacity
        unsafe samples = .allocate(capacity: channels * capacity)
        unsafe samples.initialize(repeating: 0, count: channels * capacity)
        unsafe addresses = .allocate(capacity: channels)
        for channel in 0..<channels {
            let start = unsafe UnsafeMutableRawPointer(samples + channel * capacity)
            unsafe (addresses + channel).initialize(to: start.assumingMemoryBound(to: UInt8.self))
        }
    }

    deinit {
        unsafe samples.deallocate()
        unsafe addresses.deallocate()
    }

    /// Address of a channel's first sample.
    func start(_ channel: Int) -> UnsafeMutablePointer<Float> {
        precondition(channel >= 0 && channel < channels, "channel \(channel) of \(channels)")
        return unsafe samples + channel * capacity
    }

    /// The first `count` samples of a channel.
    func array(_ channel: Int, count: Int) -> [Float] {
        precondition(count <= capacity, "\(count) of \(capacity) samples")
        return unsafe Array(UnsafeBufferPointer(start: start(channel), count: count))
    }
}
