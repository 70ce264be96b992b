import CKernels
import Fingerprints
import Glibc

/// A clip's local features laid out for comparison. Frames that repeat the one before are one with it.
struct LocalPrint: Sendable {
    /// Of each frame, seconds; it stands until `ends`.
    private(set) var times: [Double] = []
    private(set) var ends: [Double] = []
    /// First feature of each frame, then their number.
    private(set) var starts: [Int] = [0]
    private(set) var x: [Float] = []
    private(set) var y: [Float] = []
    /// log₂ of σ in units of the longest side.
    private(set) var size: [Float] = []
    private(set) var codes: [moire_local_code] = []
    private var clipPlaces: [Int32?] = []
    /// Shape of the picture, the longest side being 1.
    let width: Float
    let height: Float

    init(_ local: LocalFingerprint, timelineSeconds: Double) {
        let longest = Float(max(local.width, local.height, 1))
        width = local.width == 0 ? 1 : Float(local.width) / longest
        height = local.height == 0 ? 1 : Float(local.height) / longest
        var last: [LocalFeature]?
        for frame in local.frames.sorted(by: { $0.ptsMs < $1.ptsMs }) {
            let time = Double(frame.ptsMs) / 1000
            guard time <= timelineSeconds else { break }
            if let index = ends.indices.last { ends[index] = max(ends[index], min(time, times[index] + 8)) }
            if frame.features == last {
                ends[ends.count - 1] = time + Self.period
                clipPlaces += [Int32?](repeating: nil, count: frame.features.count)
                continue
            }
            last = frame.features
            times.append(time)
            ends.append(time + Self.period)
            for feature in frame.features {
                clipPlaces.append(Int32(x.count))
                let place = feature.place
                x.append(place.x)
                y.append(place.y)
                size.append(Float(feature.scale) / 16 - 10)
                codes.append(moire_local_code(feature.code, weak: feature.weak, weaker: feature.weaker))
            }
            starts.append(x.count)
        }
    }

    /// The number here of a clip's feature, counted over all its frames: frames that repeat the one before have none.
    func place(ofFeature number: Int) -> Int? { number < clipPlaces.count ? clipPlaces[number].map(Int.init) : nil }

    static let period = LocalParameters.v1.period

    var isEmpty: Bool { codes.isEmpty }

    /// The frame that stands at a time, if one does.
    func frame(at time: Double) -> Int? {
        var low = 0, high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 && time < ends[low - 1] + Self.period ? low - 1 : nil
    }

    func features(_ frame: Int) -> Range<Int> { starts[frame]..<starts[frame + 1] }

    /// The frame of each feature.
    var owners: [Int32] {
        var owners = [Int32](repeating: 0, count: codes.count)
        for frame in times.indices { for feature in features(frame) { owners[feature] = Int32(frame) } }
        return owners
    }

    /// The same clip seen in a mirror.
    var mirrored: LocalPrint {
        var copy = self
        let mask = moire_keypoint_mirror_mask()
        for index in copy.codes.indices {
            copy.x[index] = width - x[index]
            copy.codes[index].code.0 ^= mask.words.0
            copy.codes[index].code.1 ^= mask.words.1
            copy.codes[index].code.2 ^= mask.words.2
        }
        return copy
    }
}

extension moire_local_code {
    init(_ code: LocalCode, weak: LocalCode, weaker: LocalCode) {
        self.init(
            code: (code.word0, code.word1, code.word2), weak: (weak.word0, weak.word1, weak.word2),
            weaker: (weaker.word0, weaker.word1, weaker.word2))
    }
}

/// A query's features under every key that a copy of them would likely have, and by place.
///
/// Made once a query; costs 0.3 µs a feature and about 130 bytes.
@safe final class LocalQuery: Sendable {
    let print: LocalPrint
    let owners: [Int32]
    /// The print's codes, where the kernels can reach them without a call each; freed with this object.
    nonisolated(unsafe) let codePointer: UnsafePointer<moire_local_code>
    /// `moire_local_probe`'s.
    let keyStarts: [UInt32]
    let keyEntries: [UInt32]
    /// Features of each frame by cell of a 16th: start of each of the 256 cells, then the end.
    private let cellStarts: [Int32]
    private let cellFeatures: [Int32]
    static let side = 16

    deinit { unsafe codePointer.deallocate() }

    init(_ print: LocalPrint) {
        self.print = print
        let copy = UnsafeMutablePointer<moire_local_code>.allocate(capacity: max(1, print.codes.count))
        for (index, code) in print.codes.enumerated() { unsafe (copy + index).initialize(to: code) }
        unsafe codePointer = UnsafePointer(copy)
        owners = print.owners
        var starts = [UInt32](repeating: 0, count: Int(moire_local_keys) + 1)
        var entries = [UInt32](repeating: 0, count: print.codes.count * Int(moire_local_probes))
        // Both arrays have the room that the kernel asks for.
        unsafe moire_local_probe(print.codes, print.codes.count, &starts, &entries)
        keyStarts = starts
        keyEntries = entries
        let cells = Self.side * Self.side
        var cellStarts: [Int32] = [], cellFeatures: [Int32] = []
        cellStarts.reserveCapacity(print.times.count * (cells + 1))
        cellFeatures.reserveCapacity(print.codes.count)
        for frame in print.times.indices {
            var lists = [[Int32]](repeating: [], count: cells)
            for feature in print.features(frame) {
                lists[Self.cell(print.y[feature]) * Self.side + Self.cell(print.x[feature])].append(Int32(feature))
            }
            for list in lists {
                cellStarts.append(Int32(cellFeatures.count))
                cellFeatures += list
            }
            cellStarts.append(Int32(cellFeatures.count))
        }
        self.cellStarts = cellStarts
        self.cellFeatures = cellFeatures
    }

    @inline(__always) static func cell(_ place: Float) -> Int { max(0, min(side - 1, Int(place * Float(side)))) }

    /// Features of a frame in the cells that a square touches.
    @inline(__always) func around(_ frame: Int, x: Float, y: Float, reach: Float, _ body: (Int) -> Void) {
        let base = frame * (Self.side * Self.side + 1)
        for row in Self.cell(y - reach)...Self.cell(y + reach) {
            let line = base + row * Self.side
            let from = cellStarts[line + Self.cell(x - reach)], to = cellStarts[line + Self.cell(x + reach) + 1]
            for place in Int(from)..<Int(to) { body(Int(cellFeatures[place])) }
        }
    }

    /// Pairs of a query's and a reference's feature that may be copies; of a reference's feature that meets too many, the
    /// closest.
    func hits(in reference: LocalPrint, matching: LocalMatching = .v1) -> [moire_local_hit] {
        guard !print.isEmpty, !reference.isEmpty else { return [] }
        let all = LocalHits.all(least: matching.hitLeast) { least, hits in
            // A code is the first 12 of the 36 bytes of its structure; at most `hits.count` are written.
            unsafe reference.codes.withUnsafeBytes { codes in
                unsafe Int64(
                    moire_local_hits(
                        print.codes, keyStarts, keyEntries, codes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        MemoryLayout<moire_local_code>.stride, reference.codes.count, least, &hits, hits.count))
            }
        }
        let most = max(4, matching.hitsMax / reference.codes.count)
        return LocalHits.thinned(all ?? [], most: most) { $0.reference }
    }
}
