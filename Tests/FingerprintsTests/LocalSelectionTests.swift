import Fingerprints
import Testing

@Suite("What a reference keeps of a clip's local features")
struct LocalSelectionTests {
    private let select = LocalSelection()

    @Test(
        "At most 60 features and 40 a second are kept over a minute, however fast the pictures change",
        arguments: [1, 2, 3, 8, 120])
    func budget(_ everyFrames: Int) {
        for seed: UInt64 in 1...3 {
            let kept = select(LocalClips.clip(seconds: 60, everyFrames: everyFrames, seed: seed))
            #expect(kept.featureCount <= 60 + 40 * 60, "seed \(seed)")
            #expect(kept.featureCount >= 900, "seed \(seed)")
            #expect(kept.frames.allSatisfy { (16...96).contains($0.features.count) }, "seed \(seed)")
            // In no part of it more than what was saved before.
            var sum = 0
            for frame in kept.frames {
                sum += frame.features.count
                #expect(Double(sum) <= 60 + 40 * Double(frame.ptsMs) / 1000, "seed \(seed) at \(frame.ptsMs) ms")
            }
        }
    }

    @Test("What was chosen is chosen again as it is, and the same every time")
    func idempotent() {
        for seed: UInt64 in 1...5 {
            let clip = LocalClips.clip(seconds: 20, everyFrames: Int(seed), seed: seed), kept = select(clip)
            #expect(kept != clip)
            #expect(select(kept) == kept, "seed \(seed)")
            #expect(select(clip) == kept, "seed \(seed)")
            #expect(LocalSelection()(clip) == kept, "seed \(seed)")
        }
        #expect(select(.none) == .none)
    }

    @Test("A picture that stays is kept once in four seconds")
    func still() {
        let kept = select(LocalClips.clip(seconds: 20, everyFrames: 40, seed: 3))
        #expect(kept.frames.map(\.ptsMs) == [0, 4000, 8000, 12_000, 16_000])
    }

    @Test("A new picture is kept at once while there is budget for it")
    func cuts() {
        let kept = select(LocalClips.clip(seconds: 12, everyFrames: 4, seed: 4))
        #expect(kept.frames.map(\.ptsMs) == [0, 2000, 4000, 6000, 8000, 10_000])
    }

    @Test("A picture of which a third has changed is kept after a second, one of which a fifth has not")
    func drifting() {
        func kept(changed: Int) -> [UInt32] {
            var random = Random(state: 5), current = LocalClips.features(60, &random), frames: [LocalFrame] = []
            for index in 0..<4 {
                if index == 1 { current.replaceSubrange(0..<changed, with: LocalClips.features(changed, &random)) }
                frames.append(LocalFrame(ptsMs: UInt32(500 * index), features: current))
            }
            return select(LocalFingerprint(width: 512, height: 288, frames: frames)).frames.map(\.ptsMs)
        }
        #expect(kept(changed: 40) == [0, 500])
        #expect(kept(changed: 20) == [0, 1000])
        #expect(kept(changed: 12) == [0])
    }

    @Test("What is kept is coarse: places to a 256th, and neither contrast nor weak bits")
    func coarse() {
        let kept = select(LocalClips.clip(seconds: 4, everyFrames: 2, seed: 6))
        #expect(!kept.frames.isEmpty)
        for feature in kept.frames.flatMap(\.features) {
            #expect(feature.x & 0xFF == 0x80 && feature.y & 0xFF == 0x80)
            #expect(feature.contrast == 0 && feature.weak == .zero && feature.weaker == .zero)
        }
    }

    @Test("Features come from all over the picture, even where one corner has the strongest")
    func spread() {
        var random = Random(state: 7)
        var corner = LocalClips.features(200, &random), rest = LocalClips.features(200, &random)
        for index in corner.indices {
            (corner[index].x, corner[index].y, corner[index].contrast) = (corner[index].x / 8, corner[index].y / 5, 200)
            rest[index].contrast = UInt8(4 + random.next() % 16)
        }
        let clip = LocalFingerprint(
            width: 512, height: 288, frames: [LocalFrame(ptsMs: 0, features: corner + rest)])
        let kept = select(clip).frames[0].features
        #expect(kept.count == 60)
        let cells = Dictionary(grouping: kept) { Int($0.y >> 13) * 8 + Int($0.x >> 13) }
        #expect(cells.count >= 20)
        #expect(Set(kept.map { Int($0.y / 18_432) * 2 + Int($0.x / 32_768) }).count == 4)
        #expect(cells.values.allSatisfy { $0.count <= 8 })
    }

    @Test("Of one cell the strong go first, those that the next frame shows before others, and fine ones last")
    func order() {
        var random = Random(state: 8)
        func feature(_ number: Int, contrast: UInt8, scale: UInt8 = 60) -> LocalFeature {
            // All in the upper left cell, too far apart to be taken for each other.
            LocalFeature(
                x: UInt16(256 + 1400 * (number % 5)), y: UInt16(256 + 1400 * (number / 5)), scale: scale,
                contrast: contrast,
                code: LocalClips.code(&random))
        }
        let seen = feature(0, contrast: 12), strong = feature(1, contrast: 40), weak = feature(2, contrast: 16)
        let fine = feature(3, contrast: 60, scale: 42)
        let others = (4..<24).map { feature($0, contrast: 8) }
        let clip = LocalFingerprint(
            width: 512, height: 288,
            frames: [
                LocalFrame(ptsMs: 0, features: others + [weak, fine, strong, seen]),
                LocalFrame(ptsMs: 500, features: [seen]),
            ])
        // Square roots: 2 · 3.46, 6.32, 4, 7.75 / 2.
        let codes = select(clip).frames[0].features.prefix(4).map(\.code)
        #expect(codes == [seen, strong, weak, fine].map(\.code))
    }

    @Test("Frames without a feature are not kept, and a clip of nothing else is as good as none")
    func empty() {
        let frames = (0..<4).map { LocalFrame(ptsMs: UInt32(500 * $0), features: []) }
        #expect(select(LocalFingerprint(width: 512, height: 288, frames: frames)) == .none)
        var random = Random(state: 9)
        let some = frames + [LocalFrame(ptsMs: 2000, features: LocalClips.features(50, &random))]
        #expect(select(LocalFingerprint(width: 512, height: 288, frames: some)).frames.map(\.ptsMs) == [2000])
    }
}
