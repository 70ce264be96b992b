/// The index as a whole at one moment: which segments live, which of their references do not, and what an operator
/// decided about its banks.
///
/// The only file that changes, and it changes by rename: a reader sees one state or the next.
///
///     offset  bytes  (little-endian)
///          0      8  magic "MoireIdx"
///          8      4  format version
///         12      4  bytes of the policy p; zero in format 1
///         16      8  generation, one more for each change
///         24      8  next sequence
///         32      8  next segment number
///         40      4  segment count s
///         44      4  tombstone count t
///         48   24 s  segments: number, file bytes, header checksum
///  48 + 24 s   16 t  tombstones: segment number (8), record number (4), zero (4); ascending
///          …      p  policy, see `BankPolicy`
///        end      8  checksum of all before
struct Manifest: Equatable, Sendable {
    static let fileName = "manifest"
    static let magic: UInt64 = 0x7864_4965_7269_6F4D  // "MoireIdx"
    static let formatVersion: UInt32 = 2
    /// Format 1 has no policy, and is read.
    private static let oldestVersion: UInt32 = 1
    private static let headBytes = 48
    private static let segmentBytes = 24
    private static let tombstoneBytes = 16
    private static let checksumBytes = 8
    static let bytesMax =
        headBytes + segmentBytes * IndexLimits.segments + tombstoneBytes * IndexLimits.tombstones
        + BankPolicy.bytesMax + checksumBytes

    struct SegmentEntry: Equatable, Sendable {
        var number: UInt64
        var bytes: UInt64
        /// Ties the manifest to exactly this file.
        var headerChecksum: UInt64

        var fileName: String { Manifest.segmentName(number) }
    }

    struct Tombstone: Equatable, Hashable, Sendable, Comparable {
        var segment: UInt64
        var record: UInt32

        static func < (a: Tombstone, b: Tombstone) -> Bool { (a.segment, a.record) < (b.segment, b.record) }
    }

    var generation: UInt64 = 0
    var nextSequence: UInt64 = 1
    var nextSegment: UInt64 = 1
    var segments: [SegmentEntry] = []
    var tombstones: [Tombstone] = []
    var policy = BankPolicy()

    /// `segment-` and sixteen hex digits.
    static func segmentName(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return "segment-" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    func encoded() -> [UInt8] {
        let policy = policy.encoded()
        var writer = ByteWriter()
        writer.append(Self.magic)
        writer.append(Self.formatVersion)
        writer.append(UInt32(policy.count))
        writer.append(generation)
        writer.append(nextSequence)
        writer.append(nextSegment)
        writer.append(UInt32(segments.count))
        writer.append(UInt32(tombstones.count))
        for segment in segments {
            writer.append(segment.number)
            writer.append(segment.bytes)
            writer.append(segment.headerChecksum)
        }
        for tombstone in tombstones.sorted() {
            writer.append(tombstone.segment)
            writer.append(tombstone.record)
            writer.append(UInt32(0))
        }
        writer.append(contentsOf: policy)
        writer.append(SectionChecksum.of(writer.bytes, 0..<writer.bytes.count))
        return writer.bytes
    }

    init() {}

    /// Checks sizes before arithmetic, then the checksum, then that the parts agree.
    init(decoding bytes: [UInt8], path: String) throws(IndexError) {
        func word(_ offset: Int) -> UInt64 {
            var value: UInt64 = 0
            for index in 0..<8 { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
            return value
        }
        func half(_ offset: Int) -> UInt32 {
            UInt32(truncatingIfNeeded: word(offset & ~7) >> UInt64(8 * (offset & 7)))
        }
        let smallest = Self.headBytes + Self.checksumBytes
        guard bytes.count >= smallest else {
            throw .corrupt(path, "is \(bytes.count) bytes long, expected at least \(smallest)")
        }
        guard word(0) == Self.magic else {
            throw IndexError(
                .notAnIndex,
                "\(path): does not begin with \"MoireIdx\", so it is no manifest of an index; "
                    + "name another folder")
        }
        let version = half(8)
        guard (Self.oldestVersion...Self.formatVersion).contains(version) else {
            throw IndexError(
                .unsupportedVersion,
                "\(path): format \(version), this build reads \(Self.formatVersion); "
                    + "use the build that wrote it, or rebuild the index")
        }
        let policyBytes = Int(half(12)), segmentCount = Int(half(40)), tombstoneCount = Int(half(44))
        guard segmentCount <= IndexLimits.segments, tombstoneCount <= IndexLimits.tombstones,
            policyBytes <= BankPolicy.bytesMax
        else {
            throw .corrupt(
                path, "claims \(segmentCount) segments, \(tombstoneCount) tombstones and \(policyBytes) bytes of policy"
            )
        }
        let tombstonesStart = Self.headBytes + segmentCount * Self.segmentBytes
        let policyStart = tombstonesStart + tombstoneCount * Self.tombstoneBytes
        let checksumStart = policyStart + policyBytes
        guard bytes.count == checksumStart + Self.checksumBytes else {
            throw .corrupt(path, "is \(bytes.count) bytes long, expected \(checksumStart + Self.checksumBytes)")
        }
        // Behind a policy of any length, so at no multiple of eight.
        let expected = word(checksumStart)
        let got = SectionChecksum.of(bytes, 0..<checksumStart)
        guard expected == got else { throw .corrupt(path, "checksum \(got), expected \(expected)") }
        generation = word(16)
        nextSequence = word(24)
        nextSegment = word(32)
        segments = (0..<segmentCount).map { index in
            let start = Self.headBytes + index * Self.segmentBytes
            return SegmentEntry(number: word(start), bytes: word(start + 8), headerChecksum: word(start + 16))
        }
        tombstones = (0..<tombstoneCount).map { index in
            let start = tombstonesStart + index * Self.tombstoneBytes
            return Tombstone(segment: word(start), record: half(start + 8))
        }
        guard let policy = BankPolicy(decoding: bytes[policyStart..<checksumStart]) else {
            throw .corrupt(path, "has a policy that cannot be read")
        }
        self.policy = policy
        guard Set(segments.map(\.number)).count == segmentCount else {
            throw .corrupt(path, "names a segment twice")
        }
        for segment in segments where segment.number >= nextSegment || segment.bytes > UInt64(IndexLimits.segmentBytes)
        {
            throw .corrupt(path, "segment \(segment.number) of \(segment.bytes) bytes cannot be")
        }
    }
}
