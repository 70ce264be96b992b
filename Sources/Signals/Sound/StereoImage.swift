/// What two channels have in common: sums over all samples of a sound track.
struct StereoImage: Sendable {
    private var left = 0.0, right = 0.0, product = 0.0
    /// The most channels that any part of the track has.
    private(set) var channels = 0

    mutating func add(_ block: [[Float]]) {
        channels = max(channels, block.count)
        guard block.count == 2 else { return }
        let (one, other) = (block[0], block[1])
        let a = one.span
        let b = other.span
        // Sums of a block first: they stay of the size of what is added to them.
        var (aa, bb, ab) = (0.0, 0.0, 0.0)
        for index in a.indices {
            // False for what is not a number.
            let x = abs(a[index]) > 0 ? Double(a[index].bounded) : 0
            let y = abs(b[index]) > 0 ? Double(b[index].bounded) : 0
            aa += x * x
            bb += y * y
            ab += x * y
        }
        left += aa
        right += bb
        product += ab
    }

    /// Nil without a sample that is not nothing.
    func kind(_ p: SoundParameters) -> SoundSignal.ChannelKind? {
        switch channels {
        case 0: return nil
        case 1: return .mono
        case 2: break
        default: return .surround
        }
        guard left + right > 0 else { return nil }
        if min(left, right) < max(left, right) * .power(ofDecibels: -p.oneSided) { return .oneSided }
        guard let correlation else { return nil }
        // What is left of one channel when the other, louder or softer, is taken from it: 1 - correlation².
        return 1 - correlation * correlation < .power(ofDecibels: -p.dualMono) ? .dualMono : .stereo
    }

    /// -1...1; nil when a channel is empty.
    var correlation: Double? {
        left > 0 && right > 0 ? (product / (left * right).squareRoot()).clamped(-1, 1) : nil
    }

    /// Energy of the difference of two channels over that of sum and difference: 0 both alike, 0.5 nothing in common,
    /// 1 each other's negative.
    var width: Double? {
        left + right > 0 ? ((left + right - 2 * product) / (2 * (left + right))).clamped(0, 1) : nil
    }
}
