/// Which frames of film are left out: of those that no other is made from, never two in a row, and none where fewer than
/// twenty frames a second are shown or where the next one is late.
struct PassingOver {
    /// Seconds from one frame to the next up to which the one between may be left out.
    private static let longestStep = 0.05
    /// Seconds between a frame and those on show: what claims to lie further away is decoded, to see what it is.
    private static let nearby = 1.0
    /// Steps within which a later frame must be known of: what is followed by a gap is the picture of that gap.
    private static let stepsAhead = 3.5
    /// Frames left out before one that comes later than they: more than any codec puts there.
    private static let waitingMax = 64
    /// Packets that are remembered: more than lie between a frame and those it is made from.
    private static let sentMax = 16

    private var last: Double?
    /// Stamps of what was left out, later than the frame shown last.
    private var waiting: [Int64] = []
    /// Stamps of the last packets that were decoded.
    private var sent: [Int64] = []

    /// A packet that is decoded.
    mutating func sends(_ stamp: Int64?) {
        guard let stamp else { return }
        sent.append(stamp)
        if sent.count > Self.sentMax { sent.removeFirst() }
    }

    /// Asked in the order of decoding, where no other frame is made from the packet's.
    ///
    /// - Parameters:
    ///   - stamp: presentation time in the stream's time base; nil when unknown.
    ///   - duration: ticks that the packet claims, zero when unknown.
    ///   - clock: of the frames shown so far.
    mutating func passesOver(_ stamp: Int64?, duration: Int64, _ clock: PictureClock) -> Bool {
        guard let stamp, let shown = clock.last, let measured = clock.recentStep, waiting.count < Self.waitingMax else {
            return false
        }
        // Durations may be wrong, and steps uneven.
        let step = max(measured, clock.usualDuration)
        let pts = clock.seconds(stamp)
        guard step <= Self.longestStep, abs(pts - shown) <= Self.nearby,
            Double(duration) * clock.secondsPerTick <= 2 * step,
            sent.contains(where: { $0 > stamp && clock.seconds($0) - pts <= Self.stepsAhead * step })
        else { return false }
        if let last, abs(pts - last) < 1.5 * step { return false }
        last = pts
        waiting.append(stamp)
        return true
    }

    /// - Returns: frames left out between the one shown before and this one.
    mutating func shown(_ stamp: Int64?) -> Int {
        guard let stamp, !waiting.isEmpty else { return 0 }
        let count = waiting.count
        waiting.removeAll { $0 <= stamp }
        return count - waiting.count
    }
}
