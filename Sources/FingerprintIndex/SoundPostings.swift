import CKernels

/// A landmark of a stored sound.
package struct SoundPosting: Sendable, Equatable, Hashable, BitwiseCopyable {
    /// Below 2²⁴.
    package var key: UInt32
    /// Tick on the timeline that the stored sounds share.
    package var place: UInt32

    package init(key: UInt32, place: UInt32) {
        self.key = key
        self.place = place
    }
}

/// The inverted list of sound landmarks: key → places, compressed, read where it is mapped.
///
/// Postings in ascending order are numbers, key × ticks + place, whose gaps are coded block by block; how is drawn in
/// `sound_postings.h`. One code serves both ends: in a short sound the gaps reach over many keys that do not occur,
/// in a large index they are the ticks between two places of one key. Where places know nothing of each other no code
/// takes fewer bits a posting than the entropy of the keys and log2(e × ticks / postings), and blocks take up to 1.2
/// more; the bursts of real sound take less: 2.2 bytes a posting at 1,000 hours, 2.4 at ten, 2.9 at five minutes.
/// All integers are little-endian:
///
///     blocks       256  each; the last is as short as its content
///     directory      4  each block: first key (24 bits above), numbers in it (8 bits below)
///     table          4  each of 2^bits + 1, or absent: blocks that begin below that prefix of a key
///     footer        48  below
///
///          0      8  magic "MoireSnd"
///          8      4  format version
///         12      4  bits of the table, 0 when there is none
///         16      8  ticks: places are below
///         24      8  postings
///         32      8  bytes of blocks
///         40      8  checksum of the 40 bytes before
///
/// Opening costs the same at any size: the footer is checked and the sizes must add up. Everything else is checked
/// where it is read, so that damage ends in `IndexError.Code.corrupt` or, where a number is damaged into another
/// possible one, in a wrong place; the checksum of whoever holds the bytes sees that.
@safe package struct SoundPostings: Sendable {
    static let magic: UInt64 = 0x646E_5365_7269_6F4D  // "MoireSnd"
    static let formatVersion: UInt32 = 1
    static let footerBytes = 48
    static let footerChecksumOffset = 40
    static let blockBytes = moire_postings_block_bytes
    static let numbersOfBlock = moire_postings_block_count
    static let entryBytes = 4
    /// Keys are below this.
    package static let keys: UInt32 = 1 << 24
    /// Length of the timeline at most: places have 32 bits. At 23.2 ms a tick three years.
    package static let ticksMax: UInt64 = 1 << 32

    /// The table's prefixes are so long that about this many blocks share one: a lookup's binary search stays within
    /// one or two cache lines of the directory, and the table costs a two-thousandth of the blocks.
    static let blocksOfPrefix = 8
    /// 4 MB of table: beyond, searching a few steps longer is cheaper than missing the cache.
    static let tableBitsMax = 20

    enum Storage: Sendable {
        case file(MappedFile, Range<Int>)
        case memory([UInt8])
    }

    private let storage: Storage
    /// What errors call it.
    let name: String
    package let byteCount: Int
    /// Postings.
    package let count: Int
    /// Places are below this.
    package let ticks: UInt64
    let blocks: Int
    let blocksBytes: Int
    let tableBits: Int

    /// - Parameter bytes: what `SoundPostingsEncoder` gave.
    package init(_ bytes: [UInt8], name: String) throws(IndexError) {
        try self.init(.memory(bytes), name: name)
    }

    /// A whole file, mapped.
    package init(path: String) throws(IndexError) {
        guard let file = try MappedFile(path: path, bytesMax: IndexLimits.segmentBytes) else {
            throw IndexError(.missing, "\(path): there is no such file")
        }
        try self.init(.file(file, 0..<file.byteCount), name: path)
    }

    /// A section of a mapped file, without any padding.
    init(file: MappedFile, range: Range<Int>) throws(IndexError) {
        try self.init(.file(file, range), name: file.path)
    }

    private init(_ storage: Storage, name: String) throws(IndexError) {
        self.storage = storage
        self.name = name
        byteCount =
            switch storage {
            case .file(_, let range): range.count
            case .memory(let bytes): bytes.count
            }
        guard byteCount >= Self.footerBytes else {
            throw .corrupt(
                name, "its sound postings are \(byteCount) bytes long, expected at least \(Self.footerBytes)")
        }
        let footer = byteCount - Self.footerBytes
        let read = Self.words(storage, from: footer)
        guard read.words[0] == Self.magic else {
            throw .corrupt(name, "its sound postings do not end with a footer")
        }
        let version = UInt32(truncatingIfNeeded: read.words[1])
        guard version == Self.formatVersion else {
            throw IndexError(
                .unsupportedVersion,
                "\(name): sound postings of format \(version), this build reads \(Self.formatVersion); use the build "
                    + "that wrote them, or rebuild the index")
        }
        guard read.words[5] == read.checksum else {
            throw .corrupt(name, "its sound postings' footer has checksum \(read.checksum), expected \(read.words[5])")
        }
        let (bits, ticks, count, blocksBytes) = (read.words[1] >> 32, read.words[2], read.words[3], read.words[4])
        // Sizes before arithmetic: below these bounds no sum runs over.
        guard bits <= Self.tableBitsMax, (1...Self.ticksMax).contains(ticks), count <= 1 << 48,
            blocksBytes <= UInt64(footer)
        else { throw .corrupt(name, "its sound postings' footer claims more than there can be") }
        self.ticks = ticks
        self.count = Int(count)
        self.blocksBytes = Int(blocksBytes)
        tableBits = Int(bits)
        blocks = (Int(blocksBytes) + Self.blockBytes - 1) / Self.blockBytes
        let expected = Int(blocksBytes) + Self.entryBytes * (blocks + Self.tableEntries(bits: tableBits))
        guard expected == footer, blocks <= Int(UInt32.max), self.count <= blocks * Self.numbersOfBlock else {
            throw .corrupt(name, "its sound postings are \(footer) bytes long, their footer needs \(expected)")
        }
    }

    static func tableEntries(bits: Int) -> Int { bits == 0 ? 0 : (1 << bits) + 1 }

    static func tableBits(blocks: Int) -> Int {
        let prefixes = blocks / blocksOfPrefix
        return prefixes < 2 ? 0 : min(tableBitsMax, prefixes.bitWidth - 1 - prefixes.leadingZeroBitCount)
    }

    /// The footer's six words and the checksum of all but the last.
    private static func words(_ storage: Storage, from: Int) -> (words: [UInt64], checksum: UInt64) {
        unsafe withBytes(storage) { bytes in
            // In bounds: the caller has seen that a footer fits.
            let words = (0..<6).map {
                unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: from + 8 * $0, as: UInt64.self))
            }
            var sum = SectionChecksum(seed: UInt64(footerChecksumOffset))
            for word in words.dropLast() { sum.add(word) }
            return (words, sum.value)
        }
    }

    private static func withBytes<Result>(
        _ storage: Storage, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        switch storage {
        case .file(let file, let range): file.withBytes(range) { span in unsafe span.withUnsafeBytes(body) }
        case .memory(let bytes): unsafe bytes.withUnsafeBytes(body)
        }
    }

    /// Lends the list to a kernel.
    @unsafe func withKernel<Result>(_ body: (inout moire_postings) -> Result) -> Result {
        unsafe Self.withBytes(storage) { bytes in
            // A footer at least is there, and the parts' sizes add up to what lies before it.
            let base = unsafe bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
            let directory = unsafe base + blocksBytes
            var kernel = unsafe moire_postings(
                blocks: base, blocks_bytes: UInt64(blocksBytes), directory: directory, block_count: UInt32(blocks),
                table: directory + Self.entryBytes * blocks, table_bits: UInt32(tableBits), ticks: ticks)
            return unsafe body(&kernel)
        }
    }

    func damaged(block: Int) -> IndexError {
        .corrupt(name, "block \(block) of \(blocks) of its sound postings holds no possible numbers")
    }
}
