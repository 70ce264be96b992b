internal import Records

/// How long a job waits before it is tried again: doubling, with a jitter that comes from the job's
/// id, so that jobs that failed together do not come back together, and a replay waits the same.
enum Backoff {
    /// A day; keeps the product below inside 63 bits.
    static let ceilingMs: Int64 = 86_400_000

    /// - Parameter failures: 1 for the first.
    /// - Returns: between half and all of `first` × 2^(failures − 1), at most `most`.
    static func milliseconds(job id: String, failures: Int, first: Int64, most: Int64) -> Int64 {
        let doublings = max(0, min(failures - 1, 30))
        let whole = min(most, Self.ceilingMs, first << Int64(doublings))
        let digits = Digest.hex(of: "backoff\u{0}\(id)\u{0}\(failures)").prefix(8)
        let random = Int64(digits, radix: 16) ?? 0  // 0 ..< 2^32
        let jitter = ((whole - whole / 2) * random) >> 32
        return whole / 2 + jitter
    }
}
