import CKernels

/// The code of a local feature: 96 bits of a blob's surroundings, the steadiest first.
///
/// What the bits mean is in `keypoints.h`: bit 0 says bright or dark, the others are signs of frequencies of the
/// gradients around. Unrelated places differ in about half of them.
public struct LocalCode: Sendable, Hashable, BitwiseCopyable {
    public var word0: UInt32
    public var word1: UInt32
    public var word2: UInt32

    public static let bits = 96
    public static let zero = LocalCode(0, 0, 0)

    public init(_ word0: UInt32, _ word1: UInt32, _ word2: UInt32) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
    }

    init(_ code: moire_code96) { self.init(code.words.0, code.words.1, code.words.2) }

    /// Bits that differ, 0...96.
    public func hammingDistance(to other: LocalCode) -> Int {
        (word0 ^ other.word0).nonzeroBitCount + (word1 ^ other.word1).nonzeroBitCount
            + (word2 ^ other.word2).nonzeroBitCount
    }

    public static func ^ (a: LocalCode, b: LocalCode) -> LocalCode {
        LocalCode(a.word0 ^ b.word0, a.word1 ^ b.word1, a.word2 ^ b.word2)
    }

    /// The code that the same place has in the mirrored picture.
    public var mirrored: LocalCode { self ^ Self.mirrorMask }

    private static let mirrorMask = LocalCode(moire_keypoint_mirror_mask())
}

/// A blob in a picture, where it is and what is around it.
public struct LocalFeature: Sendable, Equatable, BitwiseCopyable {
    /// Units of 1/65 536 of the picture's longest side, from the left and from the top.
    public var x: UInt16
    public var y: UInt16
    /// Size of the blob: σ is 2^(`scale` / 16 - 10) of the picture's longest side.
    public var scale: UInt8
    /// Half grey levels by which it stands out; 0 where that is not kept.
    public var contrast: UInt8
    public var code: LocalCode
    /// Bits more often wrong than others; none where that is not kept.
    public var weak: LocalCode
    /// Of those, the bits that say next to nothing.
    public var weaker: LocalCode

    public init(
        x: UInt16, y: UInt16, scale: UInt8, contrast: UInt8 = 0, code: LocalCode, weak: LocalCode = .zero,
        weaker: LocalCode = .zero
    ) {
        self.x = x
        self.y = y
        self.scale = scale
        self.contrast = contrast
        self.code = code
        self.weak = weak
        self.weaker = weaker
    }

    /// In units of the longest side.
    public var place: (x: Float, y: Float) { (Float(x) / 65_536, Float(y) / 65_536) }
}

/// The local features of one frame.
public struct LocalFrame: Sendable, Equatable {
    /// Milliseconds on the file's timeline, from pts.
    public var ptsMs: UInt32
    public var features: [LocalFeature]

    public init(ptsMs: UInt32, features: [LocalFeature]) {
        self.ptsMs = ptsMs
        self.features = features
    }
}

/// What finds a picture again inside another: crops, windows, screens filmed at an angle.
///
/// It comes in two densities. Extraction gives every feature of two frames a second, with the weak bits of
/// each code: what a lookup asks with. A reference keeps what `LocalSelection` chooses of it.
public struct LocalFingerprint: Sendable, Equatable {
    /// Size of the analysed picture, pixels; 0 when there is none.
    public var width: UInt16
    public var height: UInt16
    /// In pts order. Each stands for the time up to the next.
    public var frames: [LocalFrame]

    public static let none = LocalFingerprint(width: 0, height: 0, frames: [])

    public init(width: UInt16, height: UInt16, frames: [LocalFrame]) {
        self.width = width
        self.height = height
        self.frames = frames
    }

    public var featureCount: Int { frames.reduce(0) { $0 + $1.features.count } }
}
