import CKernels
package import Fingerprints

/// The frames of an index near to one frame, and the references that many lead to: what a lookup by whole frames rests
/// on, by itself, for measuring.
package struct FrameNeighbours: Sendable {
    private let snapshot: Snapshot

    /// One state of an index.
    package init(of index: FingerprintIndex) throws(IndexError) { snapshot = try index.snapshot() }

    package struct Frame: Sendable, Hashable {
        var segment: Int
        var record: Int
        /// Place among the reference's frames.
        package var frame: Int
    }

    /// Frames within `radius` bits that are found by opening `blocks` blocks in each segment.
    ///
    /// - Parameter margins: nil where every flip costs the same.
    package func near(_ hash: PDQHash, margins: FrameMargins?, radius: Int, blocks: Int)
        throws(IndexError) -> (frames: [Frame], looked: Int)
    {
        let questions = FrameQuestions(hash, margins: margins)
        // A frame within the radius may lie in the stretch of one that is a little farther away.
        let most = questions.scale.cost(under: FrameSearchParameters.v1.lookDeviations)
        let query = questions.questions[0].views[0].straight, plan = FramePlan()
        var frames: [Frame] = [], looked = 0
        for (number, live) in snapshot.segments.enumerated() where live.segment.layout.codes > 0 {
            let segment = live.segment
            if let list = segment.frames {
                plan.make(for: query, highBits: list.highBits, postings: list.postings, blocks: blocks)
            }
            let answer = try segment.frames(near: query, by: plan, costMost: most)
            looked += Int(answer.work.codes)
            var previous: Int?
            for hit in answer.hits where Int(hit.code) != previous {
                let first = Int(hit.code)
                previous = first
                guard hash.hammingDistance(to: segment.hash(ofCode: first)) <= radius + FrameStretches.bits else {
                    continue
                }
                let record = segment.record(holding: first)
                guard !live.dead[record] else { continue }
                let start = segment.codes(ofRecord: record).lowerBound
                for code in segment.stretch(from: first)
                where hash.hammingDistance(to: segment.hash(ofCode: code)) <= radius {
                    frames.append(Frame(segment: number, record: record, frame: code - start))
                }
            }
        }
        return (frames, looked)
    }

    /// The references that a video's whole frames lead to, as they are and mirrored.
    package func references(showing query: MediaFingerprint) throws(IndexError) -> Set<String> {
        let places = try FrameSearch(query: query, segments: snapshot.segments) { _, _ in true }.found()
        return Set(places.map { snapshot.segments[$0.segment].segment.reference($0.record).id })
    }

    package func reference(of frame: Frame) -> String {
        snapshot.segments[frame.segment].segment.reference(frame.record).id
    }
}
