internal import Frames

/// A static stretch with its kind; stretches of a video do not overlap.
struct Stretch: Sendable {
    var span: TimeSpan
    var kind: StaticSignal.Kind

    /// Names the holds and joins slides into slideshows.
    static func classify(holds: [Hold], first: Double, end: Double, _ p: StaticParameters) -> [Stretch] {
        let slides: [Slide] = holds.compactMap { hold in
            let kind = flatKind(hold.picture, p)
            let seconds = hold.end - hold.start
            guard seconds >= (kind == nil ? p.holdSeconds : p.flatSeconds) - 1e-9 else { return nil }
            return Slide(span: TimeSpan(start: hold.start, end: hold.end), flat: kind, picture: hold.picture)
        }

        var stretches: [Stretch] = []
        var index = 0
        while index < slides.count {
            guard slides[index].flat == nil else {
                stretches.append(Stretch(span: slides[index].span, kind: slides[index].flat ?? .solid))
                index += 1
                continue
            }
            var stop = index + 1
            var differ = false
            while stop < slides.count, slides[stop].flat == nil,
                slides[stop].span.start - slides[stop - 1].span.end <= p.transitionSeconds
            {
                let change = BlockDifferences(slides[stop - 1].picture, slides[stop].picture)
                differ = differ || change.share(above: p.strongLevels) > p.strongShare
                stop += 1
            }
            let run = slides[index..<stop]
            let whole = TimeSpan(start: run[index].span.start, end: run[stop - 1].span.end)
            if differ {
                stretches.append(Stretch(span: whole, kind: .slideshow))
            } else if whole.seconds >= p.stillShare * (end - first) {
                stretches.append(Stretch(span: whole, kind: .still))
            } else {
                stretches += run.map { Stretch(span: $0.span, kind: .freeze) }
            }
            index = stop
        }
        return stretches
    }

    private struct Slide {
        var span: TimeSpan
        var flat: StaticSignal.Kind?
        var picture: LumaImage
    }

    /// `black`, `solid`, or nil for a picture with something in it.
    static func flatKind(_ picture: LumaImage, _ p: StaticParameters) -> StaticSignal.Kind? {
        var histogram = [Int](repeating: 0, count: 256)
        for pixel in picture.pixels { histogram[Int(pixel)] += 1 }
        let count = Double(picture.pixels.count)
        let dark = histogram[0...Int(p.blackLevel)].reduce(0, +)
        if Double(dark) >= p.blackShare * count { return .black }
        var below = 0
        var low = 0, high = 255
        for (level, pixels) in histogram.enumerated() {
            if Double(below) <= 0.02 * count { low = level }
            if Double(below) < 0.98 * count { high = level }
            below += pixels
        }
        return high - low <= p.solidRange ? .solid : nil
    }
}
