internal import Frames

/// A static stretch with its kind; stretches of a video do not overlap.
struct Stretch: Sendable {
    var span: TimeSpan
    var kind: StaticSignal.Kind
    var under: StaticSignal.Under?

    /// Names the holds and the runs of a virtual camera, and joins them into slideshows.
    static func classify(
        holds: [Hold], cameras: [CameraRun], cuts: [Double], ends: (first: LumaImage, last: LumaImage), first: Double,
        end: Double, _ p: StaticParameters
    ) -> [Stretch] {
        var stretches: [Stretch] = []
        let slides = Slide.ordered(holds: holds, cameras: cameras, cuts: cuts, ends: ends, first: first, end: end, p)
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
                slides[stop].span.start - slides[stop - 1].span.end
                    <= (slides[stop].picture == nil || slides[stop - 1].picture == nil
                        ? p.cameraTransitionSeconds : p.transitionSeconds)
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
        holds: [Hold], cameras: [CameraRun], cuts: [Double], ends: (first: LumaImage, last: LumaImage), first: Double,
        end: Double, _ p: StaticParameters
    ) -> [Slide] {
        var slides = holds.map { hold in
            Slide(
                span: TimeSpan(start: hold.start, end: hold.end), flat: hold.flat,
                under: hold.flat == nil && hold.isDrawnOver ? .overlay : nil, picture: hold.picture)
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
        closeFades(&apart, cuts: cuts, ends: ends, first: first, end: end, p)
        return apart
    }

    /// A still that turns black or one-coloured, or comes out of it, is one all the way.
    private static func closeFades(
        _ slides: inout [Slide], cuts: [Double], ends: (first: LumaImage, last: LumaImage), first: Double, end: Double,
        _ p: StaticParameters
    ) {
        func isFade(_ start: Double, _ stop: Double) -> Bool {
            stop - start > 1e-6 && stop - start <= p.fadeSeconds
                && !cuts.contains { $0 > start + 0.05 && $0 < stop - 0.05 }
        }
        for index in slides.indices where slides[index].flat == nil {
            let before = index > 0 ? slides[index - 1].span.end : first
            let comesFromFlat = index > 0 ? slides[index - 1].flat != nil : Stretch.flatKind(ends.first, p) != nil
            if comesFromFlat, isFade(before, slides[index].span.start) {
                slides[index].span.start = before
                slides[index].under = .fade
            }
            let isLast = index + 1 == slides.count
            let after = isLast ? end : slides[index + 1].span.start
            let goesToFlat = isLast ? Stretch.flatKind(ends.last, p) != nil : slides[index + 1].flat != nil
            if goesToFlat, isFade(slides[index].span.end, after) {
                slides[index].span.end = after
                slides[index].under = .fade
            }
        }
    }

    func isAnotherPicture(than before: Slide, cuts: [Double], _ p: StaticParameters) -> Bool {
        if let picture, let old = before.picture {
            // The blurred and the refined state of one photograph differ too, but only in detail.
            return BlockDifferences(old, picture).share(above: p.strongLevels) > p.strongShare
                && old.correlation(with: picture) < p.samePicture
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

extension LumaImage {
    /// -1...1; of a flat picture 0.
    func correlation(with other: LumaImage) -> Double {
        var sumA = 0, sumB = 0, squaresA = 0, squaresB = 0, products = 0
        for index in pixels.indices {
            let x = Int(pixels[index]), y = Int(other.pixels[index])
            sumA += x
            sumB += y
            squaresA += x * x
            squaresB += y * y
            products += x * y
        }
        let count = pixels.count
        let varianceA = Double(count * squaresA - sumA * sumA), varianceB = Double(count * squaresB - sumB * sumB)
        guard varianceA > 0, varianceB > 0 else { return 0 }
        return Double(count * products - sumA * sumB) / (varianceA * varianceB).squareRoot()
    }
}
