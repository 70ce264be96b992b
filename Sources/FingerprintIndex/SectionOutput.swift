/// Little-endian bytes on their way into a file, section by section; a megabyte of them is in memory at most.
struct SectionOutput: ~Copyable {
    private let file: NewFile
    private var waiting: [UInt8] = []
    private var gone = 0
    /// Of the open section, as far as its bytes have gone.
    private var sum: SectionChecksum?
    private var sectionStart = 0
    private static let waitingMost = 1 << 20

    init(_ file: NewFile) { self.file = file }

    var count: Int { gone + waiting.count }

    // MARK: Bytes

    mutating func append(_ value: some FixedWidthInteger) throws(IndexError) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            waiting.append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
        if waiting.count >= Self.waitingMost { try flush() }
    }

    mutating func append(_ value: Double) throws(IndexError) { try append(value.bitPattern) }

    mutating func append(contentsOf bytes: [UInt8]) throws(IndexError) {
        // Plain bytes as raw bytes, lent for the call.
        try append(unsafe bytes.span.bytes)
    }

    mutating func append(_ bytes: RawSpan) throws(IndexError) {
        var from = 0
        while from < bytes.byteCount {
            let to = min(bytes.byteCount, from + Self.waitingMost)
            // Lent for the call, and in bounds by the line above.
            unsafe bytes.extracting(from..<to).withUnsafeBytes { unsafe waiting.append(contentsOf: $0) }
            from = to
            if waiting.count >= Self.waitingMost { try flush() }
        }
    }

    /// Zeros up to the next multiple of `boundary`, counted from the start of the section.
    mutating func pad(to boundary: Int) throws(IndexError) {
        while (count - sectionStart) % boundary != 0 { try append(UInt8(0)) }
    }

    // MARK: Sections

    /// Begins a section where the one before ended.
    ///
    /// - Parameter bytes: how many there will be without padding, since a checksum begins with their number; nil where
    ///   nobody knows, and then they are read again when the section ends.
    mutating func begin(bytes: Int?) throws(IndexError) {
        precondition(count % SegmentLayout.boundary == 0, "a section that begins at \(count)")
        try flush()
        sectionStart = count
        sum = bytes.map { SectionChecksum(seed: UInt64(SegmentLayout.padded($0))) }
    }

    /// Pads the section and returns its checksum.
    mutating func end() throws(IndexError) -> UInt64 {
        try pad(to: SegmentLayout.boundary)
        try flush()
        defer { sum = nil }
        if let sum { return sum.value }
        var sum = SectionChecksum(seed: UInt64(count - sectionStart))
        var part: [UInt8] = []
        for from in stride(from: sectionStart, to: count, by: Self.waitingMost) {
            part = [UInt8](repeating: 0, count: min(Self.waitingMost, count - from))
            try file.read(&part, at: from)
            // As above.
            sum.add(unsafe part.span.bytes)
        }
        return sum.value
    }

    /// Lets whole words go.
    private mutating func flush() throws(IndexError) {
        let bytes = waiting.count & ~7
        guard bytes > 0 else { return }
        // As above.
        try file.append(unsafe waiting.span.bytes.extracting(0..<bytes))
        if var sum {
            sum.add(unsafe waiting.span.bytes.extracting(0..<bytes))
            self.sum = sum
        }
        gone += bytes
        waiting.removeFirst(bytes)
    }
}
