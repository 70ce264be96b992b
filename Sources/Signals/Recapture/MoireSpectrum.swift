/// Mean log spectra of native patches, by their place in the picture.
struct MoireSpectrum: Sendable {
    /// The most prominent common peak: dB over its surroundings, and its frequency in cycles per pixel.
    struct Peak: Sendable, Equatable {
        var decibels = 0.0
        var horizontal = 0.0
        var vertical = 0.0
    }

    private static let side = MoireCue.side
    private static let half = MoireCue.half
    /// Per patch: sums of decibels, 64 rows of 33.
    private var sums: [[Float]] = []
    private var counts: [Int] = []

    mutating func add(_ decibels: [Float], patch: Int, count: Int = 1) {
        while sums.count <= patch {
            sums.append(Array(repeating: 0, count: Self.side * Self.half))
            counts.append(0)
        }
        counts[patch] += count
        for bin in decibels.indices { sums[patch][bin] += decibels[bin] }
    }

    mutating func add(_ other: MoireSpectrum) {
        for patch in other.sums.indices { add(other.sums[patch], patch: patch, count: other.counts[patch]) }
    }

    /// What enough patches show alike: dB over the surroundings in the least of them, 64 rows of 33; nil with too little
    /// to see.
    func common(_ parameters: RecaptureParameters) -> [Float]? {
        let seen = counts.indices.filter { counts[$0] >= parameters.framesMin }
        guard seen.count >= parameters.moirePatches else { return nil }
        let maps = seen.map { widened(prominence(of: sums[$0], count: counts[$0])) }
        return maps[0].indices.map { bin in
            maps.map { $0[bin] }.sorted(by: >)[parameters.moirePatches - 1]
        }
    }

    /// The highest of what is common, slow waves and the axes left out.
    static func peak(in common: [Float], _ parameters: RecaptureParameters) -> Peak {
        var best = Peak()
        for row in 0..<side {
            let vertical = row <= 32 ? row : row - side
            for column in 2..<(half - 1) where abs(vertical) >= 2 && abs(vertical) <= 30 {
                let cycles = Double(column * column + vertical * vertical).squareRoot() / Double(side)
                guard cycles >= parameters.moireLowest else { continue }
                let decibels = Double(common[row * half + column])
                guard decibels > best.decibels else { continue }
                best = Peak(
                    decibels: decibels, horizontal: Double(column) / Double(side),
                    vertical: Double(vertical) / Double(side))
            }
        }
        return best
    }

    /// What is common as text, at half the resolution: see `RecaptureSignal.Evidence.moireSpectrum`.
    static func digits(of common: [Float]) -> String {
        let columns = RecaptureSignal.SpectrumMap.columns, rows = RecaptureSignal.SpectrumMap.rows
        var digits = ""
        for row in 0..<rows {
            for column in 0..<columns {
                var most: Float = 0
                for down in 0..<2 {
                    for right in 0..<2 where 2 * column + right < half {
                        let place = (2 * row + down + side / 2) % side
                        most = max(most, common[place * half + 2 * column + right])
                    }
                }
                let step = Int((Double(most) / RecaptureSignal.SpectrumMap.decibels).rounded(.down))
                digits += String(min(max(step, 0), 15), radix: 16)
            }
        }
        return digits
    }

    /// dB of each bin over the mean of the ring around it (7x7 without the inner 3x3).
    private func prominence(of sum: [Float], count: Int) -> [Float] {
        var result = [Float](repeating: 0, count: sum.count)
        for row in 0..<Self.side {
            for column in 1..<(Self.half - 1) {
                var ring: Float = 0, cells: Float = 0
                for down in -3...3 {
                    for right in -3...3 where abs(down) > 1 || abs(right) > 1 {
                        let x = column + right
                        guard x >= 1, x < Self.half else { continue }
                        ring += sum[(row + down + Self.side) % Self.side * Self.half + x]
                        cells += 1
                    }
                }
                result[row * Self.half + column] = (sum[row * Self.half + column] - ring / cells) / Float(count)
            }
        }
        return result
    }

    /// Maximum over 3x3: perspective shifts the frequency a little from patch to patch.
    private func widened(_ map: [Float]) -> [Float] {
        var result = map
        for row in 0..<Self.side {
            for column in 1..<(Self.half - 1) {
                var most = map[row * Self.half + column]
                for down in -1...1 {
                    for right in -1...1 {
                        most = max(most, map[(row + down + Self.side) % Self.side * Self.half + column + right])
                    }
                }
                result[row * Self.half + column] = most
            }
        }
        return result
    }
}
