import Frames

/// Disjoint stretches of one timeline, in order.
struct SpanSet {
    private(set) var spans: [TimeSpan]

    init(_ spans: [TimeSpan] = []) {
        self.spans = []
        for span in spans.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) where span.end > span.start {
            if let last = self.spans.last, span.start <= last.end {
                self.spans[self.spans.count - 1].end = max(last.end, span.end)
            } else {
                self.spans.append(span)
            }
        }
    }

    var seconds: Double { spans.reduce(0) { $0 + $1.seconds } }

    func union(_ other: SpanSet) -> SpanSet { SpanSet(spans + other.spans) }

    /// Seconds that both cover.
    func secondsShared(with other: SpanSet) -> Double {
        max(0, seconds + other.seconds - union(other).seconds)
    }
}
