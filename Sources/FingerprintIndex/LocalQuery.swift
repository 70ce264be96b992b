import CKernels

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
        // Sorted by counting; features of a cell keep their order.
        var cellStarts = [Int32](repeating: 0, count: print.times.count * (cells + 1))
        var cellFeatures = [Int32](repeating: 0, count: print.codes.count)
        var cellOfFeature = [Int](repeating: 0, count: print.codes.count)
        var next = [Int32](repeating: 0, count: cells)
        for frame in print.times.indices {
            let base = frame * (cells + 1), features = print.features(frame)
            for cell in next.indices { next[cell] = 0 }
            for feature in features {
                let cell = Self.cell(print.y[feature]) * Self.side + Self.cell(print.x[feature])
                cellOfFeature[feature] = cell
                next[cell] += 1
            }
            var start = Int32(features.lowerBound)
            for cell in next.indices {
                (cellStarts[base + cell], next[cell], start) = (start, start, start + next[cell])
            }
            cellStarts[base + cells] = start
            for feature in features {
                let cell = cellOfFeature[feature]
                cellFeatures[Int(next[cell])] = Int32(feature)
                next[cell] += 1
            }
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
    func hits(in reference: LocalPrint, matching: LocalMatching = .current) -> [moire_local_hit] {
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
