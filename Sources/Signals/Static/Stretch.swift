internal import Frames

/// A static stretch with its kind; stretches of a video do not overlap.
struct Stretch: Sendable {
    var span: TimeSpan
    var kind: StaticSignal.Kind
    var under: StaticSignal.Under?

    /// Names the holds and the runs of a virtual camera, and joins them into slideshows.
    static func classify(
        holds: [Hold], cameras: [CameraRun], cuts: [Double], first: Double, end: Double, _ p: StaticParameters
    ) -> [Stretch] {
        var stretches: [Stretch] = []
        let slides = Slide.ordered(holds: holds, cameras: cameras, cuts: cuts, first: first, end: end, p)
        var index = 0
        while index < slides.count {
            if let flat = slides[index].flat {
                stretches.append(Stretch(span: slides[index].span, kind: flat))
                index += 1
                continue
            }
            var stop = index + 1
            var differ = false
            while stop < slides.count, slides[stop].flat == nil,
                slides[stop].span.start - slides[stop - 1].span.end <= p.transitionSeconds
            {
                differ = differ || slides[stop].isAnotherPicture(than: slides[stop - 1], cuts: cuts, p)
                stop += 1
            }
            let run = slides[index..<stop]
            let whole = TimeSpan(start: run[index].span.start, end: run[stop - 1].span.end)
            let under = run.compactMap(\.under).first
            if differ {
                stretches.append(Stretch(span: whole, kind: .slideshow, under: under))
            } else if whole.seconds >= p.stillShare * (end - first) {
                stretches.append(Stretch(span: whole, kind: .still, under: under))
            } else {
                stretches += run.map { Stretch(span: $0.span, kind: .freeze, under: $0.under) }
            }
            index = stop
        }
        return stretches
    }
}

/// One picture, standing or under a virtual camera.
private struct Slide {
    var span: TimeSpan
    var flat: StaticSignal.Kind?
    var under: StaticSignal.Under?
    /// What stands there; nil under a moving camera.
    var picture: LumaImage?

    /// Holds and camera runs in time order, without overlap, ends of runs moved to the cuts beside them.
    static func ordered(
        holds: [Hold], cameras: [CameraRun], cuts: [Double], first: Double, end: Double, _ p: StaticParameters
    ) -> [Slide] {
        var slides = holds.compactMap { hold -> Slide? in
            let kind = Stretch.flatKind(hold.picture, p)
            let seconds = hold.end - hold.start
            guard seconds >= (kind == nil ? p.holdSeconds : p.flatSeconds) - 1e-9,
                kind != nil || hold.calm >= p.calmShare * seconds
            else { return nil }
            return Slide(span: TimeSpan(start: hold.start, end: hold.end), flat: kind, picture: hold.picture)
        }
        let reach = p.cameraEdgeSeconds
        for camera in cameras {
            let start = cuts.last { $0 <= camera.start + 1e-6 && $0 >= camera.start - reach }
            let stop = cuts.first { $0 >= camera.end - 1e-6 && $0 <= camera.end + reach }
            var span = TimeSpan(start: start ?? camera.start, end: stop ?? camera.end)
            if span.start - first <= reach { span.start = first }
            if end - span.end <= reach { span.end = end }
            slides.append(Slide(span: span, under: camera.under))
        }
        slides.sort { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) }
        var apart: [Slide] = []
        for var slide in slides {
            if let last = apart.last, slide.span.start < last.span.end {
                guard slide.span.end > last.span.end else { continue }
                slide.span.start = last.span.end
            }
            apart.append(slide)
        }
        return apart
    }

    func isAnotherPicture(than before: Slide, cuts: [Double], _ p: StaticParameters) -> Bool {
        if let picture, let old = before.picture {
            return BlockDifferences(old, picture).share(above: p.strongLevels) > p.strongShare
        }
        return span.start - before.span.end > p.cameraEdgeSeconds
            || cuts.contains { $0 >= before.span.end - 0.05 && $0 <= span.start + 0.05 }
    }
}

extension Stretch {
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
