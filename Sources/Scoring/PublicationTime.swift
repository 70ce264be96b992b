/// Reads RFC 3339 date-times: `2026-11-21T03:00:00Z`, with fraction or offset; a bare date is its
/// midnight in UTC.
enum PublicationTime {
    static let secondsPerDay: Int64 = 86_400

    /// Whole seconds since 1970-01-01 UTC; nil for anything that is not such a time.
    static func seconds(in text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard let year = number(bytes, 0, 4), byte(bytes, 4, "-"), let month = number(bytes, 5, 2), byte(bytes, 7, "-"),
            let day = number(bytes, 8, 2), year > 0, (1...12).contains(month),
            (1...daysIn(month, of: year)).contains(day)
        else { return nil }
        let midnight = daysSince1970(year, month, day) * secondsPerDay
        if bytes.count == 10 { return midnight }
        guard byte(bytes, 10, "T") || byte(bytes, 10, "t") || byte(bytes, 10, " "),
            let hour = number(bytes, 11, 2), byte(bytes, 13, ":"), let minute = number(bytes, 14, 2),
            byte(bytes, 16, ":"),
            // A leap second is written :60 and counted as the next one.
            let second = number(bytes, 17, 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        var next = 19
        if byte(bytes, next, ".") {
            next += 1
            let fraction = next
            while next < bytes.count, number(bytes, next, 1) != nil { next += 1 }
            if next == fraction { return nil }
        }
        guard let offset = offset(bytes, next) else { return nil }
        return midnight + hour * 3600 + minute * 60 + second - offset
    }

    /// Seconds east of UTC at the end of the text.
    private static func offset(_ bytes: [UInt8], _ at: Int) -> Int64? {
        if bytes.count == at + 1 { return byte(bytes, at, "Z") || byte(bytes, at, "z") ? 0 : nil }
        let isEast = byte(bytes, at, "+")
        guard bytes.count == at + 6, isEast || byte(bytes, at, "-"), let hours = number(bytes, at + 1, 2),
            byte(bytes, at + 3, ":"), let minutes = number(bytes, at + 4, 2), hours < 24, minutes < 60
        else { return nil }
        return (isEast ? 1 : -1) * (hours * 3600 + minutes * 60)
    }

    private static func byte(_ bytes: [UInt8], _ at: Int, _ wanted: Unicode.Scalar) -> Bool {
        at < bytes.count && bytes[at] == UInt8(ascii: wanted)
    }

    private static func number(_ bytes: [UInt8], _ at: Int, _ digits: Int) -> Int64? {
        guard at + digits <= bytes.count else { return nil }
        var value: Int64 = 0
        for digit in bytes[at..<(at + digits)] {
            guard (48...57).contains(digit) else { return nil }
            value = value * 10 + Int64(digit - 48)
        }
        return value
    }

    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar: years run from March, so that a leap day ends one.
    private static func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let marchMonth = (month + 9) % 12
        // 153 days in each five months from March on.
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        let leapDays = y / 4 - y / 100 + y / 400
        // 719 468 days from 0000-03-01 to 1970-01-01.
        return y * 365 + leapDays + dayOfYear - 719_468
    }
}
