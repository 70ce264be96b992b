/// One axis of a drawing: seconds → pixels, and where its ticks lie.
package struct Axis {
    /// Seconds at the first and one past the last pixel.
    package let start: Double
    package let end: Double
    package let firstPixel: Int
    /// Negative when the axis runs upwards.
    package let pixels: Int

    private var pixelsPerSecond: Double { Double(pixels) / (end - start) }

    package init(start: Double, end: Double, firstPixel: Int, pixels: Int) {
        self.start = start
        self.end = end
        self.firstPixel = firstPixel
        self.pixels = pixels
    }

    package func pixel(_ seconds: Double) -> Int { firstPixel + Int(((seconds - start) * pixelsPerSecond).rounded()) }

    /// Whether the whole of what is drawn there lies on the axis.
    package func holds(_ seconds: Double) -> Bool { seconds >= start && seconds <= end }

    /// 1, 2 or 5 times a power of ten, the least that leaves `apart` pixels from tick to tick.
    package func step(apart: Int) -> Double {
        let least = Double(apart) / abs(pixelsPerSecond)
        var power = 0.001
        while power * 10 <= least { power *= 10 }
        for factor in [1.0, 2, 5] where factor * power >= least { return factor * power }
        return 10 * power
    }

    /// Multiples of the step that lie on the axis.
    package func ticks(apart: Int) -> [Double] {
        let step = step(apart: apart)
        let first = (start / step - 1e-9).rounded(.up), last = (end / step + 1e-9).rounded(.down)
        guard last >= first else { return [] }
        return (0...Int(last - first)).map { (first + Double($0)) * step }
    }

    /// Digits after the point that tell ticks apart.
    package func digits(apart: Int) -> Int {
        let step = step(apart: apart)
        return step >= 0.999 ? 0 : step >= 0.0999 ? 1 : step >= 0.00999 ? 2 : 3
    }
}
