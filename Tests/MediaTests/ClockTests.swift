@testable import Media
import Testing

@Suite("The rules of the clocks")
struct ClockTests {
    @Test("Pictures never run backwards, and a missing stamp follows its predecessor")
    func pictures() {
        var clock = PictureClock(secondsPerTick: 0.1, startTime: 0, claimedFrameRate: 10)
        let placed = [0, 1, 1, 3, nil, 2, 6].map { clock.place(timestamp: $0, duration: 0).pts }
        // 1 again: half a frame later; the missing one: a frame after 0.3; 2 again too early: half a frame later.
        for (time, expected) in zip(placed, [0, 0.1, 0.15, 0.3, 0.45, 0.525, 0.6]) {
            #expect(abs(time - expected) < 1e-9)
        }
    }

    @Test("Times before the start become zero")
    func early() {
        var clock = PictureClock(secondsPerTick: 0.1, startTime: 1, claimedFrameRate: 10)
        #expect(clock.place(timestamp: 4, duration: 1).pts == 0)
    }

    @Test("Sound counts samples while the stamps agree, and jumps ahead when they do not")
    func sound() {
        var clock = SoundClock()
        #expect(clock.place(pts: 0.001, samples: 100, rateHz: 1000) == (0.001, true))
        #expect(clock.place(pts: 0.12, samples: 100, rateHz: 1000) == (0.101, false))
        #expect(clock.place(pts: nil, samples: 100, rateHz: 1000) == (0.201, false))
        #expect(clock.place(pts: 0.1, samples: 100, rateHz: 1000) == (0.301, false))
        #expect(clock.place(pts: 1, samples: 100, rateHz: 1000) == (1, true))
        #expect(clock.place(pts: 1.1, samples: 100, rateHz: 2000) == (1.1, true))
        #expect(abs(clock.end - 1.15) < 1e-9)
    }

    @Test("A broadcast clock that starts again goes on where it was, on both streams")
    func broadcast() {
        var clock = PacketClock()
        #expect(clock.shift(stream: 0, time: 100) == 0)
        #expect(clock.shift(stream: 1, time: 100.1) == 0)
        #expect(clock.shift(stream: 0, time: 101) == 0)
        #expect(clock.shift(stream: 0, time: 5) == 96)
        #expect(clock.shift(stream: 1, time: 5.1) == 96)
    }

    @Test("A frame holds its grid points until the next, at most ten minutes of them")
    func grid() {
        var grid = SampleGrid()
        #expect(grid.arrive(at: 0.1) == (0..<0, true))
        #expect(grid.arrive(at: 0.2) == (1..<1, false))
        #expect(grid.arrive(at: 1.05) == (1..<4, true))
        #expect(grid.arrive(at: 36_000) == (5..<2405, true))
        #expect(grid.finish(at: 36_001) == 144_001..<144_004)
    }
}
