import CKernels
import Fingerprints

/// What a query's pictures ask an index: frames that differ from the one asked before, each as it is and mirrored, and
/// where the query has insets, each of those likewise.
struct FrameQuestions {
    struct Question {
        /// Seconds.
        var time: Double
        /// Number of the picture: frames that resemble each other are one, however far apart, so that a still picture
        /// speaks once.
        var moment: Int
        /// The frame as it is; where the query has insets, those of the frame, and of a picture that stays also the corners
        /// of its next frame, which are the other two.
        var views: [View]
    }

    struct View {
        var straight: moire_frame_query
        var mirrored: moire_frame_query
    }

    let questions: [Question]
    let scale: FrameCosts
    let hasInsets: Bool
    /// Moments that ask.
    var moments: Int { pictures.count }
    /// The first hash of each moment.
    private let pictures: [PDQHash]

    /// Bits from the frame asked last under which a frame is not asked: what an encoder changes in a still.
    static let repeatBits = 16
    /// Bits under which two frames are one picture; the aligner counts moments alike.
    static let momentBits = 32
    /// Of one query. Of a longer one, frames evenly spread.
    static let most = 1024

    init(_ fingerprint: MediaFingerprint) {
        let frames = fingerprint.video.frames
        let lastMs = UInt32(AlignerParameters.current.timelineSeconds * 1000)
        let hasMargins = fingerprint.video.margins.count == frames.count
        scale = hasMargins ? .margins : .uniform
        hasInsets = hasMargins && fingerprint.video.insets.count == FrameInset.ofFrame * frames.count
        var asked: [(place: Int, other: Int?)] = []
        for place in frames.indices.sorted(by: { (frames[$0].ptsMs, $0) < (frames[$1].ptsMs, $1) })
        where FrameStretches.isUsable(quality: frames[place].quality) && frames[place].ptsMs <= lastMs {
            if let last = asked.last,
                frames[last.place].hash.hammingDistance(to: frames[place].hash) <= Self.repeatBits
            {
                // Frames with odd numbers have other corners than those with even ones.
                if (place - last.place) % 2 != 0, last.other == nil { asked[asked.count - 1].other = place }
                continue
            }
            asked.append((place, nil))
        }
        if asked.count > Self.most {
            let all = asked
            asked = (0..<Self.most).map { all[$0 * all.count / Self.most] }
        }
        var pictures: [PDQHash] = []
        let scale = scale, hasInsets = hasInsets
        questions = asked.map { place, other in
            let hash = frames[place].hash
            let known = pictures.firstIndex { $0.hammingDistance(to: hash) < Self.momentBits }
            if known == nil { pictures.append(hash) }
            var views = [scale.view(hash, hasMargins ? fingerprint.video.margins[place] : nil)]
            if hasInsets {
                func insets(_ place: Int) -> [View] {
                    fingerprint.video.insets[FrameInset.ofFrame * place..<FrameInset.ofFrame * (place + 1)]
                        .map { scale.view($0.hash, $0.margins) }
                }
                views += insets(place) + (other.map { insets($0).dropFirst() } ?? [])
            }
            return Question(
                time: Double(frames[place].ptsMs) / 1000, moment: known ?? pictures.count - 1, views: views)
        }
        self.pictures = pictures
    }

    /// How much of what one moment says another has not said, 0...1.
    ///
    /// Hashes `d` bits apart are the signs of vectors at an angle of about πd / 256 (M. Goemans and D. Williamson, J. ACM
    /// 42(6), 1995, lemma 3.2), and the part of one that the other does not explain is the angle's squared sine.
    func novelty(_ moment: Int, besides other: Int) -> Double {
        let distance = pictures[moment].hammingDistance(to: pictures[other])
        let across = sine(Double.pi * Double(min(distance, 128)) / 256)
        return across * across
    }

    /// One frame by itself.
    init(_ hash: PDQHash, margins: FrameMargins?) {
        scale = margins == nil ? .uniform : .margins
        hasInsets = false
        pictures = [hash]
        questions = [Question(time: 0, moment: 0, views: [scale.view(hash, margins)])]
    }
}

/// What flipped bits cost, and how far strangers lie from each other in that measure.
struct FrameCosts: Sendable {
    /// Of each level.
    let costs: (UInt32, UInt32, UInt32, UInt32)
    /// Of two strangers: half of all costs, and its standard deviation.
    let mean: Double
    let deviation: Double

    /// Four times log((1 - p) / p), p as `FrameMargins` has it. Bits of real pictures are close to independent: the
    /// distance of strangers spreads 5 % wider than that of coin flips.
    static let margins = FrameCosts(costs: (1, 3, 6, 11), bits: 64)
    /// Where nothing is known of a query's bits, every flip costs the same.
    static let uniform = FrameCosts(costs: (4, 4, 4, 4), bits: 64)

    /// - Parameter bits: of each level.
    private init(costs: (UInt32, UInt32, UInt32, UInt32), bits: Double) {
        self.costs = costs
        let each = [costs.0, costs.1, costs.2, costs.3].map(Double.init)
        mean = each.reduce(0, +) * bits / 2
        deviation = 1.05 * (each.reduce(0) { $0 + $1 * $1 } * bits).squareRoot() / 2
    }

    func view(_ hash: PDQHash, _ margins: FrameMargins?) -> FrameQuestions.View {
        FrameQuestions.View(straight: query(hash, margins), mirrored: query(hash.mirrored, margins?.mirrored))
    }

    private func query(_ hash: PDQHash, _ margins: FrameMargins?) -> moire_frame_query {
        let zero = PDQHash(0, 0, 0, 0)
        let low = margins?.low ?? zero, high = margins?.high ?? zero
        return moire_frame_query(
            code: (hash.word0, hash.word1, hash.word2, hash.word3), low: (low.word0, low.word1, low.word2, low.word3),
            high: (high.word0, high.word1, high.word2, high.word3), costs: costs)
    }

    /// The cost that lies this many standard deviations under a stranger's.
    func cost(under deviations: Double) -> UInt32 { UInt32(max(0, mean - deviations * deviation)) }

    /// log₁₀ of one in how many strangers comes as near, at most `decadesMost`: the normal distribution's tail
    /// (φ(z)/z, Abramowitz and Stegun 26.2.12). Real pictures resemble each other more often than its far end says.
    func decades(_ cost: UInt32) -> Double {
        let z = (mean - Double(cost)) / deviation
        guard z > 1 else { return 0 }
        return min(Self.decadesMost, (z * z / 2) / 2.302585 + log10Of(2.5066 * z))
    }

    static let decadesMost = 10.0
}
