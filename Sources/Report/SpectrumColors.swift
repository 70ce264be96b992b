package import Pictures

/// Loudness as colour: from near black over blue and green to a pale yellow, lighter at every step, so
/// that it reads the same in grey and to eyes that tell red from green badly.
package enum SpectrumColors {
    /// At even distances; the ramp between them is straight in each channel.
    private static let points: [Canvas.Color] = [
        .init(12, 12, 24), .init(30, 32, 72), .init(38, 66, 112), .init(40, 104, 124), .init(52, 140, 124),
        .init(104, 176, 108), .init(182, 206, 104), .init(248, 240, 168),
    ]

    /// One colour for each of the 256 levels.
    package static let ramp: [Canvas.Color] = (0...255).map { level in
        let place = Double(level) / 255 * Double(points.count - 1)
        let index = min(points.count - 2, Int(place))
        return mix(points[index], points[index + 1], place - Double(index))
    }

    /// `share` of `to`, the rest of `from`.
    static func mix(_ from: Canvas.Color, _ to: Canvas.Color, _ share: Double) -> Canvas.Color {
        func channel(_ a: UInt8, _ b: UInt8) -> UInt8 {
            UInt8((Double(a) + (Double(b) - Double(a)) * max(0, min(1, share))).rounded())
        }
        return Canvas.Color(channel(from.red, to.red), channel(from.green, to.green), channel(from.blue, to.blue))
    }
}
