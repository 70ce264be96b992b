import Fingerprints

/// Clips made of numbers, for what happens after extraction.
enum LocalClips {
    static func code(_ random: inout Random) -> LocalCode {
        LocalCode(
            UInt32(truncatingIfNeeded: random.next()), UInt32(truncatingIfNeeded: random.next()),
            UInt32(truncatingIfNeeded: random.next()))
    }

    /// Features at random places of a 16:9 picture, as extraction gives them.
    static func features(_ count: Int, _ random: inout Random) -> [LocalFeature] {
        (0..<count).map { _ in
            let weak = code(&random)
            return LocalFeature(
                x: UInt16(random.next() % 65_536), y: UInt16(random.next() % 36_864),
                scale: UInt8(30 + random.next() % 60),
                contrast: UInt8(3 + random.next() % 60), code: code(&random), weak: weak,
                weaker: LocalCode(weak.word0 & weak.word1, weak.word1 & weak.word2, weak.word2 & weak.word0))
        }
    }

    /// Two frames a second; the picture is another one every `everyFrames`.
    static func clip(seconds: Int, everyFrames: Int, features count: Int = 120, seed: UInt64) -> LocalFingerprint {
        var random = Random(state: seed), current: [LocalFeature] = []
        return LocalFingerprint(
            width: 512, height: 288,
            frames: (0..<2 * seconds).map { index in
                if index % everyFrames == 0 { current = features(count, &random) }
                return LocalFrame(ptsMs: UInt32(500 * index), features: current)
            })
    }
}
