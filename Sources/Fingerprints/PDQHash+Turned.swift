/// The hashes of turned pictures, guessed from the bits alone, as `mirrored` is.
extension PDQHash {
    /// Bits that stand for odd vertical frequencies: the even rows.
    private static let evenRows: UInt64 = 0x0000_FFFF_0000_FFFF

    private func flipping(_ mask: UInt64) -> PDQHash {
        PDQHash(word0 ^ mask, word1 ^ mask, word2 ^ mask, word3 ^ mask)
    }

    /// Of the negative: all coefficients change their sign.
    public var negative: PDQHash { flipping(.max) }

    /// Of the picture turned clockwise by so many right angles.
    ///
    /// A quarter turn is an exchange of rows and columns and a mirror: one of left and right for a turn clockwise.
    public func turned(quarters: Int) -> PDQHash {
        switch quarters & 3 {
        case 1: transposed.mirrored
        case 2: mirrored.flipping(Self.evenRows)
        case 3: transposed.flipping(Self.evenRows)
        default: self
        }
    }

    /// Rows and columns exchanged: bit 16 r + c becomes bit 16 c + r.
    public var transposed: PDQHash {
        var words = [word0, word1, word2, word3]
        // Inside each word a 4 × 4 block's bit (r, c) lies at 16 r + c, blocks 4 bits apart; blocks change places between
        // words. Halves are exchanged from single bits up: Hacker's Delight, 7-3.
        func exchange(_ word: inout UInt64, _ apart: UInt64, _ mask: UInt64) {
            let change = (word ^ word >> apart) & mask
            word ^= change ^ change << apart
        }
        for index in words.indices {
            // Bit (r, c + 1) lies 15 below bit (r + 1, c), and (r, c + 2) 30 below (r + 2, c).
            exchange(&words[index], 15, 0x0000_AAAA_0000_AAAA)
            exchange(&words[index], 30, 0x0000_0000_CCCC_CCCC)
        }
        for row in 0..<4 {
            for column in row + 1..<4 {
                // Block `column` of one word and block `row` of the other.
                let (a, b) = (UInt64(4 * column), UInt64(4 * row)), block: UInt64 = 0x000F_000F_000F_000F
                let upper = words[row] >> a & block, lower = words[column] >> b & block
                words[row] ^= (upper ^ lower) << a
                words[column] ^= (upper ^ lower) << b
            }
        }
        return PDQHash(words[0], words[1], words[2], words[3])
    }
}

extension FrameMargins {
    /// Those of the turned picture; which side of the median a coefficient lies on says nothing of how far it is from it.
    public func turned(quarters: Int) -> FrameMargins {
        quarters & 1 == 0 ? self : FrameMargins(low: low.transposed, high: high.transposed)
    }
}
