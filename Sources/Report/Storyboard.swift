public import Frames
internal import Pictures
public import Records
internal import Signals

/// What was measured of one video as a picture: frames, a timeline of its spans, its motion, quality and loudness, and
/// the parts of its quality, with what speaks for a recapture.
public struct Storyboard {
    public let record: ExtractRecord
    /// Seconds at which frames are wanted, in time order.
    public let moments: [Double]

    // Pixels.
    static let width = 1_120
    static let margin = ExplainPicture.margin
    static let columns = 6
    static let frameSide = (width - (columns + 1) * margin) / columns
    static let heading = 34

    public static var longestSide: Int { frameSide }
    /// Frames at most: two rows.
    static let framesMax = 2 * columns

    public init(_ record: ExtractRecord) {
        self.record = record
        moments = Self.moments(record)
    }

    /// The middle of each span, the longest first, and between them moments spread evenly over the video.
    private static func moments(_ record: ExtractRecord) -> [Double] {
        let end = duration(record)
        guard record.media?.video != nil, end > 0 else { return [] }
        var spans = record.static?.spans.map { TimeSpan(start: $0.start, end: $0.end) } ?? []
        spans += record.recapture?.spans ?? []
        if let worst = record.quality?.worst { spans.append(worst) }
        let middles = spans.sorted { $0.seconds > $1.seconds }.map { ($0.start + $0.end) / 2 }
        let even = (0..<framesMax).map { (Double($0) + 0.5) / Double(framesMax) * end }
        // No two nearer than half a column's share of time.
        let apart = end / Double(2 * framesMax)
        var chosen: [Double] = []
        for moment in middles.prefix(columns) + even where chosen.allSatisfy({ abs($0 - moment) >= apart }) {
            chosen.append(moment)
        }
        return chosen.prefix(framesMax).sorted()
    }

    static func duration(_ record: ExtractRecord) -> Double {
        record.outcome.decodedUntil ?? record.media?.claimedDuration ?? 0
    }

    /// - Parameter frames: a picture or nil for each of `moments`.
    public func draw(frames: [RGBImage?]) -> RGBImage {
        precondition(frames.count == moments.count, "\(frames.count) frames of \(moments.count) moments")
        let rows = stride(from: 0, to: frames.count, by: Self.columns).map { first in
            heights(frames[first..<min(first + Self.columns, frames.count)])
        }
        let timeline = StoryboardTimeline(record: record)
        let bars = StoryboardBars(record: record)
        let framesTop = 70
        let timelineTop = framesTop + rows.reduce(0, +)
        let barsTop = timelineTop + timeline.height
        var canvas = Canvas(
            width: Self.width, height: barsTop + bars.height + Self.margin, filledWith: ExplainPicture.ground)
        canvas.text(title, x: Self.margin, y: 14, color: ExplainPicture.ink, scale: 2)
        canvas.text(facts, x: Self.margin, y: 40, color: ExplainPicture.faint, scale: 2)
        var top = framesTop
        for (row, height) in rows.enumerated() {
            for index in row * Self.columns..<min((row + 1) * Self.columns, frames.count) {
                draw(frames[index], at: moments[index], column: index % Self.columns, top: top, height, &canvas)
            }
            top += height
        }
        timeline.draw(top: timelineTop, &canvas)
        bars.draw(top: barsTop, &canvas)
        return canvas.image
    }

    private var title: String {
        let name = record.input.path.split(separator: "/").last.map(String.init) ?? record.input.path
        let letters = (Self.width - 2 * Self.margin) / 12
        return name.count > letters ? "..." + name.suffix(letters - 3) : name
    }

    private var facts: String {
        var parts = ["\(ExplainPicture.fixed(Self.duration(record), 1)) s"]
        if let video = record.media?.video { parts.append("\(video.width)x\(video.height) \(video.codec)") }
        if let audio = record.media?.audio { parts.append("\(audio.codec) \(audio.sampleRateHz) Hz") }
        if let shots = record.static?.shots { parts.append("\(shots.count) \(shots.count == 1 ? "shot" : "shots")") }
        if record.outcome.kind != .complete { parts.append(record.outcome.reason) }
        return parts.joined(separator: "   ")
    }

    private static let captionHeight = 34

    private func heights(_ frames: ArraySlice<RGBImage?>) -> Int {
        let square = Canvas.Rect(x: 0, y: 0, width: Self.frameSide, height: Self.frameSide)
        return Self.captionHeight + (frames.map { $0.map { Canvas.fit($0, in: square).height } ?? 60 }.max() ?? 60)
    }

    private func draw(
        _ frame: RGBImage?, at moment: Double, column: Int, top: Int, _ height: Int, _ canvas: inout Canvas
    ) {
        let kind = record.static?.spans.first { ($0.start...max($0.start, $0.end)).contains(moment) }?.kind
        let color = kind.map(StoryboardTimeline.color) ?? ExplainPicture.faint
        let rect = Canvas.Rect(
            x: Self.margin + column * (Self.frameSide + Self.margin), y: top, width: Self.frameSide,
            height: height - Self.captionHeight)
        let place = ExplainPicture.place(frame, in: rect, border: color, &canvas)
        if frame != nil, let corners = record.recapture?.evidence?.outline, isFilmed(moment) {
            outline(corners, in: place, &canvas)
        }
        let seconds = "\(ExplainPicture.fixed(moment, 1)) s"
        let caption = seconds + (kind.map { " \($0.rawValue)" } ?? "")
        let fits = Canvas.size(of: caption, scale: 2).width <= Self.frameSide
        canvas.text(fits ? caption : seconds, x: rect.x, y: top + rect.height + 6, color: color, scale: 2)
    }

    private func isFilmed(_ moment: Double) -> Bool {
        record.recapture?.spans.contains { $0.start <= moment && moment <= $0.end } ?? false
    }

    /// The screen's outline, as it lay at the clearest look.
    private func outline(_ corners: [Double], in place: Canvas.Rect, _ canvas: inout Canvas) {
        guard corners.count == 8, corners.allSatisfy(\.isFinite) else { return }
        let points = stride(from: 0, to: 8, by: 2).map { at -> Canvas.Spot in
            (
                Double(place.x) + corners[at] * Double(place.width),
                Double(place.y) + corners[at + 1] * Double(place.height)
            )
        }
        for (index, point) in points.enumerated() {
            canvas.stroke(
                from: point, to: points[(index + 1) % 4], width: 2, with: PlacePanel.outline, inside: place)
        }
    }
}
