/// Which frames of film are passed over: of those that no other is made from, never two in a row, and none where fewer than
/// twenty frames a second are shown.
struct PassingOver {
    /// Seconds from one frame to the next up to which the one between may be left out.
    private static let longestStep = 0.05
    /// Seconds between a frame and those on show: what claims to lie further away is decoded, to see what it is.
    private static let nearby = 1.0
    /// Frames left out before one that comes later than they: more than any codec puts there.
    private static let waitingMax = 64

    private var last: Double?
    /// Stamps of what was left out, later than the frame shown last.
    private var waiting: [Int64] = []

    /// Asked in the order of decoding, where no other frame is made from the packet's.
    ///
    /// - Parameters:
    ///   - stamp: presentation time in the stream's time base; nil when unknown.
    ///   - clock: of the frames shown so far.
    mutating func passesOver(_ stamp: Int64?, _ clock: PictureClock) -> Bool {
        guard let stamp, let shown = clock.last, clock.longestStep != nil, clock.usualDuration <= Self.longestStep,
            waiting.count < Self.waitingMax
        else { return false }
        let pts = clock.seconds(stamp)
        guard abs(pts - shown) <= Self.nearby else { return false }
        if let last, abs(pts - last) < 1.5 * clock.usualDuration { return false }
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
