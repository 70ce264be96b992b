import FingerprintIndex

/// The timeline of many hours: real clips at known places, and between them sound that nobody recorded.
///
/// A distractor is made of real peaks. For a reference of a minute, pieces of 1 to 2 s are drawn from all clips; each
/// is played 0.8 to 1.25 times as fast (ticks, and the hops between the two peaks of a landmark), all its first bins
/// are moved by -40 to 40 (a fifth to an octave at the lower end), and of each landmark the two distances are moved by
/// one up or down with a chance of a half each. Landmarks are dropped at random down to 100 a second. So the
/// distribution of keys stays that of real sound, smoothed by less than the moves: hums and beats repeat, and some
/// keys are a thousand times as common as others; but no two pieces tell the same story.
///
/// References are made from their number alone, so that any part can be made again without keeping the rest.
struct Timeline {
    let clips: [Clip]
    /// The clips that lie on the timeline as they are.
    let planted: [Clip]
    let references: Int
    private let keepOf256: Int

    static let referenceTicks = 2584  // 60 s
    static let gapTicks = 64  // 1.5 s: no landmark's pieces reach over it
    static let density = 100  // postings a second

    init(clips: [Clip], planted: [Clip], seconds: Double) {
        self.clips = clips.filter { $0.ticks > 200 && $0.landmarks.count > 100 }
        self.planted = planted
        references = max(1, Int(seconds * Clip.ticksPerSecond) / (Self.referenceTicks + Self.gapTicks))
        let found = self.clips.reduce(0) { $0 + $1.landmarks.count }
        let ticks = self.clips.reduce(0) { $0 + $1.ticks }
        let perSecond = Double(found) / Double(ticks) * Clip.ticksPerSecond
        // A piece that is drawn from a clip loses what lies beyond the reference's end, and keys that no pair can have.
        keepOf256 = min(256, Int(256 * Double(Self.density) * 1.06 / perSecond))
    }

    var plantedTicks: Int { planted.reduce(0) { $0 + $1.ticks + Self.gapTicks } }
    var ticks: UInt64 { UInt64(plantedTicks + references * (Self.referenceTicks + Self.gapTicks)) }
    var seconds: Double { Double(ticks) / Clip.ticksPerSecond }

    /// Where each planted clip begins: in the middle of everything, one after the other.
    func plantedStart(_ index: Int) -> Int {
        (references / 2) * (Self.referenceTicks + Self.gapTicks)
            + planted[..<index].reduce(0) { $0 + $1.ticks + Self.gapTicks }
    }

    private func start(_ reference: Int) -> Int {
        reference * (Self.referenceTicks + Self.gapTicks) + (reference >= references / 2 ? plantedTicks : 0)
    }

    /// Appends the postings with a key in `keys`, key above place in one integer.
    func append(_ keys: Range<UInt32>, to postings: inout [UInt64]) {
        for index in planted.indices {
            let start = plantedStart(index)
            for landmark in planted[index].landmarks where keys.contains(landmark.key) {
                postings.append(UInt64(landmark.key) << 32 | UInt64(start + Int(landmark.tick)))
            }
        }
        for reference in 0..<references { append(reference, keys, to: &postings) }
    }

    /// Appends one distractor's.
    func append(_ reference: Int, _ keys: Range<UInt32>, to postings: inout [UInt64]) {
        var dice = Dice(UInt64(reference) + 1)
        let base = start(reference)
        var filled = 0
        while filled < Self.referenceTicks {
            let clip = clips[dice.below(clips.count)]
            let length = 43 + dice.below(44)
            let from = dice.below(max(1, clip.ticks - length))
            let move = dice.below(81) - 40
            let speed256 = 205 + dice.below(116)  // 0.8 to 1.25, in 256ths
            var index = first(in: clip.landmarks, from: Int32(from))
            while index < clip.landmarks.count, Int(clip.landmarks[index].tick) < from + length {
                let landmark = clip.landmarks[index]
                index += 1
                let bits = dice.next()
                if Int(bits & 255) >= keepOf256 { continue }
                var fields = KeyFields(landmark.key)
                fields.bin += move
                fields.hops = fields.hops * 256 / speed256 + Int(bits >> 8 & 1) * (Int(bits >> 9 & 2) - 1)
                fields.binsUp += Int(bits >> 12 & 1) * (Int(bits >> 13 & 2) - 1)
                let place = filled + (Int(landmark.tick) - from) * 256 / speed256
                guard place < Self.referenceTicks, let key = fields.key, keys.contains(key) else { continue }
                postings.append(UInt64(key) << 32 | UInt64(base + place))
            }
            filled += length * 256 / speed256
        }
    }

    private func first(in landmarks: [SoundLandmark], from tick: Int32) -> Int {
        var low = 0, high = landmarks.count
        while low < high {
            let middle = (low + high) / 2
            if landmarks[middle].tick < tick { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
