/// What an index's files hold, in bytes: for measuring.
package struct IndexSizes: Sendable {
    /// Whole frames: codes, times, qualities and their list.
    package private(set) var frames = 0
    /// Local features and their list.
    package private(set) var places = 0
    /// Traces of movement.
    package private(set) var movements = 0
    /// Peaks and their landmarks.
    package private(set) var sounds = 0
    /// Records, names and headers.
    package private(set) var rest = 0
    /// Of the references, whole seconds of their fingerprints together.
    package private(set) var seconds = 0.0
    package private(set) var codes = 0

    package init(of index: FingerprintIndex) throws(IndexError) {
        for live in try index.snapshot().segments {
            let layout = live.segment.layout
            rest += SegmentLayout.headerBytes
            for section in SegmentLayout.Section.allCases {
                let bytes = layout.range(section).count
                switch section {
                case .hashes, .times, .qualities, .frames: frames += bytes
                case .places: places += bytes
                case .movements: movements += bytes
                case .peaks, .postings: sounds += bytes
                case .references, .names: rest += bytes
                }
            }
            codes += layout.codes
            for record in 0..<layout.references { seconds += live.segment.record(record).fingerprintDuration }
        }
    }
}
