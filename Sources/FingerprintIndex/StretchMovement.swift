/// What moves in a stretch of the query, with what was looked for in it.
///
/// What stands still agrees on many lines of time. Those about the same stretch, on which the same pictures lie alike, ask the
/// same of what moves: on which line it agrees best, or whether it was cut up. It is looked for once.
final class StretchMovement {
    let evidence: MovementEvidence
    private let line: Line
    private let span: (start: Double, end: Double)
    private var views: [MovementSeries.View] { evidence.field.views }
    /// The line near `line` on which most agrees, and what agrees where it was cut up or plays strangely.
    private(set) lazy var found = {
        let speeds = AlignerParameters.current.speeds
        return evidence.best(about: line, speeds: speeds.contains(line.speed) ? speeds : [line.speed] + speeds)
    }()
    private(set) lazy var strange = evidence.strange(about: line, speeds: [1, line.speed, found.line.speed])

    /// - Parameters:
    ///   - span: of the query, seconds.
    ///   - line: about which others are looked for.
    init(_ evidence: MovementEvidence, span: (start: Double, end: Double), about line: Line) {
        (self.evidence, self.span, self.line) = (evidence, span, line)
    }

    /// How much of either stretch must lie in the other.
    private static let commonLeast = 0.8
    /// By how much speeds may differ, share; less than speeds that are tried lie apart.
    private static let speedsApart = 0.025
    /// By how much a corner may lie elsewhere, share of the picture's smaller side where it lies.
    private static let viewsApart = 0.06

    /// Whether what was looked for here holds for another line, too: three quarters of what is within reach of either must
    /// be within that of the other.
    func holds(for other: Line, span: (start: Double, end: Double), views: [MovementSeries.View]) -> Bool {
        let common = min(self.span.end, span.end) - max(self.span.start, span.start)
        let longest = max(self.span.end - self.span.start, span.end - span.start)
        guard common >= Self.commonLeast * longest, other.mirrored == line.mirrored,
            abs(other.speed / line.speed - 1) <= Self.speedsApart
        else { return false }
        let middle = (span.start + span.end) / 2
        guard abs(other.reference(at: middle) - line.reference(at: middle)) <= MovementMatching.current.reach / 2 else {
            return false
        }
        return [span.start, middle, span.end].allSatisfy { time in
            guard let own = Self.view(self.views, at: time), let other = Self.view(views, at: time) else {
                return false
            }
            return own.distance(to: other) <= Self.viewsApart * own.extent
        }
    }

    private static func view(_ views: [MovementSeries.View], at time: Double) -> MovementSeries.View? {
        views.last { $0.time <= time } ?? views.first
    }
}
