public import Foundation

/// Hours of the day in which something may be done, local time; past midnight where the end comes first.
public struct DayWindow: Sendable, Equatable {
    /// Minutes since midnight, 0 to 1439. The minute `end` is outside.
    public let start: Int
    public let end: Int

    static let minutesADay = 24 * 60

    /// `22:00-06:00`. Nil for anything else, and for a window without length.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = Self.minutes(String(parts[0])), let end = Self.minutes(String(parts[1])),
            start != end
        else { return nil }
        self.start = start
        self.end = end
    }

    /// `18:05` as minutes since midnight; nil for anything that a clock does not show.
    public static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) && $0.allSatisfy(\.isNumber) }),
            parts[1].count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    public func contains(minute: Int) -> Bool {
        start < end ? (start..<end).contains(minute) : minute >= start || minute < end
    }

    public func contains(_ date: Date, in zone: TimeZone) -> Bool {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let parts = calendar.dateComponents([.hour, .minute], from: date)
        return contains(minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0))
    }

    /// Share of a day that it is open, above 0 and below 1.
    public var share: Double {
        Double((end - start + Self.minutesADay) % Self.minutesADay) / Double(Self.minutesADay)
    }

    /// When its hours begin, as a clock shows it.
    public var opening: String { Self.clock(start) }

    static func clock(_ minute: Int) -> String {
        "\(minute / 60 < 10 ? "0" : "")\(minute / 60):\(minute % 60 < 10 ? "0" : "")\(minute % 60)"
    }

    /// The first moment after `date` at which a clock in `zone` shows `minute`.
    public static func next(minute: Int, after date: Date, in zone: TimeZone) -> Date? {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        return calendar.nextDate(
            after: date, matching: DateComponents(hour: minute / 60, minute: minute % 60), matchingPolicy: .nextTime)
    }
}
