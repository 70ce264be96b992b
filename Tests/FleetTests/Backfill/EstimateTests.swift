@testable import Fleet
import Foundation
import Testing

@Suite("What a sample says of an archive")
struct EstimateTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(
        "Student's t at 95 %, as its tables have it",
        arguments: [(1, 6.314), (19, 1.729), (30, 1.697), (60, 1.671), (120, 1.658)])
    func quantiles(freedom: Int, value: Double) {
        #expect(abs(SampleStatistics.quantile(freedom: freedom) - value) < 0.002)
    }

    @Test("A total and its interval are as reckoned by hand")
    func total() {
        // Mean 20, variance 100 from 3 of 100: 2000 ± 2.920 * 100 * sqrt(0.97 * 100 / 3).
        let range = SampleStatistics.total([10, 20, 30], of: 100)
        #expect(range.value == 2000)
        #expect(abs(range.low - 339.6) < 0.1)
        #expect(abs(range.high - 3660.4) < 0.1)
        #expect(SampleStatistics.total([10, 20, 30], of: 3) == EstimatedRange(value: 60, low: 60, high: 60))
        // What was measured is the least there is.
        #expect(SampleStatistics.total([0, 90], of: 4).low == 90)
    }

    @Test("The interval holds the truth in about nine of ten samples of an archive with long videos in it")
    func coverage() {
        // 5000 lengths, most of them short: exp of a triangular spread.
        let lengths = (0..<5000).map { (number: Int) -> Double in
            let spread = (number * 7919) % 1000 + (number * 104_729) % 1000
            return Foundation.exp(Double(spread) / 400)
        }
        let truth = lengths.reduce(0, +)
        var held = 0
        for seed in 0..<500 {
            var reservoir = Reservoir<Double>(capacity: 100, seed: UInt64(seed))
            for length in lengths { reservoir.offer(length) }
            let range = SampleStatistics.total(reservoir.items, of: lengths.count)
            if range.low <= truth, truth <= range.high { held += 1 }
        }
        #expect((430...475).contains(held), "\(held) of 500")
    }

    @Test("No failure among 20 still leaves room for some; a whole archive's share is what it is")
    func shares() {
        let none = SampleStatistics.share(0, of: 20, in: 1000)
        #expect(none.value == 0 && none.low == 0)
        #expect(abs(none.high - 0.1192) < 0.0005)
        #expect(SampleStatistics.share(5, of: 20, in: 20) == EstimatedRange(value: 0.25, low: 0.25, high: 0.25))
    }

    @Test("Every line has the same chance to be drawn")
    func reservoir() {
        var drawn = [Int](repeating: 0, count: 50)
        for seed in 0..<4000 {
            var reservoir = Reservoir<Int>(capacity: 5, seed: UInt64(seed))
            for number in 0..<50 { reservoir.offer(number) }
            #expect(Set(reservoir.items).count == 5)
            for number in reservoir.items { drawn[number] += 1 }
        }
        // 400 each; the standard deviation is 19.
        #expect(drawn.allSatisfy { (300...500).contains($0) }, "\(drawn)")
    }

    @Test("The same manifest gives the same sample, another one another")
    func sameSample() throws {
        func numbers(_ name: String, _ last: String) throws -> [Int] {
            let text = (1...2000).map { "{\"path\":\"/a/\($0).mp4\"}\n" }.joined() + last
            let survey = try ManifestSurvey(of: try folder.file(name, Array(text.utf8)), sample: 10)
            #expect(survey.records == 2001)
            return survey.sample.map(\.number)
        }
        let first = try numbers("one.jsonl", "{\"path\":\"/a/x.mp4\"}\n")
        #expect(first.count == 10 && first == first.sorted())
        #expect(try numbers("two.jsonl", "{\"path\":\"/a/x.mp4\"}\n") == first)
        #expect(try numbers("three.jsonl", "{\"path\":\"/a/y.mp4\"}\n") != first)
    }

    @Test("From start to end counts the slots, the coordinator, the processors, the cap and the hours of the day")
    func hours() throws {
        let measured = (0..<10).map { _ in
            BackfillEstimate.Measured(videoSeconds: 60, cpuSeconds: 18, wallSeconds: 36, storeBytes: 1000)
        }
        let alone = BackfillEstimate(
            measured, matchingSeconds: [4, 4], of: 1000, sampleSeconds: 9, pace: .init(slots: 4))
        #expect(abs(alone.cpuHours.value - 5) < 1e-9)
        #expect(abs(alone.hours.value - 2.5) < 1e-9)
        #expect(abs(alone.videoHours.value - 1000.0 / 60) < 1e-9)
        #expect(abs(alone.storeBytes.value - 1_000_000) < 1e-3)
        let window: DayWindow = try #require(DayWindow("22:00-06:00"))
        #expect(abs(alone.matchingHours.value - 4000.0 / 3600) < 1e-9)
        let wide = BackfillEstimate(
            measured, matchingSeconds: [4, 4], of: 1000, sampleSeconds: 9, pace: .init(slots: 99))
        #expect(abs(wide.hours.value - 4000.0 / 3600) < 1e-9)
        let shared = BackfillEstimate.Pace(slots: 4, processors: 2)
        let both = BackfillEstimate(measured, matchingSeconds: [4, 4], of: 1000, sampleSeconds: 9, pace: shared)
        #expect(abs(both.hours.value - (18_000 + 4000) / 7200.0) < 1e-9)
        let nights = BackfillEstimate.Pace(slots: 4, window: window)
        #expect(
            abs(
                BackfillEstimate(measured, matchingSeconds: [4, 4], of: 1000, sampleSeconds: 9, pace: nights).hours
                    .value - 7.5) < 1e-9)
        let capped = BackfillEstimate.Pace(slots: 4, rate: 0.05)
        #expect(
            abs(
                BackfillEstimate(measured, matchingSeconds: [4, 4], of: 1000, sampleSeconds: 9, pace: capped).hours
                    .value - 1000 / 180.0) < 1e-9)
    }
}
