import CKernels
import Fingerprints

/// A segment's local features: reference by reference and frame by frame, and an inverted list of their codes.
///
/// All integers are little-endian, and each part begins at a multiple of 8 bytes:
///
///          0      8  magic "MoireLoc"
///          8      4  format version
///         12      4  references r
///         16      4  frames f
///         20      4  features n
///         24      4  k, bits that name a block of the list
///         28      4  b, bytes of a feature's number: 4; in format 1, where they are 3, zero
///         32     24  zero
///         56      8  checksum of the 56 bytes before
///     then:
///                 8  each of r + 1 references: first frame (4), width and height of its picture (2, 2)
///                 8  each of f + 1 frames: milliseconds (4), first feature (4)
///                15  each feature: code (12), x and y in 1/256 of the longest side, scale
///                 4  each of 2ᵏ + 1 blocks: its first posting
///                 2  each posting: the 16 bits of its `moire_local_list_word` after the k that name the block
///                 b  each posting: its feature's number, ascending within a block
///
/// The last reference, frame and block only say where the one before ends. Twenty bytes a feature. Format 1 is written
/// where three bytes will do. Opening costs the same at any size: the sizes must add up. What is read later is checked
/// where it is read.
@safe struct LocalSection: Sendable {
    static let magic: UInt64 = 0x636F_4C65_7269_6F4D  // "MoireLoc"
    static let formatVersion: UInt32 = 2
    /// Its numbers have three bytes.
    static let narrowVersion: UInt32 = 1
    static let headerBytes = 64
    static let checksumOffset = 56
    static let featureBytes = 15
    static let tagBytes = 2
    /// Features with numbers of three bytes.
    static let narrowMax = 1 << 24
    static let featuresMax = 1 << 28
    static let keyBits = 4...24
    /// Postings of a block, about: their tags fill half a cache line.
    static let postingsOfBlock = 16

    private let file: MappedFile
    private let range: Range<Int>
    let references: Int
    let frames: Int
    let features: Int
    let blockBits: Int
    let numberBytes: Int
    /// Start of each part in the file, then the end.
    private let starts: [Int]

    /// - Parameters:
    ///   - range: without any padding.
    ///   - references: of the segment.
    init(file: MappedFile, range: Range<Int>, references: Int) throws(IndexError) {
        func refuse(_ why: String) -> IndexError { .corrupt(file.path, "its local features \(why)") }
        guard range.count >= Self.headerBytes else { throw refuse("are \(range.count) bytes long") }
        guard file.load(range.lowerBound, as: UInt64.self) == Self.magic else {
            throw refuse("do not begin with \"MoireLoc\"")
        }
        let version = file.load(range.lowerBound + 8, as: UInt32.self)
        guard (Self.narrowVersion...Self.formatVersion).contains(version) else {
            throw IndexError(
                .unsupportedVersion,
                "\(file.path): local features of format \(version), this build reads \(Self.narrowVersion) and "
                    + "\(Self.formatVersion); use the build that wrote it, or rebuild the index")
        }
        let sum = file.withBytes(range.lowerBound..<range.lowerBound + Self.checksumOffset) { SectionChecksum.of($0) }
        let stored = file.load(range.lowerBound + Self.checksumOffset, as: UInt64.self)
        guard sum == stored else { throw refuse("have header checksum \(sum), expected \(stored)") }
        func count(_ offset: Int) -> Int { Int(file.load(range.lowerBound + offset, as: UInt32.self)) }
        (self.references, frames, features, blockBits) = (count(12), count(16), count(20), count(24))
        numberBytes = version == Self.narrowVersion ? 3 : count(28)
        // Sizes before arithmetic: below these bounds no sum runs over.
        let isNarrow = version == Self.narrowVersion
        guard self.references == references, features <= (isNarrow ? Self.narrowMax : Self.featuresMax),
            Self.keyBits.contains(blockBits), isNarrow || numberBytes == 4
        else { throw refuse("claim more than there can be") }
        var starts = [range.lowerBound + Self.headerBytes]
        for size in Self.parts(
            references: references, frames: frames, features: features, blockBits: blockBits, numberBytes: numberBytes)
        {
            starts.append(starts[starts.count - 1] + size)
        }
        guard starts[starts.count - 1] == range.upperBound else {
            throw refuse(
                "are \(range.count) bytes long, their header needs \(starts[starts.count - 1] - range.lowerBound)")
        }
        self.starts = starts
        self.file = file
        self.range = range
    }

