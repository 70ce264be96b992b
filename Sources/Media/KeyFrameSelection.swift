/// Which packets of a picture stream a triage decodes: key frames, and of those at most one each `spacing`.
///
/// By pts alone, so that a file of nothing but key frames costs no more than others. Where a key frame gave no picture
/// the next one is taken, however near.
struct KeyFrameSelection {
    /// Seconds. Encoders for the web put a key frame every 2 to 10 s, and those for editing make every frame one: at 25
    /// a second one in fifty is then decoded.
    static let spacing = 2.0
    /// Seconds from one packet to the next where a stream has no times: 25 frames a second.
    private static let usualStep = 0.04

    /// Key frames in the stream, decoded or not.
    private(set) var found = 0
    /// Other packets.
    private(set) var others = 0
    private var keyBytes = 0
    private var otherBytes = 0
    private var time = -usualStep
    private var shownAt: Double?

    /// Mean bytes of a key frame and of another packet; nil where there is none.
    var sizes: (key: Double?, other: Double?) {
        (found > 0 ? Double(keyBytes) / Double(found) : nil, others > 0 ? Double(otherBytes) / Double(others) : nil)
    }

    /// - Parameter seconds: when the packet's picture is shown, in any timeline; nil where nobody knows.
    mutating func takes(isKey: Bool, bytes: Int, at seconds: Double?) -> Bool {
        time = seconds ?? time + Self.usualStep
        guard isKey else {
            others += 1
            otherBytes += bytes
            return false
        }
        found += 1
        keyBytes += bytes
        // Stamps are rounded, so a key frame may seem to come a tick early.
        return shownAt.map { abs(time - $0) >= Self.spacing - 0.002 } ?? true
    }

    /// The packet taken last gave a picture.
    mutating func showed() { shownAt = time }
}
