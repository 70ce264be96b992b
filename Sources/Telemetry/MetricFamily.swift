/// What a metric is called, and what is said of it: one line in the table of `FleetMetrics`.
public struct MetricDescription: Sendable, Equatable {
    public enum Kind: String, Sendable { case counter, gauge, histogram }

    /// As Prometheus allows: letters, digits and underscores, its unit last.
    public var name: String
    public var kind: Kind
    public var help: String
    /// Upper bounds of a histogram's buckets, rising; the one without an end is added.
    public var buckets: [Double]

    public init(_ name: String, _ kind: Kind, _ help: String, buckets: [Double] = []) {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }, "\(name): buckets must rise")
        self.name = name
        self.kind = kind
        self.help = help
        self.buckets = buckets
    }
}

/// The values of one metric: one for each set of labels.
struct MetricFamily: Sendable {
    struct Histogram: Sendable, Equatable {
        /// Values at most as large as the bucket's bound, each counted once; the last has no bound.
        var counts: [Int]
        var sum = 0.0

        mutating func add(_ value: Double, _ buckets: [Double]) {
            counts[buckets.firstIndex { value <= $0 } ?? buckets.count] += 1
            sum += value
        }
    }

    enum Value: Sendable, Equatable {
        case number(Double)
        case histogram(Histogram)
    }

    let description: MetricDescription
    /// By the labels as they are written.
    private(set) var values: [String: Value] = [:]

    init(_ description: MetricDescription) { self.description = description }

    mutating func declare(_ labels: String) {
        guard values[labels] == nil else { return }
        let isHistogram = description.kind == .histogram
        values[labels] =
            isHistogram
            ? .histogram(Histogram(counts: Array(repeating: 0, count: description.buckets.count + 1))) : .number(0)
    }

    mutating func add(_ amount: Double, _ labels: String) {
        declare(labels)
        switch values[labels] {
        case .number(let before): values[labels] = .number(before + amount)
        case .histogram(var histogram):
            histogram.add(amount, description.buckets)
            values[labels] = .histogram(histogram)
        case nil: break
        }
    }

    mutating func set(_ value: Double, _ labels: String) { values[labels] = .number(value) }

    mutating func remove(_ labels: String) { values[labels] = nil }
    mutating func removeAll() { values = [:] }
}
