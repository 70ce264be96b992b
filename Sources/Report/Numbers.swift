/// Numbers as people read them; the same on every machine and locale.
package enum Numbers {
    /// Rounded half away from zero, with exactly so many decimals.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        // The bound keeps the conversion to an integer defined.
        guard value.isFinite, abs(value) < 1e12 else { return "–" }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let units = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && units > 0 ? "−" : ""
        guard decimals > 0 else { return "\(sign)\(units)" }
        let fraction = String(units % scale)
        return "\(sign)\(units / scale).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }

    /// 0...1 as a whole percentage. What is not quite nothing or not quite all is not called so.
    package static func percent(_ share: Double) -> String {
        let whole = Int((min(max(share, 0), 1) * 100).rounded())
        if whole == 0, share > 0 { return "<1%" }
        if whole == 100, share < 1 { return ">99%" }
        return "\(whole)%"
    }

    /// `0:07.5`, `12:04.0`, `1:02:03.0`.
    package static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, abs(seconds) < 1e9 else { return "–" }
        let tenths = Int((abs(seconds) * 10).rounded())
        let (minutes, rest) = (tenths / 600, tenths % 600)
        let tail = "\(rest < 100 ? "0" : "")\(rest / 10).\(rest % 10)"
        let sign = seconds < 0 && tenths > 0 ? "−" : ""
        guard minutes >= 60 else { return "\(sign)\(minutes):\(tail)" }
        return "\(sign)\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):\(tail)"
    }

    /// `48 s`, `12 min`, `3.4 h`.
    package static func length(_ seconds: Double) -> String {
        if seconds < 120 { return "\(fixed(seconds, 0)) s" }
        return seconds < 7200 ? "\(fixed(seconds / 60, 0)) min" : "\(fixed(seconds / 3600, 1)) h"
    }

    /// A small chance, `1 in 25,000`.
    package static func oneIn(_ chance: Double) -> String {
        guard chance > 0, chance < 1 else { return chance <= 0 ? "none seen" : "always" }
        return "1 in \(grouped(Int(min(1 / chance, 1e12).rounded())))"
    }

    /// `12,345`.
    package static func grouped(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(value.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "−" : "") + String(text.reversed())
    }

    package static func signed(_ value: Int) -> String {
        value > 0 ? "+\(value)" : value < 0 ? "−\(value.magnitude)" : "0"
    }
}
