import BenchmarkSupport
import CKernels
import Fingerprints
import Foundation
import Frames

/// A frame by what PDQ knows of it before its last step: 256 coefficients, of which the hash and the margins are made.
struct Picture {
    var coefficients: [Float]
    /// None of a picture that is nothing but coefficients.
    var insets: [FrameInset] = []
    /// 0...100.
    var quality: UInt8

    static let usable: UInt8 = 50

    init(coefficients: [Float], quality: UInt8) {
        self.coefficients = coefficients
        self.quality = quality
    }

    /// - Parameter number: of the frame.
    init(_ image: LumaImage, number: Int) {
        var scratch = [Float](repeating: 0, count: moire_pdq_scratch_floats(Int32(image.width), Int32(image.height)))
        var grid = [Float](repeating: 0, count: 64 * 64), values = [Float](repeating: 0, count: 256)
        // All arrays are as large as the kernels say.
        unsafe moire_pdq_downsample_bytes(
            image.pixels, Int32(image.width), Int32(image.height), &scratch, &grid)
        quality = UInt8(unsafe moire_pdq_quality(grid))
        unsafe moire_pdq_dct(grid, &values)
        coefficients = values
        var hasher = PDQHasher()
        insets = hasher.hashToAsk(image, number: number).insets
    }

    var hash: PDQHash {
        var words: [UInt64] = [0, 0, 0, 0]
        unsafe moire_pdq_bits(coefficients, &words)
        return PDQHash(words[0], words[1], words[2], words[3])
    }

    var margins: FrameMargins {
        var low: [UInt64] = [0, 0, 0, 0], high = low
        unsafe moire_pdq_margins(coefficients, &low, &high)
        return FrameMargins(
            low: PDQHash(low[0], low[1], low[2], low[3]), high: PDQHash(high[0], high[1], high[2], high[3]))
    }

    /// Reads binary PGM pictures that follow each other in one file, as FFmpeg's `image2pipe` writes them.
    static func images(in path: String) throws -> [LumaImage] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var images: [LumaImage] = [], at = 0
        func word() -> String {
            var text = ""
            while at < bytes.count, bytes[at] > 32 {
                text.unicodeScalars.append(Unicode.Scalar(bytes[at]))
                at += 1
            }
            at += 1
            return text
        }
        while at < bytes.count {
            guard word() == "P5", let width = Int(word()), let height = Int(word()), word() == "255",
                width > 0, height > 0, at + width * height <= bytes.count
            else { throw BenchError("\(path): no pictures in PGM at byte \(at)") }
            images.append(LumaImage(width: width, height: height, pixels: Array(bytes[at..<at + width * height])))
            at += width * height
        }
        return images
    }
}

/// One clip: its frames as they are, and as each damage left them.
struct Clip {
    let name: String
    let frames: [Picture]
    let damaged: [Damage: [Picture]]
    /// Of the clip as it is: parts of its frames, from which distractors are made.
    let crops: [Picture]

    /// What was done to a clip; `ops/lib/bench-index` does it.
    enum Damage: String, CaseIterable {
        /// Small and noisy, as a low bit rate leaves it; captioned; cut at the edges, a little or more; filmed from a screen.
        case small, caption, crop1, crop2, screen
        /// Filmed, cut and captioned, at two frames a second between the others' times.
        case whole
    }

    /// Of frame codes, and of damaged copies but the last.
    static let framesPerSecond = 4.0
    static let wholePerSecond = 2.0
    /// Frames of a question about a video.
    static let wholeFrames = 16

    /// - Parameter stem: the files are `stem.clean.pgm` and `stem.DAMAGE.pgm`.
    init(stem: String, number: Int) throws {
        name = "clip-\(number)"
        let images = try Picture.images(in: "\(stem).clean.pgm")
        frames = images.enumerated().map { Picture($1, number: $0) }
        var damaged: [Damage: [Picture]] = [:]
        for damage in Damage.allCases {
            damaged[damage] = try Picture.images(in: "\(stem).\(damage.rawValue).pgm")
                .enumerated().map { Picture($1, number: $0) }
        }
        self.damaged = damaged
        var dice = Dice(UInt64(number) + 9)
        crops = stride(from: 0, to: images.count, by: 8).flatMap { place in
            (0..<3).map { Picture(Self.crop(images[place], &dice), number: $0) }
        }.filter { $0.quality >= Picture.usable }
    }

    /// A part of 45 to 90 % of each side.
    private static func crop(_ image: LumaImage, _ dice: inout Dice) -> LumaImage {
        let share = 450 + dice.below(451)
        let width = max(8, image.width * share / 1000), height = max(8, image.height * share / 1000)
        let x = dice.below(max(1, image.width - width + 1)), y = dice.below(max(1, image.height - height + 1))
        var pixels: [UInt8] = []
        for row in y..<y + height {
            pixels += image.pixels[row * image.width + x..<row * image.width + x + width]
        }
        return LumaImage(width: width, height: height, pixels: pixels)
    }
}

/// - Parameter withMargins: as a query has it, or as an index keeps it.
func fingerprint(_ frames: [Picture], perSecond: Double, withMargins: Bool) -> MediaFingerprint {
    let insets = withMargins ? frames.flatMap(\.insets) : []
    return MediaFingerprint(
        duration: Double(frames.count) / perSecond,
        video: VideoFingerprint(
            frames: frames.enumerated().map { place, frame in
                FrameCode(
                    ptsMs: UInt32((1000 * Double(place) / perSecond).rounded()), hash: frame.hash,
                    quality: frame.quality)
            }, margins: withMargins ? frames.map(\.margins) : [],
            insets: insets.count == FrameInset.ofFrame * frames.count ? insets : []),
        audio: AudioFingerprint(peaks: [], abstainReason: "no_audio"))
}
