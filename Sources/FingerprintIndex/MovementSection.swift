import Fingerprints

/// A segment's traces of movement, reference by reference.
///
///          8  each of r + 1 references: where its trace begins among the bytes that follow
///          n  bytes of traces (`MovementCoding`)
///
/// One that has no trace ends where it begins. What is read is checked where it is read.
struct MovementSection: Sendable {
    private let file: MappedFile
    private let range: Range<Int>
    private let references: Int

    /// - Parameter range: without any padding.
    init(file: MappedFile, range: Range<Int>, references: Int) throws(IndexError) {
        guard range.count >= Self.bytes(references: references, traces: 0) else {
            throw .corrupt(file.path, "its movement is \(range.count) bytes long, for \(references) references")
        }
        (self.file, self.range, self.references) = (file, range, references)
    }

    /// - Parameter traces: bytes of all traces.
    static func bytes(references: Int, traces: Int) -> Int { 8 * (references + 1) + traces }

    /// Where a record's trace lies in the file.
    func bytes(of record: Int) throws(IndexError) -> Range<Int> {
        let traces = range.lowerBound + 8 * (references + 1)
        let first = file.load(range.lowerBound + 8 * record, as: UInt64.self)
        let end = file.load(range.lowerBound + 8 * record + 8, as: UInt64.self)
        guard first <= end, end <= UInt64(range.upperBound - traces) else {
            throw .corrupt(file.path, "record \(record) has its movement outside its section")
        }
        return traces + Int(first)..<traces + Int(end)
    }

    func trace(of record: Int) throws(IndexError) -> MovementTrace {
        let bytes = try bytes(of: record)
        guard !bytes.isEmpty else { return MovementTrace(codes: []) }
        let stored = file.withBytes(bytes) { span in
            // In bounds by the span's own offsets.
            span.byteOffsets.map { unsafe span.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        do { return try MovementCoding.decode(stored) } catch {
            throw .corrupt(file.path, "holds no movement where it should be: \(error)")
        }
    }
}
