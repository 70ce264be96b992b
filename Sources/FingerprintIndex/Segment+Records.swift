/// The check of a segment's reference table when it is opened.
extension Segment {
    /// Whether the records follow each other, add up to the sections and are ordered by id.
    ///
    /// About 15 ns a record: they are read where they lie, since this is all that opening a large index does besides
    /// adding up the same bytes' checksum.
    func checkRecords() throws(IndexError) {
        let peaks = file.load(SegmentLayout.peakCountOffset, as: UInt64.self), layout = layout
        let fault = file.withBytes(layout.range(.references)) { records in
            file.withBytes(layout.range(.names)) { names in
                // Both sections lie in the file as the layout has them.
                unsafe records.withUnsafeBytes { records in
                    unsafe names.withUnsafeBytes { unsafe Self.fault(in: records, names: $0, layout, peaks: peaks) }
                }
            }
        }
        if let fault { throw .corrupt(file.path, fault) }
    }

    /// What is wrong with the records, or nil.
    @unsafe private static func fault(
        in records: UnsafeRawBufferPointer, names: UnsafeRawBufferPointer, _ layout: SegmentLayout, peaks: UInt64
    ) -> String? {
        var code = 0, peakByte = 0, name = 0, sum: UInt64 = 0, tick: UInt32 = 0, id = 0..<0
        for index in 0..<layout.references {
            let start = SegmentLayout.recordBytes * index
            // In bounds: the section is as long as its records.
            func half(_ offset: Int) -> Int {
                unsafe Int(UInt32(littleEndian: records.loadUnaligned(fromByteOffset: start + offset, as: UInt32.self)))
            }
            func length(_ field: Int) -> UInt16 {
                unsafe UInt16(
                    littleEndian: records.loadUnaligned(fromByteOffset: start + 28 + 2 * field, as: UInt16.self))
            }
            var bytes = 0
            for field in 0..<6 where length(field) != SegmentLayout.noName { bytes += Int(length(field)) }
            let first = UInt32(half(60))
            guard half(24) == name, name + bytes <= layout.nameBytes, length(0) != SegmentLayout.noName,
                length(1) != SegmentLayout.noName, half(40) == code, half(48) == peakByte, first >= tick
            else { return "reference \(index) does not follow the one before it" }
            let next = name..<name + Int(length(0))
            // In bounds of the names by the guard above.
            let follows = unsafe names[id].lexicographicallyPrecedes(names[next])
            guard index == 0 || follows else { return "reference \(index) is out of order" }
            id = next
            (name, code, peakByte) = (name + bytes, code + half(44), peakByte + half(52))
            (sum, tick) = (sum + UInt64(half(56)), first)
        }
        guard name == layout.nameBytes, code == layout.codes, peakByte == layout.peakBytes, sum == peaks else {
            return "its references do not add up to its sections"
        }
        return nil
    }
}
