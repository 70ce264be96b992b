import CKernels

/// The inverted list of a segment's frame codes: places of a code's strongest bits → codes; `frame_probes.h` says why.
///
/// Consecutive codes of one picture that hardly moves would say the same many times, so each stretch of them posts its
/// first code only (`FrameStretches`). All integers are little-endian, and each part begins at a multiple of 8 bytes:
///
///          0      8  magic "MoireFrm"
///          8      4  format version
///         12      4  h, bits that name a block
///         16      4  postings p of each table
///         20      4  codes
///         24     32  zero
///         56      8  checksum of the 56 bytes before
///     then, twice:
///                 4  each of 2ʰ + 1: the first posting of each block, then p
///                 2  each posting: sixteen more bits of its code; then 32 zeros, which kernels may read
///                 3  each posting: its code's number in the segment, ascending within a block
///
/// Ten bytes a stretch, and 0.2 a code. Opening costs the same at any size: the sizes must add up. What is read later
/// is checked where it is read, so that damage ends in `IndexError.Code.corrupt` or in a wrong candidate; the checksum of
/// the section sees that.
@safe struct FramePostings: Sendable {
    static let magic: UInt64 = 0x6D72_4665_7269_6F4D  // "MoireFrm"
    static let formatVersion: UInt32 = 1
    static let headerBytes = 64
    static let checksumOffset = 56
    static let tables = moire_frame_tables
    static let slackBytes = 32
    /// Codes have 24 bits here.
    static let codesMax = 1 << 24
    /// Segments with fewer codes are scanned, which takes 10 µs a question.
    static let codesLeast = 1024
    /// Postings of a block, about: one cache line of rests, and directories stay small.
    static let postingsOfBlock = 24

    private let file: MappedFile
    private let range: Range<Int>
    /// Of each table.
    let postings: Int
    let codes: Int
    let highBits: Int

    /// - Parameters:
    ///   - range: without any padding.
    ///   - codes: of the segment.
    init(file: MappedFile, range: Range<Int>, codes: Int) throws(IndexError) {
        func refuse(_ why: String) -> IndexError { .corrupt(file.path, "its list of frame codes \(why)") }
        guard range.count >= Self.headerBytes else { throw refuse("is \(range.count) bytes long") }
        guard file.load(range.lowerBound, as: UInt64.self) == Self.magic else {
            throw refuse("does not begin with \"MoireFrm\"")
        }
        let version = file.load(range.lowerBound + 8, as: UInt32.self)
        guard version == Self.formatVersion else {
            throw IndexError(
                .unsupportedVersion,
                "\(file.path): list of frame codes of format \(version), this build reads \(Self.formatVersion); use "
                    + "the build that wrote it, or rebuild the index")
        }
        let sum = file.withBytes(range.lowerBound..<range.lowerBound + Self.checksumOffset) { SectionChecksum.of($0) }
        let stored = file.load(range.lowerBound + Self.checksumOffset, as: UInt64.self)
        guard sum == stored else { throw refuse("has header checksum \(sum), expected \(stored)") }
        let bits = Int(file.load(range.lowerBound + 12, as: UInt32.self))
        let postings = Int(file.load(range.lowerBound + 16, as: UInt32.self))
        // Sizes before arithmetic: below these bounds no sum runs over.
        guard (Int(moire_frame_high_least)...Int(moire_frame_high_most)).contains(bits), postings <= codes,
            codes <= Self.codesMax, Int(file.load(range.lowerBound + 20, as: UInt32.self)) == codes
        else { throw refuse("claims more than there can be") }
        let expected = Self.byteCount(postings: postings, highBits: bits)
        guard expected == range.count else {
            throw refuse("is \(range.count) bytes long, its header needs \(expected)")
        }
        self.file = file
        self.range = range
        self.postings = postings
        self.codes = codes
        highBits = bits
    }

    /// Bits under which blocks have about `postingsOfBlock`.
    static func highBits(postings: Int) -> Int {
        var bits = Int(moire_frame_high_least)
        while bits < Int(moire_frame_high_most), postings >> bits > postingsOfBlock { bits += 1 }
        return bits
    }

    static func byteCount(postings: Int, highBits: Int) -> Int {
        headerBytes + tables * parts(postings: postings, highBits: highBits).reduce(0, +)
    }

    /// Bytes of a table's starts, rests and numbers, with their padding.
    static func parts(postings: Int, highBits: Int) -> [Int] {
        [4 * ((1 << highBits) + 1), 2 * postings + slackBytes, Int(moire_frame_id_bytes) * postings].map {
            ($0 + 7) / 8 * 8
        }
    }

    /// Lends the list to a kernel.
    ///
    /// - Parameter hashes: where the segment's codes lie in the same file.
    @unsafe func withKernel<Result>(hashes: Range<Int>, _ body: (inout moire_frame_postings) -> Result) -> Result {
        let parts = Self.parts(postings: postings, highBits: highBits)
        let tableBytes = parts.reduce(0, +)
        return unsafe file.withWords(hashes) { codes in
            unsafe file.withWords(range) { words in
                // The parts' sizes were added up when the list was opened, so that each table lies inside the range.
                let base = unsafe UnsafeRawPointer(words!).assumingMemoryBound(to: UInt8.self) + Self.headerBytes
                func table(_ number: Int) -> moire_frame_table {
                    let start = unsafe base + number * tableBytes
                    return unsafe moire_frame_table(
                        starts: start, rests: start + parts[0], ids: start + parts[0] + parts[1],
                        count: UInt32(postings))
                }
                var kernel = unsafe moire_frame_postings(
                    tables: (table(0), table(1)), high_bits: UInt32(highBits), codes: codes,
                    code_count: UInt32(self.codes))
                return unsafe body(&kernel)
            }
        }
    }

    var damaged: IndexError { .corrupt(file.path, "its list of frame codes holds no possible numbers") }

    /// Reads everything once: blocks follow each other, and numbers ascend within them and name codes.
    func verify() throws(IndexError) {
        let parts = Self.parts(postings: postings, highBits: highBits)
        for table in 0..<Self.tables {
            let starts = range.lowerBound + Self.headerBytes + table * parts.reduce(0, +)
            let numbers = starts + parts[0] + parts[1]
            func start(_ block: Int) -> Int { Int(file.load(starts + 4 * block, as: UInt32.self)) }
            func number(_ posting: Int) -> Int {
                let at = numbers + Int(moire_frame_id_bytes) * posting
                return Int(file.load(at, as: UInt16.self)) | Int(file.load(at + 2, as: UInt8.self)) << 16
            }
            guard start(0) == 0, start(1 << highBits) == postings else { throw damaged }
            for block in 0..<1 << highBits {
                guard start(block) <= start(block + 1), start(block + 1) <= postings else { throw damaged }
                var last = -1
                for posting in start(block)..<start(block + 1) {
                    let next = number(posting)
                    guard next > last, next < codes else { throw damaged }
                    last = next
                }
            }
        }
    }
}
