@testable import Fleet
import Foundation
import Testing

@Suite("When a backfill may submit, and how much")
struct PaceTests {
    @Test(
        "A window is open from its first minute to before its last, over midnight too",
        arguments: [
            ("22:00-06:00", 22 * 60, true), ("22:00-06:00", 21 * 60 + 59, false), ("22:00-06:00", 0, true),
            ("22:00-06:00", 5 * 60 + 59, true), ("22:00-06:00", 6 * 60, false), ("22:00-06:00", 12 * 60, false),
            ("9:30-17:00", 9 * 60 + 29, false), ("9:30-17:00", 9 * 60 + 30, true), ("9:30-17:00", 17 * 60, false),
        ])
    func openHours(text: String, minute: Int, isOpen: Bool) throws {
        #expect(try #require(DayWindow(text)).contains(minute: minute) == isOpen)
    }

    @Test(
        "What is no window is refused",
        arguments: [
            "", "22:00", "22:00-", "22-06", "24:00-06:00", "22:60-06:00", "22:0-06:00", "07:00-07:00", "a:bc-1:00",
        ])
    func noWindow(text: String) {
        #expect(DayWindow(text) == nil)
    }

    @Test("A window goes by the clock on the wall of its place")
    func zones() throws {
        let window = try #require(DayWindow("22:00-06:00"))
        // 2026-07-01T20:30:00Z: half past ten at night in Berlin, half past four in the afternoon in New York.
        let moment = Date(timeIntervalSince1970: 1_782_937_800)
        #expect(window.contains(moment, in: try #require(TimeZone(identifier: "Europe/Berlin"))))
        #expect(!window.contains(moment, in: try #require(TimeZone(identifier: "America/New_York"))))
        #expect(window.share == 8.0 / 24)
        #expect(window.opening == "22:00")
    }

    @Test("A time of day is the next one, tomorrow's where today's is over")
    func until() throws {
        let utc = try #require(TimeZone(identifier: "UTC"))
        // 2026-07-01T17:00:00Z and 19:00:00Z.
        let before = Date(timeIntervalSince1970: 1_782_925_200)
        let after = Date(timeIntervalSince1970: 1_782_932_400)
        #expect(DayWindow.next(minute: 18 * 60, after: before, in: utc)?.timeIntervalSince1970 == 1_782_928_800)
        #expect(DayWindow.next(minute: 18 * 60, after: after, in: utc)?.timeIntervalSince1970 == 1_783_015_200)
    }

    @Test("The cap begins empty, lets through its rate, and saves up a quarter of a second")
    func cap() {
        var cap = RateCap(rate: 40, at: 100)
        #expect(cap.take(1000, at: 100) == 0)
        #expect(cap.take(1000, at: 100.125) == 5)
        #expect(cap.take(3, at: 100.25) == 3)
        #expect(cap.take(1000, at: 100.25) == 2)
        #expect(cap.take(1000, at: 160) == 10)
        cap.giveBack(6)
        #expect(cap.take(1000, at: 160) == 6)
        // A clock that steps back gives nothing.
        #expect(cap.take(1000, at: 10) == 0)
    }

    @Test("Less than one a second is one now and then")
    func slow() {
        var cap = RateCap(rate: 0.5, at: 0)
        let taken = (1...40).map { cap.take(10, at: Double($0) / 4) }
        #expect(taken.reduce(0, +) == 5)
        #expect(taken.max() == 1)
    }

    @Test("The rate of endings is over a minute, or since the start")
    func endings() {
        var rate = EndRate()
        rate.note(10, at: 2)
        #expect(rate.perSecond(at: 2) == 5)
        rate.note(50, at: 30)
        #expect(rate.perSecond(at: 30) == 2)
        rate.note(0, at: 65)
        #expect(rate.perSecond(at: 65) == 50.0 / 60)
        #expect(rate.quietSeconds(at: 65) == 35)
    }
}
