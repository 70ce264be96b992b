import CKernels

extension SoundPostings {
    /// All postings, ascending by key, then place.
    ///
    /// About 13 ns a posting. A cursor holds one block.
    package struct Cursor {
        private let postings: SoundPostings
        private var values: [UInt64]
        private var index = 0
        private var block = 0
        private var given = 0
        private var previous: UInt64?
        /// The key of the last posting, and its number at place 0.
        private var key: UInt64 = 0
        private var keyStart: UInt64 = 0

        init(_ postings: SoundPostings) {
            self.postings = postings
            values = []
        }

        /// nil after the last. Throws `corrupt` where a block holds no possible numbers, where they do not ascend,
        /// and where there are more or fewer than the footer says.
        package mutating func next() throws(IndexError) -> SoundPosting? {
            if index == values.count, try !fill() { return nil }
            let value = values[index]
            index += 1
            let ticks = postings.ticks
            if value - keyStart >= ticks {
                key = value / ticks
                keyStart = key * ticks
            }
            return SoundPosting(key: UInt32(key), place: UInt32(value - keyStart))
        }

        private mutating func fill() throws(IndexError) -> Bool {
            guard block < postings.blocks else {
                guard given == postings.count else {
                    throw .corrupt(
                        postings.name, "has \(given) sound postings, their footer says \(postings.count)")
                }
                return false
            }
            var buffer = [UInt64](repeating: 0, count: SoundPostings.numbersOfBlock)
            // The buffer holds as many as a block can.
            let count = unsafe postings.withKernel { unsafe moire_postings_block(&$0, UInt32(block), &buffer) }
            guard count > 0 else { throw postings.damaged(block: block) }
            if let previous, buffer[0] <= previous {
                throw .corrupt(postings.name, "block \(block) of its sound postings does not follow the one before it")
            }
            buffer.removeLast(buffer.count - count)
            previous = buffer[count - 1]
            values = buffer
            index = 0
            block += 1
            given += count
            return true
        }
    }

    package func cursor() -> Cursor { Cursor(self) }

    /// Reads everything once and compares the table with the directory.
    package func verify() throws(IndexError) {
        var cursor = cursor()
        while try cursor.next() != nil {}
        let expected = Self.table(of: directory(), bits: tableBits)
        guard table() == expected else {
            throw .corrupt(name, "the table of its sound postings is not the directory's")
        }
    }

    private func directory() -> [UInt32] {
        unsafe withKernel { kernel in unsafe Self.integers(kernel.directory, blocks) }
    }

    private func table() -> [UInt32] {
        unsafe withKernel { kernel in unsafe Self.integers(kernel.table, Self.tableEntries(bits: tableBits)) }
    }

    private static func integers(_ start: UnsafePointer<UInt8>, _ count: Int) -> [UInt32] {
        (0..<count).map { index in
            // The sizes of directory and table were checked when the list was opened.
            unsafe UInt32(
                littleEndian: UnsafeRawPointer(start).loadUnaligned(
                    fromByteOffset: Self.entryBytes * index, as: UInt32.self))
        }
    }

    /// For each prefix of `bits` bits, how many blocks begin with a key below it; then all.
    static func table(of directory: [UInt32], bits: Int) -> [UInt32] {
        guard bits > 0 else { return [] }
        var table: [UInt32] = []
        table.reserveCapacity(tableEntries(bits: bits))
        var block = 0
        for prefix in 0...(UInt32(1) << UInt32(bits)) {
            // A directory entry holds its key above eight bits of count: 24 - bits + 8.
            while block < directory.count, UInt64(directory[block]) < UInt64(prefix) << UInt64(32 - bits) { block += 1 }
            table.append(UInt32(block))
        }
        return table
    }
}
