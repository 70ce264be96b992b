import Foundation

enum ByteText {
    /// In the unit that suits, one digit behind the point.
    static func rounded(_ bytes: Double) -> String {
        for (unit, size) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6)] where bytes >= size {
            return String(format: "%.1f \(unit)", bytes / size)
        }
        return String(format: "%.1f kB", bytes / 1e3)
    }
}
