/// Chooses of a clip's local features those that a reference keeps.
///
/// A picture that stays is kept once for seconds; new pictures are kept as they come, as many features as the
/// budget has saved. In a picture those go first that the neighbouring frames show as well, that stand out, that are
/// not of the finest size (a copy is often smaller), and they are spread over the picture.
public struct LocalSelection: Sendable {
    /// Features a second, on average over a clip.
    let perSecond = 40.0
    /// What a clip begins with, and the most of one frame.
    let start = 60.0
    let most = 96
    let least = 16
    /// Share of the last kept frame's features that may be gone before the next frame is kept, and after how many
    /// seconds less is enough.
    let goneSoon = 0.5
    let goneLater = 0.25
    let laterSeconds = 1.0
    let longestSeconds = 4.0
    /// Places are the same within this, in units of the longest side; codes within this many bits.
    let sameBits = 20
    let sameReach: Int = 1_311  // 0.02
    /// σ under which a feature is of the finest size, in `LocalFeature.scale`: 1/160 of the longest side.
    let fineScale: UInt8 = 43

    public init() {}

    /// The same for a clip that has been chosen from before: what is no denser than the budget stays as it is.
    public func callAsFunction(_ clip: LocalFingerprint) -> LocalFingerprint {
        guard clip.featureCount > 0 else { return .none }
        guard clip.frames.contains(where: { $0.features.contains { $0.contrast != 0 } }) else { return clip }
        var kept: [LocalFrame] = []
        var tokens = start, before = 0.0
        for index in clip.frames.indices {
            let frame = clip.frames[index], time = Double(frame.ptsMs) / 1000
            tokens = min(2 * Double(most), tokens + perSecond * (index == 0 ? 0 : time - before))
            before = time
            guard frame.features.count > 0, tokens >= Double(least) else { continue }
            if let last = kept.last {
                let gone = goneShare(last.features, frame.features)
                let since = time - Double(last.ptsMs) / 1000
                guard
                    gone >= goneSoon || (since >= laterSeconds && gone >= goneLater) || since >= longestSeconds
                else { continue }
            }
            let neighbours = [index - 1, index + 1].filter(clip.frames.indices.contains).map {
                clip.frames[$0].features
            }
            let chosen = choose(frame.features, count: min(most, Int(tokens)), neighbours: neighbours)
            tokens -= Double(chosen.count)
            kept.append(LocalFrame(ptsMs: frame.ptsMs, features: chosen))
        }
        return kept.isEmpty ? .none : LocalFingerprint(width: clip.width, height: clip.height, frames: kept)
    }

    private func goneShare(_ old: [LocalFeature], _ new: [LocalFeature]) -> Double {
        let grid = Grid(new)
        return Double(old.count { !grid.holds($0, self) }) / Double(max(1, old.count))
    }

    private func choose(_ features: [LocalFeature], count: Int, neighbours: [[LocalFeature]]) -> [LocalFeature] {
        let grids = neighbours.map { Grid($0) }
        let ranked = features.map { feature -> (weight: Double, feature: LocalFeature) in
            var weight = Double(feature.contrast).squareRoot()
            if grids.contains(where: { $0.holds(feature, self) }) { weight *= 2 }
            if feature.scale < fineScale { weight *= 0.5 }
            return (weight, feature)
        }.sorted { a, b in
            a.weight != b.weight
                ? a.weight > b.weight
                : (a.feature.y, a.feature.x, a.feature.scale) < (b.feature.y, b.feature.x, b.feature.scale)
        }
        // An eighth of the longest side a cell: each gives its best first, and more where others have none.
        var taken = [Int](repeating: 0, count: 64), chosen: [LocalFeature] = []
        var rest = ranked[...], allowed = max(2, count / 20)
        while chosen.count < count, !rest.isEmpty {
            var later: [(weight: Double, feature: LocalFeature)] = []
            for item in rest {
                let cell = Int(item.feature.y >> 13) * 8 + Int(item.feature.x >> 13)
                if chosen.count < count, taken[cell] < allowed {
                    taken[cell] += 1
                    var feature = item.feature
                    (feature.x, feature.y) = (feature.x & 0xFF00 | 0x80, feature.y & 0xFF00 | 0x80)
                    (feature.contrast, feature.weak, feature.weaker) = (0, .zero, .zero)
                    chosen.append(feature)
                } else {
                    later.append(item)
                }
            }
            rest = later[...]
            allowed *= 2
        }
        return chosen
    }

    /// Features by place, to look neighbours up.
    private struct Grid {
        private var cells: [[LocalFeature]] = Array(repeating: [], count: 32 * 32)

        init(_ features: [LocalFeature]) {
            for feature in features { cells[Int(feature.y >> 11) * 32 + Int(feature.x >> 11)].append(feature) }
        }

        func holds(_ feature: LocalFeature, _ selection: LocalSelection) -> Bool {
            let (x, y) = (Int(feature.x), Int(feature.y)), reach = selection.sameReach
            for row in max(0, y - reach) >> 11...min(65_535, y + reach) >> 11 {
                for column in max(0, x - reach) >> 11...min(65_535, x + reach) >> 11 {
                    for other in cells[row * 32 + column]
                    where abs(Int(other.x) - x) <= reach && abs(Int(other.y) - y) <= reach
                        && abs(Int(other.scale) - Int(feature.scale)) <= 6
                        && other.code.hammingDistance(to: feature.code) <= selection.sameBits
                    { return true }
                }
            }
            return false
        }
    }
}
