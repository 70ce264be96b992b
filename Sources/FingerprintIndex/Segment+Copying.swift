/// What is read of a record that goes over into another segment.
extension Segment {
    /// Where a record's part of a section lies.
    func range(_ section: SegmentLayout.Section, ofRecord index: Int) -> Range<Int> {
        let start = layout.start(section)
        func each(_ bytes: Int) -> Range<Int> {
            let codes = codes(ofRecord: index)
            return start + bytes * codes.lowerBound..<start + bytes * codes.upperBound
        }
        switch section {
        case .hashes: return each(SegmentLayout.hashBytes)
        case .times: return each(SegmentLayout.timeBytes)
        case .qualities: return each(SegmentLayout.qualityBytes)
        case .peaks:
            let peaks = record(index).peakBytes
            return start + peaks.lowerBound..<start + peaks.upperBound
        default: preconditionFailure("\(section) has no parts that belong to one record")
        }
    }

    /// Where all names of a record lie.
    func names(ofRecord index: Int) -> Range<Int> {
        let record = record(index), start = layout.start(.names) + record.namesStart
        return start..<start + SegmentLayout.bytes(ofNames: record.names)
    }

    /// The room of a record's sound on the timeline: up to where the next one begins.
    func ticks(ofRecord index: Int) throws(IndexError) -> UInt32 {
        let record = record(index)
        guard index + 1 == layout.references else { return self.record(index + 1).firstTick - record.firstTick }
        return SegmentWriter.ticks(of: try peaks(of: record))
    }
}