    /// Bytes of the parts, with their padding.
    static func parts(references: Int, frames: Int, features: Int, blockBits: Int, numberBytes: Int) -> [Int] {
        [
            8 * (references + 1), 8 * (frames + 1), featureBytes * features, 4 * ((1 << blockBits) + 1),
            tagBytes * features, numberBytes * features,
        ].map { ($0 + 7) / 8 * 8 }
    }

    /// Bits under which blocks have about `postingsOfBlock`.
    static func blockBits(features: Int) -> Int {
        var bits = keyBits.lowerBound
        while bits < keyBits.upperBound, features >> bits > postingsOfBlock { bits += 1 }
        return bits
    }

    private func damaged(_ what: String) -> IndexError { .corrupt(file.path, "its local features hold \(what)") }

    // MARK: Reading

    /// The frames of a reference, checked.
    func frames(of reference: Int) throws(IndexError) -> Range<Int> {
        let from = Int(file.load(starts[0] + 8 * reference, as: UInt32.self))
        let to = Int(file.load(starts[0] + 8 * reference + 8, as: UInt32.self))
        guard from <= to, to <= frames else { throw damaged("impossible frames") }
        return from..<to
    }

    /// Width and height of a reference's pictures.
    func pictureSize(of reference: Int) -> (width: UInt16, height: UInt16) {
        (
            file.load(starts[0] + 8 * reference + 4, as: UInt16.self),
            file.load(starts[0] + 8 * reference + 6, as: UInt16.self)
        )
    }

    /// Lends all features of a reference.
    func withFeatures<Result>(
        of reference: Int, _ body: (RawSpan) throws(IndexError) -> Result
    ) throws(IndexError) -> Result {
        let features = try features(of: frames(of: reference))
        let start = starts[2]
        return try file.withBytes(
            start + Self.featureBytes * features.lowerBound..<start + Self.featureBytes * features.upperBound, body)
    }

    func milliseconds(_ frame: Int) -> UInt32 { file.load(starts[1] + 8 * frame, as: UInt32.self) }

    /// The features of some frames, checked.
    func features(of frames: Range<Int>) throws(IndexError) -> Range<Int> {
        let from = Int(file.load(starts[1] + 8 * frames.lowerBound + 4, as: UInt32.self))
        let to = Int(file.load(starts[1] + 8 * frames.upperBound + 4, as: UInt32.self))
        guard from <= to, to <= features else { throw damaged("impossible features") }
        return from..<to
    }

    /// Everything of one reference.
    func fingerprint(of reference: Int) throws(IndexError) -> LocalFingerprint {
        let range = try frames(of: reference)
        guard !range.isEmpty else { return .none }
        var frames: [LocalFrame] = []
        frames.reserveCapacity(range.count)
        for frame in range {
            let places = try features(of: frame..<frame + 1)
            frames.append(LocalFrame(ptsMs: milliseconds(frame), features: places.map(feature)))
        }
        let size = pictureSize(of: reference)
        return LocalFingerprint(width: size.width, height: size.height, frames: frames)
    }

    private func feature(_ number: Int) -> LocalFeature {
        let start = starts[2] + Self.featureBytes * number
        func byte(_ offset: Int) -> UInt8 { file.load(start + offset, as: UInt8.self) }
        return LocalFeature(
            x: UInt16(byte(12)) << 8 | 0x80, y: UInt16(byte(13)) << 8 | 0x80, scale: byte(14),
            code: LocalCode(
                file.load(start, as: UInt32.self), file.load(start + 4, as: UInt32.self),
                file.load(start + 8, as: UInt32.self)))
    }

