/// Ceilings of the index, each with its reason. A file that claims more is refused before anything is
/// allocated for it.
enum IndexLimits {
    /// Bytes of an id, bank or creator name: generous for paths and URLs, small beside a fingerprint.
    static let nameBytes = 1024
    /// Frame codes of one reference: three days at four a second.
    static let codesOfReference = 1 << 20
    /// Peaks of sound of one reference: three days at sixty a second.
    static let peaksOfReference = 1 << 24
    /// Local features of one reference: a day of rich pictures.
    static let placesOfReference = 1 << 22
    /// What one segment holds at most, so that every number fits its field.
    struct Room {
        var references = 0
        /// Frame codes.
        var codes = 0
        /// Peaks of sound.
        var peaks = 0
        /// Local features, and the frames that have them.
        var places = 0
        var pictures = 0
        /// Length of the timeline that its sounds share, ticks of 23.2 ms: places have 32 bits.
        var ticks = 0
        /// Bytes of peaks, and of names: where they begin has 32 bits.
        var peakBytes = 0
        var nameBytes = 0

        /// While entries come in: 8 MB of codes, a day of sound, so that a merge takes a few hundred megabytes and
        /// seconds.
        static let everyday = {
            var room = compact
            (room.codes, room.peaks, room.places) = (1 << 18, 1 << 22, 1 << 22)
            return room
        }()
        /// For an index that is set in order: two months of codes, three of local features, four of sound. A lookup asks
        /// every segment, so fewer are faster.
        static let compact = Room(
            references: 1 << 24, codes: FramePostings.codesMax, peaks: 1 << 28, places: LocalSection.featuresMax,
            pictures: 1 << 30, ticks: 1 << 31, peakBytes: Int(UInt32.max), nameBytes: Int(UInt32.max))

        static func + (a: Room, b: Room) -> Room {
            Room(
                references: a.references + b.references, codes: a.codes + b.codes, peaks: a.peaks + b.peaks,
                places: a.places + b.places, pictures: a.pictures + b.pictures, ticks: a.ticks + b.ticks,
                peakBytes: a.peakBytes + b.peakBytes, nameBytes: a.nameBytes + b.nameBytes)
        }

        func fits(in room: Room) -> Bool {
            references <= room.references && codes <= room.codes && peaks <= room.peaks && places <= room.places
                && pictures <= room.pictures && ticks <= room.ticks && peakBytes <= room.peakBytes
                && nameBytes <= room.nameBytes
        }
    }
    /// An index with no more frame codes than this (two and a quarter hours) is scanned: every frame of a query is compared
    /// with every code, 2 ns for both sides of the picture. Sixteen frames cost as much through the lists at 17,000 codes;
    /// up to twice that the scan is kept, since it misses nothing. Beyond, it also hands on every third reference.
    static let scannedCodes = 1 << 15
    /// Segments larger than this are not merged further, bytes.
    static let mergedBytes = 64 << 20
    /// A segment file, bytes: offsets stay far inside 63 bits and postings inside 32.
    static let segmentBytes = 1 << 36
    /// Segments of one index, against a manifest that makes no sense.
    static let segments = 1 << 16
    static let tombstones = 1 << 24
    /// All sections are checked while opening an index up to this size, about 4 ms; of larger ones the headers
    /// and reference tables are checked, and the rest by `verify()`.
    static let bytesCheckedAtOpen = 16 << 20
    /// How long a second writer waits for the first, seconds.
    static let writerPatience = 5.0
    /// How often a reader that lost a race with a merging writer looks again.
    static let openAttempts = 8
}
