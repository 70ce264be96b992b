package import Fingerprints

/// Which of a reference's frame codes a segment keeps.
///
/// A picture that hardly moves has four codes a second that say the same. Those that lie within `bits` of the last one that
/// was kept are left out, for `seconds` at most, and put back as that one when the reference is read: what is shown is what
/// was shown last. On 66 real clips a fifth of all codes goes (12 bits are what an encoder changes in a picture: the median
/// of copies encoded anew), and hundreds in a still; what is kept of what was kept before is all of it.
package enum FrameThinning {
    static let bits = 12
    static let milliseconds: UInt32 = 1000
    /// Between two working frames; what is put back lies this far apart.
    static let stepMs: UInt32 = 250

    /// The codes that are kept, in their order; the first and the last always are.
    package static func thinned(_ frames: [FrameCode]) -> [FrameCode] {
        var kept: [FrameCode] = []
        for (place, frame) in frames.enumerated() {
            if let last = kept.last, place + 1 < frames.count, frame.ptsMs >= last.ptsMs,
                frame.ptsMs - last.ptsMs < milliseconds,
                FrameStretches.isUsable(quality: frame.quality) == FrameStretches.isUsable(quality: last.quality),
                last.hash.hammingDistance(to: frame.hash) <= bits
            {
                continue
            }
            kept.append(frame)
        }
        return kept
    }

    /// The codes with those put back that were left out, and those of pictures that were shown for longer than a step.
    static func filled(_ frames: [FrameCode]) -> [FrameCode] {
        var filled: [FrameCode] = []
        filled.reserveCapacity(frames.count * 5 / 4)
        for (place, frame) in frames.enumerated() {
            filled.append(frame)
            guard place + 1 < frames.count, frames[place + 1].ptsMs >= frame.ptsMs else { continue }
            let gap = frames[place + 1].ptsMs - frame.ptsMs
            guard gap <= milliseconds + stepMs else { continue }
            var next = frame
            for later in stride(from: stepMs, to: milliseconds, by: Int(stepMs)) {
                // Half a step before the next one there is room for nothing more.
                guard later + stepMs / 2 <= gap else { break }
                next.ptsMs = frame.ptsMs + later
                filled.append(next)
            }
        }
        return filled
    }
}
