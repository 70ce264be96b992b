/// Where everything lies in a segment file.
///
/// A segment is written once and never changed. All integers are little-endian. The sections follow the
/// header in this order, each starting at a multiple of 64 bytes (so that codes can be scanned where they
/// are mapped) and padded with zeros up to the next; the padding is part of a section's checksum.
///
///     header      256  below
///     references   64  each, ordered by the id's bytes
///     names         n  bytes of UTF-8, in the references' order
///     hashes       32  each frame code that is kept (`FrameThinning`): four words
///     times         4  each frame code: milliseconds
///     qualities     1  each frame code
///     peaks         n  bytes of sound peaks (`SoundPeakCoding`), reference by reference
///     postings      n  bytes of the peaks' landmarks, by key (`SoundPostings`)
///     frames        n  bytes of the frame codes' list (`FramePostings`); absent where there are few
///     places        n  bytes of local features (`LocalSection`); absent where there are none
///     movements     n  bytes of traces (`MovementSection`); absent where there are none, and in format 3
///
/// Header:
///
///          0      8  magic "MoireSeg"
///          8      4  format version
///         12      4  zero
///         16      8  file bytes
///         24      4  references
///         28      4  frame codes
///         32      4  bytes of peaks
///         36      4  bytes of names
///         40  16·8  checksums of the sections, in order, then zeros
///        168      8  bytes of postings
///        176      8  sound peaks
///        184      8  bytes of frames
///        192      8  bytes of places
///        200      8  bytes of movements
///        208     40  zero
///        248      8  checksum of the 248 bytes before
///
/// Reference record:
///
///          0      8  sequence
///          8      8  duration of the reference, seconds, as a double
///         16      8  duration of the fingerprint, the same
///         24      4  start of its names
///         28   6·2  bytes of id, bank, creator, publication time, picture's and sound's abstain reason;
///                    0xFFFF where there is none
///         40      4  first frame code
///         44      4  frame codes
///         48      4  first byte of its peaks
///         52      4  bytes of its peaks
///         56      4  sound peaks
///         60      4  first tick of its sound on the segment's timeline
struct SegmentLayout: Equatable, Sendable {
    static let magic: UInt64 = 0x6765_5365_7269_6F4D  // "MoireSeg"
    static let formatVersion: UInt32 = 4
    /// Written where there are no movements, and otherwise the same.
    static let motionlessVersion: UInt32 = 3
    static let headerBytes = 256
    static let checksumsOffset = 40
    static let postingBytesOffset = 168
    static let peakCountOffset = 176
    static let frameBytesOffset = 184
    static let placeBytesOffset = 192
    static let movementBytesOffset = 200
    static let headerChecksumOffset = 248
    static let recordBytes = 64
    static let hashBytes = 32
    static let timeBytes = 4
    static let qualityBytes = 1
    static let boundary = 64
    static let noName: UInt16 = 0xFFFF
    /// Ticks between two sounds: 1.5 s.
    static let ticksBetween: UInt32 = 64

    enum Section: Int, CaseIterable {
        case references, names, hashes, times, qualities, peaks, postings, frames, places, movements

        /// What goes over into another segment as it is, or in part, besides records and names, which opening has seen.
        static let copied: [Section] = [.hashes, .times, .qualities, .peaks, .places, .movements]
    }

    let references: Int
    let codes: Int
    let peakBytes: Int
    let nameBytes: Int
    let postingBytes: Int
    let frameBytes: Int
    let placeBytes: Int
    let movementBytes: Int
    /// Start of each section, then the end of the file.
    private let starts: [Int]

    /// Counts come from 32-bit fields, and the 64-bit sizes are checked here, so no sum can overflow.
    init(
        references: UInt32, codes: UInt32, peakBytes: UInt32, nameBytes: UInt32, postingBytes: UInt64,
        frameBytes: UInt64, placeBytes: UInt64, movementBytes: UInt64
    ) {
        self.references = Int(references)
        self.codes = Int(codes)
        self.peakBytes = Int(peakBytes)
        self.nameBytes = Int(nameBytes)
        self.postingBytes = Int(min(postingBytes, UInt64(IndexLimits.segmentBytes)))
        self.frameBytes = Int(min(frameBytes, UInt64(IndexLimits.segmentBytes)))
        self.placeBytes = Int(min(placeBytes, UInt64(IndexLimits.segmentBytes)))
        self.movementBytes = Int(min(movementBytes, UInt64(IndexLimits.segmentBytes)))
        let sizes = [
            Self.recordBytes * Int(references), Int(nameBytes), Self.hashBytes * Int(codes),
            Self.timeBytes * Int(codes), Self.qualityBytes * Int(codes), Int(peakBytes), self.postingBytes,
            self.frameBytes, self.placeBytes, self.movementBytes,
        ]
        var starts = [Self.headerBytes]
        for size in sizes {
            let end = starts[starts.count - 1] + size
            starts.append(Self.padded(end))
        }
        self.starts = starts
    }

    /// Up to the next section.
    static func padded(_ bytes: Int) -> Int { (bytes + boundary - 1) / boundary * boundary }

    /// Of a record's six names together.
    static func bytes(ofNames lengths: [6 of UInt16]) -> Int {
        lengths.indices.reduce(0) { $0 + (lengths[$1] == noName ? 0 : Int(lengths[$1])) }
    }

    var fileBytes: Int { starts[Section.allCases.count] }
    func start(_ section: Section) -> Int { starts[section.rawValue] }
    /// With its padding.
    func range(_ section: Section) -> Range<Int> { starts[section.rawValue]..<starts[section.rawValue + 1] }
    static func checksumOffset(_ section: Section) -> Int { checksumsOffset + 8 * section.rawValue }
}
