import CKernels
import Fingerprints

/// How somebody may have turned a picture: by right angles, or from light to dark.
///
/// Codes of turned pictures are those of the picture with bits moved and flipped, so nothing is stored twice: who is
/// asked or who asks is turned. With a mirror, which is searched apart, these are all eight ways to lay a rectangle down.
struct PictureTurn: Sendable, Hashable {
    /// Right angles, clockwise, 0 ... 3.
    var quarters = 0
    var isNegative = false

    static let none = PictureTurn()
    /// What is looked for where the picture as it is explains nothing.
    static let searched = [
        PictureTurn(quarters: 1), PictureTurn(quarters: 2), PictureTurn(quarters: 3), PictureTurn(isNegative: true),
    ]

    /// Where a place of the picture lies in the turned one, both in shares of width and height.
    func turned(_ u: Double, _ v: Double) -> (u: Double, v: Double) {
        switch quarters {
        case 1: (1 - v, u)
        case 2: (1 - u, 1 - v)
        case 3: (v, 1 - u)
        default: (u, v)
        }
    }

    /// The other way.
    func back(_ u: Double, _ v: Double) -> (u: Double, v: Double) {
        PictureTurn(quarters: (4 - quarters) & 3).turned(u, v)
    }

    func turned(_ hash: PDQHash) -> PDQHash {
        let turned = hash.turned(quarters: quarters)
        return isNegative ? turned.negative : turned
    }
}

extension MediaFingerprint {
    /// The whole frames of the turned picture, at most `most` of them, evenly spread; without insets, sound and places.
    func frames(turned turn: PictureTurn, most: Int) -> MediaFingerprint {
        let step = max(1, (video.frames.count + most - 1) / max(1, most))
        let places = Array(stride(from: step / 2, to: video.frames.count, by: step))
        let hasMargins = video.margins.count == video.frames.count
        return MediaFingerprint(
            duration: duration,
            video: VideoFingerprint(
                frames: places.map { place in
                    var frame = video.frames[place]
                    frame.hash = turn.turned(frame.hash)
                    return frame
                },
                margins: hasMargins ? places.map { video.margins[$0].turned(quarters: turn.quarters) } : []),
            audio: AudioFingerprint(peaks: []))
    }
}

extension Prepared {
    /// A reference as its turned picture would be laid out.
    func turned(_ turn: PictureTurn) -> Prepared {
        var copy = self
        copy.turn = turn
        copy.codes = codes.map(turn.turned)
        copy.local = local.turned(turn)
        return copy
    }
}

extension LocalPrint {
    /// The same clip with its picture turned.
    func turned(_ turn: PictureTurn) -> LocalPrint {
        var copy = self
        if turn.quarters & 1 == 1 { (copy.width, copy.height) = (height, width) }
        for index in copy.codes.indices {
            switch turn.quarters {
            case 1: (copy.x[index], copy.y[index]) = (height - y[index], x[index])
            case 2: (copy.x[index], copy.y[index]) = (width - x[index], height - y[index])
            case 3: (copy.x[index], copy.y[index]) = (y[index], width - x[index])
            default: break
            }
        }
        // The kernel changes as many codes as there are.
        unsafe moire_local_turn(
            &copy.codes, copy.codes.count, Int32(turn.quarters), turn.isNegative ? 1 : 0)
        return copy
    }

    /// The first features of each frame, which are its strongest, one in `share` of them but no fewer than `least`.
    func surest(oneIn share: Int, least: Int) -> LocalPrint {
        var copy = self
        let kept = times.indices.map { frame in
            features(frame).prefix(max(least, features(frame).count / share))
        }
        let places = kept.flatMap { $0 }
        copy.x = places.map { x[$0] }
        copy.y = places.map { y[$0] }
        copy.size = places.map { size[$0] }
        copy.codes = places.map { codes[$0] }
        copy.starts = [0]
        for frame in kept { copy.starts.append(copy.starts[copy.starts.count - 1] + frame.count) }
        return copy
    }
}
