/// How far a decode child has come. It may write any number of these between its preamble and its answer.
///
/// ```
/// offset  bytes
///      0      1  "p"
///      1      8  milliseconds of the timeline that are decoded, little-endian
///      9      8  milliseconds that the container claims, little-endian; -1 when it does not say
/// ```
package struct ProgressMark: Sendable, Equatable {
    package static let tag = UInt8(ascii: "p")
    package static let bytes = 1 + 8 + 8

    /// Seconds.
    package var decoded: Double
    /// Seconds; nil when the container does not say.
    package var claimed: Double?

    package init(decoded: Double, claimed: Double?) {
        self.decoded = decoded
        self.claimed = claimed
    }

    package func encoded() -> [UInt8] {
        var bytes = [Self.tag]
        LittleEndian.append(Self.milliseconds(decoded), to: &bytes)
        LittleEndian.append(claimed.map(Self.milliseconds) ?? -1, to: &bytes)
        return bytes
    }

    /// Takes all whole marks out that stand in `output` behind the preamble, so that what is left is an `AnswerFrame`, or
    /// the beginning of one; gives the last of them.
    package static func take(from output: inout [UInt8]) -> ProgressMark? {
        let start = AnswerFrame.preambleBytes
        var end = start
        while output.count >= end + bytes, output[end] == tag { end += bytes }
        guard end > start else { return nil }
        let last = end - bytes
        defer { output.removeSubrange(start..<end) }
        let decoded = LittleEndian.read(Int64.self, from: output, at: last + 1)
        let claimed = LittleEndian.read(Int64.self, from: output, at: last + 9)
        return ProgressMark(
            decoded: Double(decoded) / 1000, claimed: claimed < 0 ? nil : Double(claimed) / 1000)
    }

    private static func milliseconds(_ seconds: Double) -> Int64 { Int64(exactly: (seconds * 1000).rounded()) ?? 0 }
}
