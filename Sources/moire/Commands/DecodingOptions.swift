import ArgumentParser
import Fleet
import Foundation

/// How files are decoded: shared by every command that opens media itself.
struct DecodingOptions: ParsableArguments {
    @Option(help: "Files decoded at once; the default is one a processor.")
    var slots: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)

    @Option(help: "Seconds after which a file's decoder is ended.")
    var deadline: Double = DecodeLimits.standard.deadlineSeconds

    @Flag(help: "Decode even where the kernel offers no sandbox at all.")
    var allowUnsandboxed = false

    @OptionGroup var urls: URLOptions

    func validate() throws {
        guard (1...256).contains(slots) else { throw ValidationError("--slots takes 1 to 256") }
        guard deadline > 0, deadline <= 86_400 else {
            throw ValidationError("--deadline takes seconds above 0, at most a day")
        }
    }

    /// - Parameter folder: on the home's disk, for fetched media; nil for commands without a home.
    func service(beside folder: String? = nil) throws -> DecodeService {
        let fetcher = try urls.fetcher(beside: folder)
        var limits = DecodeLimits.standard
        limits.deadlineSeconds = deadline
        do {
            return try DecodeService(limits: limits, sandboxRequired: !allowUnsandboxed, fetcher: fetcher)
        } catch {
            throw Failure(.environment, "\(error)")
        }
    }
}

enum Inputs {
    static func media(_ names: [String]) throws -> MediaFiles {
        let media: MediaFiles
        do {
            media = try MediaFiles(named: names)
        } catch {
            throw Failure(.usage, "\(error)")
        }
        guard !media.files.isEmpty else {
            throw Failure(
                .usage,
                "no media files in \(names.joined(separator: ", ")); a folder is searched for \(MediaFiles.suffixes.sorted().joined(separator: ", "))"
            )
        }
        if !media.skipped.isEmpty {
            Output.note(
                "moire: \(media.skipped.count) files without a media suffix were left out, the first is \(media.skipped[0])"
            )
        }
        return media
    }

    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Failure(.environment, "the folder \(path) cannot be made: \(error.localizedDescription)")
        }
    }
}
