import CoreMetrics
import Telemetry
import Testing

@Suite("Metrics as Prometheus reads them")
struct ExpositionTests {
    private let registry = MetricRegistry([
        .init("jobs_total", .counter, "Jobs that have ended."),
        .init("depth", .gauge, #"Jobs in a "lane",\none a line."#),
        .init("wait_seconds", .histogram, "Seconds.", buckets: [0.1, 1, 10]),
    ])

    @Test("A counter, a gauge and a histogram are the text of the format's description, in the order of their names")
    func text() {
        registry.makeCounter(label: "jobs_total", dimensions: [("reason", "ok"), ("outcome", "complete")])
            .increment(by: 3)
        registry.makeMeter(label: "depth", dimensions: []).set(2.5)
        let wait = registry.makeTimer(label: "wait_seconds", dimensions: [("stage", "decode")])
        wait.recordNanoseconds(100_000_000)  // the bound itself belongs to its bucket
        wait.recordNanoseconds(500_000_000)
        wait.recordNanoseconds(60_000_000_000)
        #expect(
            registry.exposition() == """
                # HELP depth Jobs in a "lane",\\\\none a line.
                # TYPE depth gauge
                depth 2.5
                # HELP jobs_total Jobs that have ended.
                # TYPE jobs_total counter
                jobs_total{outcome="complete",reason="ok"} 3
                # HELP wait_seconds Seconds.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{stage="decode",le="0.1"} 1
                wait_seconds_bucket{stage="decode",le="1"} 2
                wait_seconds_bucket{stage="decode",le="10"} 2
                wait_seconds_bucket{stage="decode",le="+Inf"} 3
                wait_seconds_sum{stage="decode"} 60.6
                wait_seconds_count{stage="decode"} 3

                """)
    }

    @Test("Quotes, backslashes and line ends in a label are escaped, and nothing else")
    func escaping() {
        registry.makeCounter(label: "jobs_total", dimensions: [("reason", "a\\b\"c\nd é{}")]).increment(by: 1)
        #expect(registry.exposition().contains(#"jobs_total{reason="a\\b\"c\nd é{}"} 1"#))
    }

    @Test("A metric that was never counted is not there; one that was made is, with zero")
    func zero() {
        #expect(registry.exposition() == "")
        _ = registry.makeCounter(label: "jobs_total", dimensions: [])
        #expect(
            registry.exposition()
                == "# HELP jobs_total Jobs that have ended.\n# TYPE jobs_total counter\njobs_total 0\n")
    }

    @Test("A label with ever new values stops at five hundred, and the rest is counted together")
    func manySeries() {
        for number in 0..<600 {
            registry.makeCounter(label: "jobs_total", dimensions: [("reason", "r\(number)")]).increment(by: 1)
        }
        let lines = registry.exposition().split(separator: "\n").filter { $0.hasPrefix("jobs_total{") }
        #expect(lines.count == 501)
        #expect(lines.contains(#"jobs_total{other="true"} 100"#))
    }

    @Test("What others count is asked for each time, and replaces what was there")
    func collectors() {
        registry.onExposition { registry, _ in registry.replace("depth", [([("lane", "live")], 7)]) }
        #expect(registry.exposition().hasSuffix("depth{lane=\"live\"} 7\n"))
        registry.replace("depth", [([("lane", "gone")], 1)])
        #expect(registry.exposition().hasSuffix("depth{lane=\"live\"} 7\n"))
    }

    @Test("A gauge that is told to forget is zero again; infinity has Prometheus' spelling")
    func special() {
        let counter = registry.makeCounter(label: "jobs_total", dimensions: [])
        counter.increment(by: 5)
        counter.reset()
        registry.makeMeter(label: "depth", dimensions: []).set(Double.infinity)
        #expect(registry.exposition().contains("\njobs_total 0\n"))
        #expect(registry.exposition().contains("\ndepth +Inf\n"))
    }
}
