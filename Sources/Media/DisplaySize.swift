/// Sizes of a picture as shown: with square pixels, and reduced.
enum DisplaySize {
    /// Sample aspects outside 1/10...10 are mistakes of a muxer, and ignored.
    static func sampleAspect(numerator: Int32, denominator: Int32) -> Double {
        guard numerator > 0, denominator > 0 else { return 1 }
        let aspect = Double(numerator) / Double(denominator)
        return aspect >= 0.1 && aspect <= 10 ? aspect : 1
    }

    /// The side that is too short grows, so that no pixel is lost.
    static func squarePixels(width: Int, height: Int, sampleAspect: Double) -> (width: Int, height: Int) {
        sampleAspect >= 1
            ? (Int((Double(width) * sampleAspect).rounded()), height)
            : (width, Int((Double(height) / sampleAspect).rounded()))
    }

    /// Reduced to a longest side, never enlarged; each side at least one.
    static func fitted(_ size: (width: Int, height: Int), longestSide: Int) -> (width: Int, height: Int) {
        let longest = max(size.width, size.height)
        guard longest > longestSide else { return size }
        let scale = Double(longestSide) / Double(longest)
        return (
            max(1, Int((Double(size.width) * scale).rounded())), max(1, Int((Double(size.height) * scale).rounded()))
        )
    }
}
