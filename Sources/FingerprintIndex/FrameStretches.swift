import Fingerprints

/// Which codes are one picture.
///
/// A stretch begins with a usable code and goes on as long as the usable codes after it lie within `bits` of that first
/// one. On 66 real clips at four frames a second a stretch has 1.8 codes on average (neighbours lie 34 bits apart in the
/// median), of which `FrameThinning` leaves 1.4; posting only the first of each cost one to two per cent of what a lookup
/// finds.
enum FrameStretches {
    /// Between a stretch's first code and the others; PDQ's own radius for "the same picture" is 31.
    static let bits = 32

    /// Flat frames tell nothing from anything.
    static func isUsable(quality: UInt8) -> Bool { quality >= AlignerParameters.current.qualityMin }

    /// Whether a code after `first` still belongs to its stretch.
    static func holds(_ first: PDQHash, _ next: PDQHash) -> Bool { first.hammingDistance(to: next) <= bits }

    /// The places of the first codes.
    static func firsts(of frames: [FrameCode]) -> [Int] {
        firsts(frames.count, quality: { frames[$0].quality }, hash: { frames[$0].hash })
    }

    /// The same of codes that lie elsewhere.
    static func firsts(_ count: Int, quality: (Int) -> UInt8, hash: (Int) -> PDQHash) -> [Int] {
        var firsts: [Int] = [], first: PDQHash?
        for place in 0..<count where isUsable(quality: quality(place)) {
            let hash = hash(place)
            if let first, holds(first, hash) { continue }
            first = hash
            firsts.append(place)
        }
        return firsts
    }
}
