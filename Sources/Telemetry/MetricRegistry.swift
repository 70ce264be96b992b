public import CoreMetrics
internal import Synchronization

/// Keeps what a process measures, and writes it in Prometheus' text format: the backend of swift-metrics.
///
/// Names, help and buckets come from a table; a metric that is not in it is kept and written under its name, with no
/// more said about it. Labels are for what has few values (lanes, states, reasons), never for a job, a video or a
/// creator: `seriesMax` sets of labels a metric are kept, and further ones go under `other="true"`.
///
/// May be used from any thread. Counters and histograms start with the process, as Prometheus expects.
public final class MetricRegistry: MetricsFactory, Sendable {
    /// Sets of labels of one metric. The most that ours has is outcomes by reason, some fifty.
    public static let seriesMax = 500

    /// What asks somebody else for the present values, just before they are written; `isLast` when they are written for
    /// the last time, so that values which are merely recent will not do.
    public typealias Collector = @Sendable (_ registry: MetricRegistry, _ isLast: Bool) -> Void

    private struct State {
        var families: [String: MetricFamily] = [:]
        var collectors: [Collector] = []
    }

    private let table: [String: MetricDescription]
    private let state = Mutex(State())

    public init(_ descriptions: [MetricDescription]) {
        table = Dictionary(descriptions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The present values as text; asks the collectors first.
    public func exposition(isLast: Bool = false) -> String {
        for collector in state.withLock({ $0.collectors }) { collector(self, isLast) }
        return Exposition.text(state.withLock { Array($0.families.values) })
    }

    public func onExposition(_ collector: @escaping Collector) { state.withLock { $0.collectors.append(collector) } }

    /// Replaces all values of a metric that somebody else counts.
    public func replace(_ name: String, _ values: [(labels: [(String, String)], value: Double)]) {
        change(name, .gauge) { family in
            family.removeAll()
            for (labels, value) in values.prefix(Self.seriesMax) { family.set(value, Exposition.labels(labels)) }
        }
    }

    fileprivate func change(
        _ name: String, _ kind: MetricDescription.Kind, _ body: (inout MetricFamily) -> Void
    ) {
        state.withLock { state in
            let description = table[name] ?? MetricDescription(name, kind, name)
            body(&state.families[name, default: MetricFamily(description)])
        }
    }

    fileprivate func series(_ name: String, _ kind: MetricDescription.Kind, _ dimensions: [(String, String)]) -> Series
    {
        var labels = Exposition.labels(dimensions)
        change(name, kind) { family in
            if family.values[labels] == nil, family.values.count >= Self.seriesMax { labels = "other=\"true\"" }
            family.declare(labels)
        }
        return Series(registry: self, name: name, kind: kind, labels: labels)
    }

    // MARK: swift-metrics

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions)
    }
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions)
    }
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, aggregate ? .histogram : .gauge, dimensions)
    }
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .histogram, dimensions)
    }

    // Counts live as long as the process; whoever destroys a handle has only finished counting.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}

/// One metric with one set of labels.
private final class Series: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    private let registry: MetricRegistry
    private let name: String
    private let kind: MetricDescription.Kind
    private let labels: String

    init(registry: MetricRegistry, name: String, kind: MetricDescription.Kind, labels: String) {
        self.registry = registry
        self.name = name
        self.kind = kind
        self.labels = labels
    }

    private func change(_ body: (inout MetricFamily) -> Void) { registry.change(name, kind, body) }

    func increment(by amount: Int64) { change { $0.add(Double(amount), labels) } }
    func increment(by amount: Double) { change { $0.add(amount, labels) } }
    func decrement(by amount: Double) { change { $0.add(-amount, labels) } }
    func reset() {
        change {
            $0.remove(labels)
            $0.declare(labels)
        }
    }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { change { $0.set(value, labels) } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { change { kind == .gauge ? $0.set(value, labels) : $0.add(value, labels) } }
    /// Prometheus measures in seconds.
    func recordNanoseconds(_ duration: Int64) { change { $0.add(Double(duration) / 1e9, labels) } }
}
