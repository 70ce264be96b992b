import Fingerprints
import FingerprintIndex
import Foundation
import Frames

/// The fields of a landmark's hash, for moving it about as a change of pitch or speed would. They are those of
/// `LandmarkPairing.hash`: bin of the first peak (9 bits), bins up to the second + 64 (7), hops between (7).
struct KeyFields {
    var bin: Int
    var binsUp: Int
    var hops: Int

    static let bins = 12..<480  // where the fingerprint looks for peaks
    static let hopRange = 1..<128
    static let reach = -40...40  // bins between the two of a pair

    init(_ key: UInt32) {
        bin = Int(key >> 14)
        binsUp = Int(key >> 7 & 127) - 64
        hops = Int(key & 127)
    }

    /// nil where no peak pair can have these fields.
    var key: UInt32? {
        guard Self.bins.contains(bin), Self.reach.contains(binsUp), Self.hopRange.contains(hops) else { return nil }
        return UInt32(bin) << 14 | UInt32(binsUp + 64) << 7 | UInt32(hops)
    }
}

/// One clip's sound: raw samples, and the landmarks of all of it.
struct Clip {
    let name: String
    let samples: [Float]
    /// In order of tick.
    let landmarks: [SoundLandmark]

    static let ticksPerSecond = Double(MonoBlock.sampleRateHz) / 256
    var ticks: Int { samples.count / 256 }

    /// - Parameter path: 32-bit little-endian floats, mono, at the fingerprint's rate.
    init(path: String) throws {
        name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        samples = stride(from: 0, to: data.count - data.count % 4, by: 4).map { at in
            Float(
                bitPattern: UInt32(data[at]) | UInt32(data[at + 1]) << 8 | UInt32(data[at + 2]) << 16
                    | UInt32(data[at + 3]) << 24)
        }
        landmarks = Self.landmarks(of: samples)
    }

    static func landmarks(of samples: [Float]) -> [SoundLandmark] {
        var fingerprinter = AudioFingerprinter()
        fingerprinter.add(MonoBlock(pts: 0, samples: samples))
        // Hops are 128 samples, ticks 256.
        return fingerprinter.finish().landmarks.map { SoundLandmark(key: $0.hash, tick: Int32($0.hop / 2)) }
    }
}

/// A small generator with a fixed sequence for each seed (splitmix64, public domain, S. Vigna).
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
    /// 0 ..< bound, for bounds far below 2³².
    @inline(__always)
    mutating func below(_ bound: Int) -> Int { Int(((next() >> 32) &* UInt64(bound)) >> 32) }
}
