public import Frames

/// Constants of the comparison of key frames. Levels are of 256; a block is one of the 64 of a tick's picture.
public struct KeyFrameParameters: Sendable, Equatable {
    public var version: String
    /// Mean levels by which a block shows something else; the static detector's own figure.
    public var changedLevels = 6.0
    /// Most blocks of 64 that may differ where all is one picture: a coder at 60 kb/s leaves them all under `changedLevels`.
    public var alikeShare = 0.0
    /// Share of changed blocks from which a picture is another one; the static detector ends a still there.
    public var differentShare = 0.25
    /// Levels between the lightest and the darkest pixel under which a picture shows nothing.
    public var flatRange = 12

    public static let v1 = KeyFrameParameters(version: SignalVersions.keyFrames)
}

/// Compares the key frames of a video with the first of them.
public struct KeyFrameMeter: Sendable {
    private let parameters: KeyFrameParameters
    private var first: FrameTick?
    private var lastPts = 0.0
    private var longestGap = 0.0
    private var decoded = 0
    private var changed = 0.0
    private var isFlat = true

    public init(parameters: KeyFrameParameters = .v1) { self.parameters = parameters }

    /// Key frames in order of pts.
    public mutating func add(_ tick: FrameTick) {
        decoded += 1
        if let range = tick.thumb.pixels.max().map({ Int($0) - Int(tick.thumb.pixels.min() ?? 0) }),
            range >= parameters.flatRange
        {
            isFlat = false
        }
        if let first {
            longestGap = max(longestGap, tick.pts - lastPts)
            let share = BlockDifferences(first.thumb, tick.thumb).share(above: parameters.changedLevels)
            changed = max(changed, share)
        } else {
            first = tick
        }
        lastPts = tick.pts
    }

    /// - Parameters:
    ///   - packets: of the picture stream.
    ///   - found: key frames among them.
    ///   - meanBytes: of a key frame and of any other packet; nil where there is none.
    ///   - end: seconds at which the file ends.
    ///   - hasVideo: the file has a picture stream.
    public consuming func finish(
        packets: Int, found: Int, meanBytes: (key: Double?, other: Double?), end: Double, hasVideo: Bool
    ) -> KeyFrameSignal {
        let p = parameters
        var signal = KeyFrameSignal(version: p.version, packets: packets, found: found, decoded: decoded)
        signal.keyBytes = meanBytes.key?.rounded(places: 0)
        signal.otherBytes = meanBytes.other?.rounded(places: 1)
        guard let first else {
            signal.abstainReason = hasVideo ? "no_key_frame" : "no_video"
            return signal
        }
        signal.first = first.pts.milliseconds
        signal.last = lastPts.milliseconds
        signal.longestGap = max(longestGap, end - lastPts).milliseconds
        if isFlat {
            signal.abstainReason = "flat_picture"
        } else if decoded == 1 {
            signal.abstainReason = "single_key_frame"
        } else {
            signal.changedShare = changed.rounded(places: 4)
            signal.pictures =
                changed <= p.alikeShare ? .alike : changed >= p.differentShare ? .different : .unclear
        }
        return signal
    }
}
