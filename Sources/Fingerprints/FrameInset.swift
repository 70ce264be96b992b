import CKernels

/// What a frame's hash would be if its picture were an inset: drawn at 94 % of its size in a larger frame, with its edges
/// drawn out to that one's.
///
/// A copy that was cut at its edges, or filmed a little too close, shows its source's picture too large, and even a crop
/// of 3 to 12 % moves its hash by 78 bits in the median. Drawn smaller, and where it was cut on one side only, beside the
/// middle, it lies one standard deviation of strangers nearer and more. Of 60 clips that were filmed, cut and captioned
/// in four ways each, sixteen frames lead to 0.84 as they are, and to 0.96 where insets ask, too.
///
/// What is looked up has insets; what is stored in an index has none.
public struct FrameInset: Sendable, Equatable, BitwiseCopyable {
    public var hash: PDQHash
    public var margins: FrameMargins

    public init(hash: PDQHash, margins: FrameMargins) {
        self.hash = hash
        self.margins = margins
    }

    /// Of each frame: one in the middle, then in two of the corners that lie across from each other. Neighbouring frames
    /// have the other two.
    public static let ofFrame = 3
    /// Width and height, of the frame's. Of shares from 0.91 to 0.955 all find as much.
    static let share = 0.94
    /// From the middle to a corner, in 64ths of a side; 1.92 would be all the way.
    static let shift = 1.6
}

/// The weights of insets in the middle of a side and shifted to its ends, for `moire_pdq_dct_weighted`.
struct InsetWeights: Sendable {
    let middle = Self.weights(shift: 0)
    /// To the left or the top, and to the right or the bottom.
    let ends = [Self.weights(shift: -FrameInset.shift), Self.weights(shift: FrameInset.shift)]

    static let all = InsetWeights()

    private static func weights(shift: Double) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: 64 * 16) { buffer, filled in
            unsafe moire_pdq_inset_weights(FrameInset.share, shift, buffer.baseAddress)
            filled = 64 * 16
        }
    }

    /// Of rows and of columns, for each inset of a frame: the corners of frames 0 to 3 follow each other clockwise from the
    /// upper left, and so on.
    ///
    /// - Parameter number: of the frame.
    func ofFrame(_ number: Int) -> [(down: [Float], across: [Float])] {
        let down = number >> 1 & 1, across = (number + 1) >> 1 & 1
        return [(middle, middle), (ends[down], ends[across]), (ends[1 - down], ends[1 - across])]
    }
}
