import CKernels
import Fingerprints

/// What a search by pictures reads of a segment.
extension Segment {
    // MARK: Codes

    func milliseconds(ofCode index: Int) -> UInt32 {
        file.load(layout.start(.times) + SegmentLayout.timeBytes * index, as: UInt32.self)
    }

    func seconds(ofCode index: Int) -> Double { Double(milliseconds(ofCode: index)) / 1000 }

    func quality(ofCode index: Int) -> UInt8 { file.load(layout.start(.qualities) + index, as: UInt8.self) }

    func hash(ofCode index: Int) -> PDQHash {
        let hash = layout.start(.hashes) + SegmentLayout.hashBytes * index
        return PDQHash(
            file.load(hash, as: UInt64.self), file.load(hash + 8, as: UInt64.self),
            file.load(hash + 16, as: UInt64.self), file.load(hash + 24, as: UInt64.self))
    }

    /// A record's codes, without the rest of it.
    func codes(ofRecord index: Int) -> Range<Int> {
        let start = layout.start(.references) + SegmentLayout.recordBytes * index
        let first = Int(file.load(start + 40, as: UInt32.self))
        return first..<first + Int(file.load(start + 44, as: UInt32.self))
    }

    /// Where all codes lie in the file.
    var hashes: Range<Int> {
        layout.start(.hashes)..<layout.start(.hashes) + SegmentLayout.hashBytes * layout.codes
    }

    /// Lends codes to a kernel, four words each.
    @unsafe func withCodes<Result>(_ codes: Range<Int>, _ body: (UnsafePointer<UInt64>?) -> Result) -> Result {
        let start = layout.start(.hashes)
        return unsafe file.withWords(
            start + SegmentLayout.hashBytes * codes.lowerBound..<start + SegmentLayout.hashBytes * codes.upperBound,
            body)
    }

    // MARK: Search

    /// Codes that cost at most `costMost`, ascending; one may come twice. Where there is no list, all codes are looked at.
    ///
    /// - Parameter plan: made for the query and lists like this one.
    func frames(near query: moire_frame_query, by plan: FramePlan, costMost: UInt32)
        throws(IndexError) -> (hits: [moire_frame_hit], work: moire_frame_work)
    {
        precondition(frames.map { $0.highBits == plan.highBits } ?? true, "a plan for lists of other bits")
        var query = query, work = moire_frame_work()
        let hits = unsafe [moire_frame_hit](unsafeUninitializedCapacity: Self.hitsMost) { buffer, filled in
            var found: Int64 = 0
            if let frames {
                found = unsafe frames.withKernel(hashes: hashes) { list in
                    // Writes `buffer.count` at most.
                    unsafe moire_frame_probe(
                        &list, &query, plan.kernel, costMost, buffer.baseAddress, buffer.count, &work)
                }
            } else {
                found = unsafe withCodes(0..<layout.codes) { codes in
                    // As many codes as there are, and at most `buffer.count` hits.
                    unsafe Int64(
                        moire_frame_scan(&query, codes, layout.codes, costMost, buffer.baseAddress, buffer.count))
                }
            }
            filled = found < 0 ? 1 : min(Int(found), buffer.count)
            // A mark of damage, since nothing can be thrown from here.
            if found < 0 { unsafe buffer[0] = moire_frame_hit(code: .max, cost: 0) }
        }
        if let frames, hits.first?.code == .max { throw frames.damaged }
        return (hits.sorted { ($0.code, $0.cost) < ($1.code, $1.cost) }, work)
    }

    /// Codes of one answer; more are one picture everywhere, and the first of each block will do.
    private static let hitsMost = 4096

    /// The least cost of a range of codes, or nil where none costs at most `most`.
    func least(cost query: moire_frame_query, among codes: Range<Int>, most: UInt32) -> UInt32? {
        var query = query
        let least = unsafe withCodes(codes) { unsafe moire_frame_least(&query, $0, codes.count) }
        return least <= most ? least : nil
    }

    /// The record that a code belongs to, by binary search.
    func record(holding code: Int) -> Int {
        precondition((0..<layout.codes).contains(code), "code \(code) of \(layout.codes)")
        // The last record that begins at or before the code: records without codes begin where their successor does.
        var low = 0, high = layout.references
        while low < high {
            let middle = (low + high) / 2
            if codes(ofRecord: middle).lowerBound <= code { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The codes of a record between two times, seconds, by binary search.
    func codes(from first: Double, to last: Double, among codes: Range<Int>) -> Range<Int> {
        func start(_ seconds: Double) -> Int {
            var low = codes.lowerBound, high = codes.upperBound
            while low < high {
                let middle = (low + high) / 2
                if self.seconds(ofCode: middle) < seconds { low = middle + 1 } else { high = middle }
            }
            return low
        }
        let from = start(first)
        return from..<max(from, start(last))
    }

    /// The codes of the stretch that a posted code begins.
    func stretch(from first: Int) -> Range<Int> {
        let end = codes(ofRecord: record(holding: first)).upperBound
        let hash = self.hash(ofCode: first)
        var next = first + 1
        while next < end,
            !FrameStretches.isUsable(quality: quality(ofCode: next))
                || FrameStretches.holds(hash, self.hash(ofCode: next))
        { next += 1 }
        return first..<next
    }
}