    /// The frame that a feature belongs to, by a search that begins at an earlier feature's and takes longer steps the
    /// farther it goes: of many features in order each is found in about as many steps as their distance has bits.
    func frame(holding feature: Int, from first: Int) -> Int {
        var low = first, step = 1
        while low + step < frames, firstFeature(low + step) <= feature {
            low += step
            step *= 2
        }
        // The frame sought is `low` or later, and earlier than this.
        var high = min(frames, low + step)
        while low + 1 < high {
            let middle = (low + high) / 2
            if firstFeature(middle) <= feature { low = middle } else { high = middle }
        }
        return low
    }

    /// One more than the last gives the end.
    func firstFeature(_ frame: Int) -> Int { Int(file.load(starts[1] + 8 * frame + 4, as: UInt32.self)) }

    /// The reference that a frame belongs to, by binary search.
    func reference(holdingFrame frame: Int) -> Int {
        var low = 0, high = references
        while low < high {
            let middle = (low + high) / 2
            if Int(file.load(starts[0] + 8 * middle, as: UInt32.self)) <= frame {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return max(0, low - 1)
    }

    /// Where a feature lies, and the log₂ of its size, as `LocalPrint` has them.
    func place(_ number: Int) -> (x: Float, y: Float, size: Float) {
        let start = starts[2] + Self.featureBytes * number + 12
        func place(_ offset: Int) -> Float {
            Float(UInt16(file.load(start + offset, as: UInt8.self)) << 8 | 0x80) / 65_536
        }
        return (place(0), place(1), Float(file.load(start + 2, as: UInt8.self)) / 16 - 10)
    }

    /// Seconds.
    func time(_ frame: Int) -> Double { Double(milliseconds(frame)) / 1000 }

    /// Whether a frame shows what the one before it in the same reference shows; `LocalPrint` makes one of both.
    func repeatsItsPredecessor(_ frame: Int, of reference: Int) throws(IndexError) -> Bool {
        guard frame > (try frames(of: reference)).lowerBound else { return false }
        let before = try features(of: frame - 1..<frame), own = try features(of: frame..<frame + 1)
        guard before.count == own.count else { return false }
        return zip(before, own).allSatisfy { feature($0) == feature($1) }
    }

    /// Lends the list to a kernel.
    @unsafe func withKernel<Result>(_ body: (inout moire_local_list) -> Result) -> Result {
        unsafe file.withWords(range) { words in
            // The parts' sizes were added up when the section was opened.
            let base = unsafe UnsafeRawPointer(words!).assumingMemoryBound(to: UInt8.self) - range.lowerBound
            var list = unsafe moire_local_list(
                features: base + starts[2], feature_count: UInt32(features), block_bits: UInt32(blockBits),
                starts: base + starts[3], tags: base + starts[4], numbers: base + starts[5],
                number_bytes: UInt32(numberBytes))
            return unsafe body(&list)
        }
    }

    var damagedList: IndexError { damaged("an impossible list") }

    private func number(ofPosting place: Int) -> Int {
        let at = starts[5] + numberBytes * place
        if numberBytes == 4 { return Int(file.load(at, as: UInt32.self)) }
        return Int(file.load(at, as: UInt16.self)) | Int(file.load(at + 2, as: UInt8.self)) << 16
    }

    /// Reads everything once.
    func verify() throws(IndexError) {
        var frame = 0, feature = 0
        for reference in 0..<references {
            let range = try frames(of: reference)
            guard range.lowerBound == frame else { throw damaged("references that do not follow each other") }
            frame = range.upperBound
        }
        guard frame == frames else { throw damaged("frames of no reference") }
        for frame in 0..<frames {
            let range = try features(of: frame..<frame + 1)
            guard range.lowerBound == feature else { throw damaged("frames that do not follow each other") }
            feature = range.upperBound
        }
        guard feature == features else { throw damaged("features of no frame") }
        var posting = 0
        for block in 0..<1 << blockBits {
            let from = Int(file.load(starts[3] + 4 * block, as: UInt32.self))
            let to = Int(file.load(starts[3] + 4 * block + 4, as: UInt32.self))
            guard from == posting, from <= to, to <= features else { throw damagedList }
            posting = to
            var last = -1
            for place in from..<to {
                let number = number(ofPosting: place)
                guard number > last, number < features else { throw damagedList }
                last = number
            }
        }
        guard posting == features else { throw damagedList }
    }
}
