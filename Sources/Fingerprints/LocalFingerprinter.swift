import CKernels
public import Frames

/// Numbers that local features depend on.
public struct LocalParameters: Sendable, Equatable {
    /// Written into everything stored.
    public var version: String
    /// Seconds of the timeline that give one frame.
    public var period: Double
    /// Grey levels by which a blob has to stand out.
    public var contrastMin: Float
    /// Of one frame, the strongest.
    public var featuresPerFrame: Int
    /// Mean difference of luma under which a picture counts as the one before, grey levels.
    public var sameDifference: Double
    /// Under this, a picture is near enough to the one before that it is looked at only after `restSeconds`.
    public var nearDifference: Double
    public var restSeconds: Double
    /// Features of one file, against endless ones: six minutes of rich pictures. After that, frames give a sixteenth.
    public var featuresInFull: Int

    public static let v1 = LocalParameters(
        version: FingerprintVersions.local, period: 0.5, contrastMin: 1.5, featuresPerFrame: 256,
        sameDifference: 0.6, nearDifference: 2.5, restSeconds: 1, featuresInFull: 300_000)
}

/// Working frames → local features of up to two a second.
///
/// A picture that has not changed since the frame before takes over its features, and one that has hardly changed
/// waits for a second to pass.
///
/// Cost: 0.5 ms for 512×288 with 256 features, with AVX2.
public struct LocalFingerprinter {
    private let parameters: LocalParameters
    private var scratch: [UInt8] = []
    private var found: [moire_keypoint]
    private var width: UInt16 = 0
    private var height: UInt16 = 0
    private var frames: [LocalFrame] = []
    private var previous: LumaImage?
    private var lastCell = -1
    /// Time of `previous`, seconds.
    private var lookedAt = 0.0
    private var total = 0

    public init(parameters: LocalParameters = .v1) {
        self.parameters = parameters
        found = Array(repeating: moire_keypoint(), count: parameters.featuresPerFrame)
    }

    /// Frames come in order of pts; the first in each cell of `period` counts.
    public mutating func add(_ frame: WorkingFrame) {
        guard frame.pts.isFinite, (0...FingerprintLimits.duration).contains(frame.pts),
            frames.count < FingerprintLimits.localFrames
        else { return }
        let cell = Int(((frame.pts + 1e-6) / parameters.period).rounded(.down))
        guard cell > lastCell else { return }
        lastCell = cell
        let ptsMs = max(UInt32((frame.pts * 1000).rounded()), frames.last?.ptsMs ?? 0)
        if let previous, let last = frames.last {
            let change = difference(previous, frame.luma)
            if change < parameters.sameDifference {
                frames.append(LocalFrame(ptsMs: ptsMs, features: last.features))
                return
            }
            if change < parameters.nearDifference, frame.pts - lookedAt < parameters.restSeconds - 1e-6 { return }
        }
        lookedAt = frame.pts
        if previous == nil { (width, height) = (UInt16(frame.luma.width), UInt16(frame.luma.height)) }
        previous = frame.luma
        let features = features(of: frame.luma)
        total += features.count
        frames.append(LocalFrame(ptsMs: ptsMs, features: features))
    }

    public consuming func finish() -> LocalFingerprint {
        LocalFingerprint(width: width, height: height, frames: frames)
    }

    private mutating func features(of luma: LumaImage) -> [LocalFeature] {
        let bytes = moire_keypoint_scratch_bytes(Int32(luma.width), Int32(luma.height)) + 64
        if scratch.count < bytes { scratch = [UInt8](repeating: 0, count: bytes) }
        let capacity = total < parameters.featuresInFull ? found.count : found.count / 16
        // The kernel stays inside `scratch` from its first aligned byte on, and inside `found`.
        let count = unsafe scratch.withUnsafeMutableBytes { scratch in
            unsafe found.withUnsafeMutableBufferPointer { found in
                let base = unsafe scratch.baseAddress?.alignedUp(toMultipleOf: 64)
                return unsafe moire_keypoints(
                    luma.pixels, Int32(luma.width), Int32(luma.height), parameters.contrastMin, base,
                    found.baseAddress, capacity)
            }
        }
        let unit = 1 / Float(max(luma.width, luma.height))
        return found.prefix(count).map { point in
            func place(_ pixels: Float) -> UInt16 { UInt16(max(0, min(65_535, (pixels * unit * 65_536).rounded()))) }
            let octaves = Self.log2(point.sigma * unit) + 10
            return LocalFeature(
                x: place(point.x), y: place(point.y), scale: UInt8(max(0, min(255, (16 * octaves).rounded()))),
                contrast: UInt8(max(1, min(255, (2 * point.contrast).rounded()))), code: LocalCode(point.code),
                weak: LocalCode(point.weak), weaker: LocalCode(point.weaker))
        }
    }

    private static func log2(_ value: Float) -> Float { Float(value.exponent) + fraction(value.significand) }

    /// log₂ of 1..<2 to 1e-4: enough for sixteenths of an octave.
    private static func fraction(_ m: Float) -> Float {
        let z = (m - 1) / (m + 1), zz = z * z
        return 2.885_39 * z * (1 + zz * (0.333_33 + zz * (0.2 + zz * 0.142_86)))
    }

    /// Mean absolute difference, grey levels; infinite for pictures of other sizes.
    private func difference(_ a: LumaImage, _ b: LumaImage) -> Double {
        guard a.width == b.width, a.height == b.height else { return .infinity }
        let count = a.pixels.count & ~15
        guard count > 0 else { return .infinity }
        return Double(unsafe moire_byte_differences(a.pixels, b.pixels, count)) / Double(count)
    }
}
