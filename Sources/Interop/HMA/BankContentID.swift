internal import Records

/// HMA's number for a reference.
///
/// HMA counts what is in its banks; Moiré names it. The number is the first 53 bits of the SHA-256 of the reference's name,
/// which is one in all banks, and JavaScript reads it exactly: the same on every machine, after every rebuild and under
/// whatever name its bank goes, with nothing to be kept. Among a million references two share one with a chance of 1 in
/// 18,000.
public enum BankContentID {
    /// - Parameter reference: as the home knows it, with its tenant's prefix.
    public static func number(reference: String) -> Int64 {
        let digits = Digest.hex(of: "hma\u{0}\(reference)").prefix(14)
        return Int64(digits, radix: 16).map { $0 >> 3 } ?? 0
    }

    /// Nil for what cannot be one: 0 to 2^53 - 1, which JavaScript reads exactly.
    static func number(reading text: String) -> Int64? {
        Int64(text).flatMap { (0..<1 << 53).contains($0) ? $0 : nil }
    }
}
