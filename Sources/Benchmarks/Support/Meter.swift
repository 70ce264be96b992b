import Foundation
import Glibc

package struct BenchError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

/// What the machine says about this process.
package enum Meter {
    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        // The clock exists and the place for its answer is ours.
        guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    package static var cpuSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }
    package static var wallSeconds: Double { seconds(CLOCK_MONOTONIC) }

    /// Bytes of this process that are in memory, and of those the ones that are nobody else's file.
    package static var resident: (all: Int, own: Int) {
        let fields = ((try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? "").split(separator: " ")
            .compactMap { Int($0) }
        guard fields.count > 2 else { return (0, 0) }
        return (fields[1] * 4096, (fields[1] - fields[2]) * 4096)
    }

    /// Bytes in memory at most since `forgetPeak`, files' pages and all.
    package static var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }

    package static func forgetPeak() { try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs")) }

    /// Asks the kernel to forget a file's pages.
    package static func evict(_ path: String) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        close(descriptor)
    }
}

/// Values of one kind, ordered on demand.
package struct Series {
    private var values: [Double] = []
    package init() {}
    package mutating func add(_ value: Double) { values.append(value) }
    package func quantile(_ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }
    package var mean: Double { values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count) }
}

/// Rows of cells, printed in columns.
package struct Table {
    private var rows: [[String]]
    package init(_ titles: [String]) { rows = [titles] }
    package mutating func add(_ cells: [String]) { rows.append(cells) }

    package func print() {
        let columns = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.indices.map { column -> String in
                let padding = String(repeating: " ", count: columns[column] - row[column].count)
                return column == 0 ? row[column] + padding : padding + row[column]
            }
            Swift.print(cells.joined(separator: "  "))
        }
        Swift.print("")
    }
}

package func rounded(_ value: Double, _ places: Int) -> String {
    value.isFinite ? String(format: "%.\(places)f", value) : "-"
}
