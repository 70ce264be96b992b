import ArgumentParser
import FingerprintIndex
import Fleet
import Foundation
import Frames
import Records
import Synchronization

enum ModalityChoice: String, CaseIterable, ExpressibleByArgument {
    case any, video, audio
}

struct LookupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup", abstract: "Best matches of files against an index, best first.",
        discussion: """
            Text output says so when nothing was found; jsonl prints one line per match and nothing else.

            Beside each match stands whether the query's picture looks filmed off a screen, as `moire extract` measures
            it: in JSON as query_recapture, which has the fields of a record's recapture.

            EXAMPLES
              moire lookup --index ./index suspect.mp4
              moire lookup --index ./index --modality audio --format jsonl uploads/
              moire lookup --index ./index --min-score 0 suspect.mp4     weak matches too
            """)

    @OptionGroup var path: IndexPath
    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions

    @Option(help: "What may count as evidence: any, video or audio.")
    var modality: ModalityChoice = .any

    @Option(help: "Report matches from this score on, 0 to 1.")
    var minScore: Double = Aligner.confidentScore

    @Option(help: "At most this many matches a file.")
    var limit: Int = 100

    @Option(help: "Only references of this bank.")
    var bank: String?

    @Option(
        help: "A bank of sounds that are nobody's to copy, such as stock intros and library music; may be repeated.")
    var negativeBank: [String] = ["negative"]

    @Argument(help: "Files, folders to search, or http(s) URLs.")
    var files: [String]

    mutating func run() throws {
        let media = try Inputs.media(files)
        let index = try path.open()
        let decoder = try decoding.service()
        var options = LookupOptions()
        options.modality =
            switch modality {
            case .any: .any
            case .video: .video
            case .audio: .audio
            }
        options.minimumScore = minScore
        options.matchesMax = limit
        options.banks = bank.map { [$0] }
        options.negativeBanks = Set(negativeBank)
        let chosen = options
        let format = output.format
        let collected = Mutex<(matches: [MatchLine], failures: [String])>(([], []))
        let asGiven = Dictionary(
            zip(files.map { MediaFiles.absolute($0) }, files), uniquingKeysWith: { first, _ in first })
        try Failure.environmental {
            try OrderedWork.run(media.files, slots: decoding.slots) { file in
                try LookupAnswer(
                    path: file.path, query: asGiven[file.path] ?? file.path, decoder: decoder, index: index,
                    options: chosen)
            } deliver: { _, answer in
                if let failure = answer.failure {
                    collected.withLock { $0.failures.append("\(answer.query): \(failure.sentence)") }
                }
                switch format {
                case .jsonl: for line in answer.lines { Output.line((try? CanonicalJSON.string(line)) ?? "") }
                case .json: collected.withLock { $0.matches += answer.lines }
                case .text: Output.line(MatchText.answer(answer).joined(separator: "\n"))
                }
            }
        }
        let result = collected.withLock { $0 }
        if format == .json { try Output.values(result.matches, as: .json) }
        guard result.failures.isEmpty else {
            result.failures.forEach { Output.note("moire: \($0)") }
            throw Failure(.inputs, "\(result.failures.count) of \(media.files.count) files could not be looked up")
        }
    }
}
