/// Undoes jumps of the clock in formats that allow them (MPEG-TS and PS): recordings joined end to
/// end, or a sender that restarted.
///
/// A decoding time more than `jump` away from where its stream was is a new clock; the difference is
/// then taken off all streams, so that the new part follows the old.
struct PacketClock {
    /// Seconds. Programme clocks are sent every 0.1 s and interleaving is well under a second; the
    /// figure leaves real gaps, such as lost signal, in place.
    static let jump = 10.0

    private var offset = 0.0
    private var last: [Int: Double] = [:]

    /// Seconds to add to a packet's times.
    ///
    /// - Parameter time: the packet's decoding time as it stands, in seconds.
    mutating func shift(stream: Int, time: Double) -> Double {
        if let before = last[stream], (time + offset - before).magnitude > Self.jump {
            // Another stream may have crossed into the new part already: then its shift fits.
            offset = before - time
        }
        last[stream] = time + offset
        return offset
    }
}
