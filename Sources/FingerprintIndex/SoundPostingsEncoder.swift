import CKernels

/// Ascending postings → the bytes of `SoundPostings`; the same postings give the same bytes.
///
/// Bytes that are done can be taken away while postings come in; what is kept then is four bytes a block. About 45 ns
/// a posting.
package struct SoundPostingsEncoder {
    private let ticks: UInt64
    private var blocks = ByteWriter()
    private var directory: [UInt32] = []
    private var blocksBytes = 0
    private var count = 0
    /// Numbers not yet in a block, from `start` on.
    private var pending: [UInt64] = []
    private var start = 0
    private var last: UInt64?
    private var block: [UInt8]

    /// Numbers gathered before blocks are made of them: one call of the kernel sees a block's worth ahead, and what
    /// is left over is moved rarely.
    private static let gathered = 4096

    /// - Parameter ticks: places are below this; 1 to 2³².
    package init(ticks: UInt64) {
        precondition((1...SoundPostings.ticksMax).contains(ticks), "\(ticks) ticks")
        self.ticks = ticks
        block = [UInt8](repeating: 0, count: SoundPostings.blockBytes)
        pending.reserveCapacity(Self.gathered)
    }

    /// - Parameter posting: above the one before it.
    package mutating func append(_ posting: SoundPosting) {
        precondition(
            posting.key < SoundPostings.keys && UInt64(posting.place) < ticks,
            "key \(posting.key), place \(posting.place) of \(ticks)")
        let value = UInt64(posting.key) * ticks + UInt64(posting.place)
        if let last { precondition(value > last, "\(posting) does not follow the posting before it") }
        last = value
        pending.append(value)
        if pending.count == Self.gathered { pack(least: SoundPostings.numbersOfBlock) }
    }

    /// Takes the bytes that are done; they come before those of the next call.
    package mutating func drain() -> [UInt8] {
        defer { blocks = ByteWriter() }
        return blocks.bytes
    }

    /// The rest of the bytes.
    package consuming func finish() -> [UInt8] {
        pack(least: 1)
        var out = blocks
        let bits = SoundPostings.tableBits(blocks: directory.count)
        let table = SoundPostings.table(of: directory, bits: bits)
        out.reserve(
            out.bytes.count + SoundPostings.entryBytes * (directory.count + table.count) + SoundPostings.footerBytes)
        for entry in directory { out.append(entry) }
        for entry in table { out.append(entry) }
        let words = [
            SoundPostings.magic, UInt64(SoundPostings.formatVersion) | UInt64(bits) << 32, ticks, UInt64(count),
            UInt64(blocksBytes),
        ]
        var sum = SectionChecksum(seed: UInt64(SoundPostings.footerChecksumOffset))
        for word in words {
            sum.add(word)
            out.append(word)
        }
        out.append(sum.value)
        return out.bytes
    }

    /// Makes blocks while at least `least` numbers wait.
    private mutating func pack(least: Int) {
        while pending.count - start >= least {
            let waiting = pending.count - start
            // Only the last block of all is short.
            let last: Int32 = least == 1 && waiting <= SoundPostings.numbersOfBlock ? 1 : 0
            var bytes = 0
            let packed = unsafe pending.withUnsafeBufferPointer { numbers in
                // `start` is below the count, so that the buffer is not empty; a block has room for what is packed.
                unsafe moire_postings_pack(
                    numbers.baseAddress! + start, waiting, ticks, last, &block, &bytes)
            }
            directory.append(UInt32(pending[start] / ticks) << 8 | UInt32(packed))
            start += packed
            count += packed
            blocks.append(contentsOf: bytes == block.count ? block : Array(block[..<bytes]))
            blocksBytes += bytes
        }
        pending.removeFirst(start)
        start = 0
    }
}

extension SoundPostings {
    /// The postings of several lists as one, places moved.
    ///
    /// Holds one block of each list, the places of one key and what the encoder has not given away.
    ///
    /// - Parameter sources: each with where its places go: nil drops the posting, as of a reference that was removed.
    ///   Order need not be kept, but no two postings may become one.
    package static func merge(
        _ sources: [(postings: SoundPostings, moved: (UInt32) -> UInt32?)], into encoder: inout SoundPostingsEncoder
    ) throws(IndexError) {
        var cursors = sources.map { $0.postings.cursor() }
        let moves = sources.map { $0.moved }
        var heads: [SoundPosting?] = []
        for index in cursors.indices { heads.append(try cursors[index].next()) }
        var places: [UInt32] = []
        while let key = heads.compactMap({ $0?.key }).min() {
            for index in cursors.indices {
                let moved = moves[index]
                while let head = heads[index], head.key == key {
                    if let place = moved(head.place) { places.append(place) }
                    heads[index] = try cursors[index].next()
                }
            }
            places.sort()
            for place in places { encoder.append(SoundPosting(key: key, place: place)) }
            places.removeAll(keepingCapacity: true)
        }
    }
}
