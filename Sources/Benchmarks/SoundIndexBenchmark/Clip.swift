import BenchmarkSupport
import Fingerprints
import Foundation
import Frames

/// One clip: what is known of its sound, and the samples of its damaged copies.
struct Clip {
    let name: String
    let fingerprint: MediaFingerprint
    /// By damage.
    let damaged: [Damage: [Float]]

    /// What was done to a clip before its pieces ask; `ops/lib/bench-sound-index` does it.
    enum Damage: String, CaseIterable {
        /// As a small loudspeaker in a room would leave it, at 32 kbit/s.
        case room
        /// 8 % faster, and higher with it, through the same loudspeaker.
        case fast
        /// Two semitones higher at the same tempo, through the same loudspeaker.
        case high
        /// 8 % faster and two semitones lower, through the same loudspeaker.
        case bent
    }

    var peaks: [SoundPeak] { fingerprint.audio.peaks }
    var hops: Int { Int(peaks.last?.hop ?? 0) + 1 }

    /// - Parameter stem: the files are `stem.f32` and `stem.DAMAGE.f32`: 32-bit little-endian floats, mono, at the
    ///   fingerprint's rate.
    init(stem: String) throws {
        name = URL(fileURLWithPath: stem).lastPathComponent
        fingerprint = Self.fingerprint(of: try Self.samples("\(stem).f32"))
        var damaged: [Damage: [Float]] = [:]
        for damage in Damage.allCases { damaged[damage] = try Self.samples("\(stem).\(damage.rawValue).f32") }
        self.damaged = damaged
    }

    static func fingerprint(of samples: [Float]) -> MediaFingerprint {
        var fingerprinter = AudioFingerprinter()
        fingerprinter.add(MonoBlock(pts: 0, samples: samples))
        return MediaFingerprint(
            duration: Double(samples.count) / Double(MonoBlock.sampleRateHz),
            video: VideoFingerprint(frames: [], abstainReason: "no_video"), audio: fingerprinter.finish())
    }

    private static func samples(_ path: String) throws -> [Float] {
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        return stride(from: 0, to: data.count - data.count % 4, by: 4).map { at in
            Float(
                bitPattern: UInt32(data[at]) | UInt32(data[at + 1]) << 8 | UInt32(data[at + 2]) << 16
                    | UInt32(data[at + 3]) << 24)
        }
    }
}
