import ArgumentParser
import Foundation
import JobQueue
import Store

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "The partitions that a home's history lies in, and their sizes.",
        discussion: """
            In PostgreSQL, events lie in partitions by their place in the log, results and attempts by their job's \
            number: old ones can be moved to another disk or taken away (docs/history.md says how, and what is missing \
            then). Times are those of the first and last event, or of accepting the first and last job; rows are \
            as the server last counted. A folder's history is one file.

            EXAMPLES
              moire history --home postgres://moire@db/moire
              moire history --home postgres://moire@db/moire --format jsonl
              moire history --home ./moire-home
            """)

    @OptionGroup var home: HomeOption
    @OptionGroup var output: FormatOption

    /// A folder's history.
    struct File: Encodable {
        var file: String
        var bytes: Int64
    }

    mutating func run() throws {
        let reader = try home.reader()
        let place = home.open()
        guard place.database != nil else { return try show(Self.file(place.store)) }
        let partitions = try Failure.environmental { try reader.historyPartitions() }
        guard output.format == .text else { return try Output.values(partitions, as: output.format) }
        let names = partitions.map(\.partition.count).max() ?? 0
        let spans = partitions.map { Self.span($0).count }.max() ?? 0
        for part in partitions {
            let (name, span) = (StatusText.pad(part.partition, names), StatusText.pad(Self.span(part), spans))
            Output.line("\(name)  \(span)  \(Self.contents(part))")
        }
    }

    private func show(_ file: File) throws {
        guard output.format == .text else { return try Output.values([file], as: output.format) }
        Output.line("\(file.file)  \(ByteText.rounded(Double(file.bytes)))  a folder's history is this one file")
    }

    /// With what was written since the last checkpoint, which lies beside it.
    private static func file(_ path: String) -> File {
        let sizes = [path, path + "-wal"].map { path in
            let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
            return size?.int64Value ?? 0
        }
        return File(file: path, bytes: sizes.reduce(0, +))
    }

    private static func span(_ part: HistoryPartition) -> String {
        part.lastSequence == .max - 1 ? "\(part.firstSequence) on" : "\(part.firstSequence) to \(part.lastSequence)"
    }

    private static func contents(_ part: HistoryPartition) -> String {
        let size = ByteText.rounded(Double(part.bytes))
        let place = part.tablespace == "pg_default" ? "" : ", in tablespace \(part.tablespace)"
        guard let first = part.firstAt, let last = part.lastAt else { return "empty, \(size)\(place)" }
        let rows = part.rows.map { "about \($0) rows" } ?? "rows not counted yet"
        return "\(rows), \(size), \(first) to \(last)\(place)"
    }
}
