@testable import FingerprintIndex
import Fingerprints
import Testing

/// A small generator with a fixed sequence for each seed (splitmix64, public domain, S. Vigna).
struct Dice: RandomNumberGenerator {
    var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension PDQHash {
    static func random(_ dice: inout Dice) -> PDQHash { PDQHash(dice.next(), dice.next(), dice.next(), dice.next()) }

    func flipping(_ bits: some Sequence<Int>) -> PDQHash {
        var words = [word0, word1, word2, word3]
        for bit in bits { words[bit / 64] ^= 1 << UInt64(bit % 64) }
        return PDQHash(words[0], words[1], words[2], words[3])
    }
}

/// A film whose picture is known at every time: a new scene every two seconds, and 40 bits of motion in each
/// second of a scene.
struct Film {
    var seed: UInt64
    var moving = true

    func hash(at time: Double) -> PDQHash {
        let scene = moving ? UInt64(time / 2) : 0
        var dice = Dice(seed &* 1000 &+ scene)
        let picture = PDQHash.random(&dice)
        guard moving else { return picture }
        var order = Array(0..<256)
        order.shuffle(using: &dice)
        let moved = Int((time - 2 * Double(scene)) * 40)
        return picture.flipping(order.prefix(moved))
    }

    /// Frames four times a second of `seconds` from `start`, played `speed` times as fast.
    func frames(
        from start: Double, seconds: Double, speed: Double = 1, mirrored: Bool = false, noiseBits: Int = 0,
        noiseSeed: UInt64 = 1
    ) -> [FrameCode] {
        var dice = Dice(noiseSeed)
        return (0..<Int(seconds * 4)).map { index in
            let time = Double(index) / 4
            var hash = hash(at: start + time * speed)
            if mirrored { hash = hash.flipping((0..<256).filter { $0 % 2 == 0 }) }
            hash = hash.flipping((0..<256).shuffled(using: &dice).prefix(noiseBits))
            return FrameCode(ptsMs: UInt32(time * 1000), hash: hash, quality: 100)
        }
    }
}

/// Sound whose peaks are known at every time: forty a second.
struct Tune {
    var seed: UInt64
    static let hopsPerSecond = 1 / AudioFingerprint.hopSeconds

    /// `share` of the peaks of `seconds` from `start`, the rest replaced by others.
    func peaks(from start: Double, seconds: Double, share: Double = 1, noiseSeed: UInt64 = 1) -> [SoundPeak] {
        var dice = Dice(noiseSeed &+ 77)
        let first = Int(start * Self.hopsPerSecond), count = Int(seconds * Self.hopsPerSecond)
        return (0..<count).flatMap { hop -> [SoundPeak] in
            var own = Dice(seed &* 1_000_003 &+ UInt64(first + hop))
            guard own.next() % 1000 < UInt64(40_000 / Self.hopsPerSecond) else { return [] }
            let kept = Double(dice.next() % 1000) < share * 1000
            let band = UInt16((kept ? own.next() : dice.next()) % UInt64(SoundPeak.bandsMax))
            return [SoundPeak(hop: UInt32(hop), band: band)]
        }
    }
}

func fingerprint(
    _ frames: [FrameCode] = [], _ peaks: [SoundPeak] = [], local: LocalFingerprint = .none,
    movement: MovementFingerprint = .none, seconds: Double
) -> MediaFingerprint {
    MediaFingerprint(
        duration: seconds, video: VideoFingerprint(frames: frames, abstainReason: frames.isEmpty ? "no_video" : nil),
        audio: AudioFingerprint(peaks: peaks, abstainReason: peaks.isEmpty ? "no_audio" : nil), local: local,
        movement: movement)
}

extension MovementFingerprint {
    /// A trace of any changes, without a field.
    static func random(_ seed: UInt64, steps: Int) -> MovementFingerprint {
        var dice = Dice(seed)
        let codes = (0..<steps * MovementTrace.cells).map { _ in Int8(dice.next() % 15) - MovementTrace.codeMax }
        return MovementFingerprint(trace: MovementTrace(codes: codes))
    }
}

extension LocalSectionEncoder {
    /// The section of clips as references keep them, in the order of the records.
    static func bytes(
        of clips: [LocalFingerprint], numberBytes: Int? = nil, portionBytes: Int = 1 << 28
    ) throws -> [UInt8] {
        let fresh = clips.enumerated().map { number, clip in
            SegmentBatch.Fresh(
                IndexEntry(
                    reference: Reference(id: "\(10_000 + number)"), fingerprint: fingerprint(local: clip, seconds: 1)))
        }
        var batch = SegmentBatch(fresh: fresh, segments: [])
        for number in fresh.indices { #expect(try batch.take(SegmentBatch.Member(fresh: number), within: .compact)) }
        let folder = try TemporaryFolder(), file = try NewFile("section", in: folder.path)
        var output = SectionOutput(file)
        let encoder = LocalSectionEncoder(batch, numberBytes: numberBytes, portionBytes: portionBytes)
        try output.begin(bytes: encoder.byteCount)
        try encoder.write(to: &output)
        let sum = try output.end()
        try file.publish()
        let bytes = try folder.read("section")
        #expect(bytes.count == SegmentLayout.padded(encoder.byteCount))
        #expect(SectionChecksum.of(bytes, 0..<bytes.count) == sum)
        return Array(bytes[..<encoder.byteCount])
    }
}

extension MediaFingerprint {
    /// As an index gives it back: without what only a query needs, stills a frame a second and filled in again.
    var kept: MediaFingerprint {
        var kept = self
        kept.video.margins = []
        kept.video.frames = FrameThinning.filled(FrameThinning.thinned(video.frames))
        return kept
    }
}

/// Peaks as they are when the sound plays `tempo` times as fast and `quarters` of a band higher.
func played(_ peaks: [SoundPeak], tempo: Double = 1, quarters: Int = 0) -> [SoundPeak] {
    peaks.compactMap { peak -> SoundPeak? in
        let band = Int(peak.band) + quarters
        guard 0..<Int(SoundPeak.bandsMax) ~= band else { return nil }
        return SoundPeak(hop: UInt32((Double(peak.hop) / tempo).rounded()), band: UInt16(band))
    }
}

/// Peaks, later by as many seconds.
func later(_ peaks: [SoundPeak], seconds: Double) -> [SoundPeak] {
    peaks.map { SoundPeak(hop: $0.hop + UInt32((seconds * Tune.hopsPerSecond).rounded()), band: $0.band) }
}

/// Peaks of several sounds that play together, in order.
func together(_ sounds: [SoundPeak]...) -> [SoundPeak] {
    sounds.joined().sorted { ($0.hop, $0.band) < ($1.hop, $1.band) }
}
