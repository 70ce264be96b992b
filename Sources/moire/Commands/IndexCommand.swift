import ArgumentParser
import FingerprintIndex
import Fleet
import Foundation
import Frames
import Records

struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Keep references to match against.",
        subcommands: [
            IndexAddCommand.self, IndexListCommand.self, IndexBankCommand.self, IndexReferenceCommand.self,
            IndexRemoveCommand.self, IndexCompactCommand.self, IndexVerifyCommand.self,
        ])
}

struct IndexPath: ParsableArguments {
    @Option(help: "Folder of the fingerprint index.")
    var index: String

    func open(create: Bool = false) throws -> FingerprintIndex {
        do {
            return try FingerprintIndex(at: index, create: create)
        } catch {
            throw Failure(.environment, "\(error)")
        }
    }
}

struct IndexAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Fingerprint references and add them; lookups see them within a second.",
        discussion: """
            The id of a reference is its file name. Adding a file again changes nothing.

            EXAMPLES
              moire index add --index ./index originals/
              moire index add --index ./index --bank catalogue --id tour-2026 tour.mp4
              moire index add --index ./index --manifest references.jsonl
            """)

    @OptionGroup var path: IndexPath
    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions

    @Option(help: "The bank the references belong to; what the bank \"negative\" knows is evidence against nobody.")
    var bank: String = "default"

    @Option(help: "The id of the one file given, instead of its name.")
    var id: String?

    @Option(help: "A manifest (JSON Lines or CSV) with path, video_id, creator, published_at.")
    var manifest: String?

    @Argument(help: "Files, or folders to search.")
    var files: [String] = []

    mutating func validate() throws {
        guard !files.isEmpty || manifest != nil else { throw ValidationError("name files, or a --manifest") }
        if id != nil, files.count != 1 { throw ValidationError("--id goes with exactly one file") }
    }

    mutating func run() throws {
        let entries = try references()
        let index = try path.open(create: true)
        let decoder = try decoding.service()
        let intake = ReferenceIntake(index: index, decoder: decoder, slots: decoding.slots)
        let format = output.format
        let summary = try Failure.environmental {
            try intake.add(entries) { line in
                switch format {
                case .jsonl, .json: Output.line((try? CanonicalJSON.string(line)) ?? "")
                case .text: Output.line("\(line.added ? "added  " : "failed ") \(line.id)  \(line.outcome.sentence)")
                }
            }
        }
        if format == .text {
            Output.line(
                "\(summary.added) added, \(summary.failed) failed; \(try index.statistics().references) references in \(path.index)"
            )
        }
        if summary.failed > 0 {
            throw Failure(.inputs, "\(summary.failed) of \(entries.count) files could not be added")
        }
    }

    private func references() throws -> [ReferenceIntake.Entry] {
        var entries: [ReferenceIntake.Entry] = []
        if let manifest {
            let lines: [Manifest.Line]
            do { lines = try Manifest(at: manifest).lines } catch { throw Failure(.usage, "\(error)") }
            entries += lines.map {
                ReferenceIntake.Entry(
                    path: $0.path,
                    reference: Reference(
                        id: $0.facts.videoID, bank: bank, creator: $0.facts.creator, publishedAt: $0.facts.publishedAt))
            }
        }
        if !files.isEmpty {
            entries += try Inputs.media(files).files.map {
                ReferenceIntake.Entry(path: $0.path, reference: Reference(id: id ?? $0.name, bank: bank))
            }
        }
        var seen: [String: String] = [:]
        for entry in entries {
            if let other = seen.updateValue(entry.path, forKey: entry.reference.id), other != entry.path {
                throw Failure(
                    .usage,
                    "\(other) and \(entry.path) would both be the reference \(entry.reference.id); a manifest gives them ids"
                )
            }
        }
        return entries
    }
}

struct IndexListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Size of the index and its references.")

    @OptionGroup var path: IndexPath
    @OptionGroup var output: FormatOption

    mutating func run() throws {
        let index = try path.open()
        let references = try Failure.environmental { try index.references() }
        guard output.format == .text else { return try Output.values(references, as: output.format) }
        for reference in references {
            Output.line("\(reference.bank)  \(reference.id)  \(Output.seconds(reference.duration)) s")
        }
        let size = try Failure.environmental { try index.statistics() }
        Output.line(
            "\(size.references) references, \(size.codes) frame codes, \(size.peaks) peaks of sound, \(size.bytes) bytes in \(size.segments) segments"
        )
    }
}

struct IndexCompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact", abstract: "Write a large index anew in few segments: lookups get faster.",
        discussion: """
            Worth it after a backfill. Lookups go on meanwhile; additions wait. Takes 0.6 GB of memory, and on the disk as much
            room as the index has.

            EXAMPLE
              moire index compact --index ./index
            """)

    @OptionGroup var path: IndexPath

    mutating func run() throws {
        let index = try path.open()
        let (before, after) = try Failure.environmental {
            let before = try index.statistics()
            try index.compact()
            return (before, try index.statistics())
        }
        Output.line(
            "\(before.segments) segments of \(before.bytes) bytes became \(after.segments) of \(after.bytes); "
                + "\(after.references) references")
    }
}

struct IndexVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check every checksum of the index.")

    @OptionGroup var path: IndexPath

    mutating func run() throws {
        let index = try path.open()
        do {
            try index.verify()
        } catch {
            throw Failure(.inputs, "\(error)")
        }
        Output.line("\(path.index): every segment is sound")
    }
}
