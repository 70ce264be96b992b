import CKernels
import Fingerprints
import Glibc

/// A clip's local features laid out for comparison. Frames that repeat the one before are one with it.
struct LocalPrint: Sendable {
    /// Of each frame, seconds; it stands until `ends`.
    private(set) var times: [Double] = []
    private(set) var ends: [Double] = []
    /// First feature of each frame, then their number.
    var starts: [Int] = [0]
    var x: [Float] = []
    var y: [Float] = []
    /// log₂ of σ in units of the longest side.
    var size: [Float] = []
    var codes: [moire_local_code] = []
    /// Shape of the picture, the longest side being 1.
    var width: Float
    var height: Float

    init(_ local: LocalFingerprint, timelineSeconds: Double) {
        let longest = Float(max(local.width, local.height, 1))
        width = local.width == 0 ? 1 : Float(local.width) / longest
        height = local.height == 0 ? 1 : Float(local.height) / longest
        var last: [LocalFeature]?
        for frame in local.frames.sorted(by: { $0.ptsMs < $1.ptsMs }) {
            let time = Double(frame.ptsMs) / 1000
            guard time <= timelineSeconds else { break }
            if let index = ends.indices.last { ends[index] = max(ends[index], min(time, times[index] + 8)) }
            if frame.features == last {
                ends[ends.count - 1] = time + Self.period
                continue
            }
            last = frame.features
            times.append(time)
            ends.append(time + Self.period)
            for feature in frame.features {
                let place = feature.place
                x.append(place.x)
                y.append(place.y)
                size.append(Float(feature.scale) / 16 - 10)
                codes.append(moire_local_code(feature.code, weak: feature.weak, weaker: feature.weaker))
            }
            starts.append(x.count)
        }
    }

    static let period = LocalParameters.v1.period

    var isEmpty: Bool { codes.isEmpty }

    func features(_ frame: Int) -> Range<Int> { starts[frame]..<starts[frame + 1] }

    /// The frame of each feature.
    var owners: [Int32] {
        var owners = [Int32](repeating: 0, count: codes.count)
        for frame in times.indices { for feature in features(frame) { owners[feature] = Int32(frame) } }
        return owners
    }

    /// The same clip seen in a mirror.
    var mirrored: LocalPrint {
        var copy = self
        let mask = moire_keypoint_mirror_mask()
        for index in copy.codes.indices {
            copy.x[index] = width - x[index]
            copy.codes[index].code.0 ^= mask.words.0
            copy.codes[index].code.1 ^= mask.words.1
            copy.codes[index].code.2 ^= mask.words.2
        }
        return copy
    }
}

extension moire_local_code {
    init(_ code: LocalCode, weak: LocalCode, weaker: LocalCode) {
        self.init(
            code: (code.word0, code.word1, code.word2), weak: (weak.word0, weak.word1, weak.word2),
            weaker: (weaker.word0, weaker.word1, weaker.word2))
    }
}
