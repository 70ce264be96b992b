/// Where a stream ends, from its packets: for what is read and not decoded.
struct PacketEnd {
    let secondsPerTick: Double
    let startTime: Double
    /// Seconds on the timeline; zero before the first packet with a time.
    private(set) var end = 0.0

    init(secondsPerTick: Double, startTime: Double) {
        self.secondsPerTick = secondsPerTick
        self.startTime = startTime
    }

    /// Packets that are decoded for others' sake only do not count.
    mutating func add(_ packet: borrowing Packet) {
        guard !packet.isDiscarded, let stamp = packet.pts ?? packet.order else { return }
        end = max(end, Double(stamp) * secondsPerTick - startTime + Double(packet.duration) * secondsPerTick)
    }
}
