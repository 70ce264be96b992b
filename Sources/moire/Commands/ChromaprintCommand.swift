import ArgumentParser
import Fingerprints
import Fleet
import Foundation
import Records

struct ChromaprintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chromaprint",
        abstract: "Work with Chromaprint fingerprints, those of AcoustID and ISCC.",
        discussion: """
            Chromaprint is made to identify whole recordings; it is not what Moiré matches by. Files with them are
            written by `moire extract --chromaprint-folder` and by Chromaprint's own `fpcalc`.
            """,
        subcommands: [ChromaprintCompareCommand.self, ChromaprintISCCCommand.self])
}

struct ChromaprintCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "How alike two Chromaprints are, the way AcoustID compares them.",
        discussion: """
            A and B are texts of `fpcalc` (JSON, lines or plain; compressed or raw) or of `moire extract
            --chromaprint-folder`. They are aligned where most words agree, and then compared bit by bit: the same
            recording differs in few bits, others in about half. What lies between is not for Chromaprint to tell.

            EXAMPLES
              moire chromaprint compare a.mp3.fpcalc.json b.mp3.fpcalc.json
              fpcalc -json song.mp3 > song.json && moire chromaprint compare --format json song.json b.mp3.fpcalc.json
            """)

    @OptionGroup var output: FormatOption

    @Argument(help: "A Chromaprint file.")
    var a: String

    @Argument(help: "The one it is compared with.")
    var b: String

    mutating func run() throws {
        let (first, second) = (try ChromaprintInput.read(a), try ChromaprintInput.read(b))
        let answer = ChromaprintAnswer(
            ChromaprintComparison(first, second), a: .init(path: a, first), b: .init(path: b, second))
        guard output.format == .text else { return try Output.value(answer, as: output.format) }
        answer.lines.forEach(Output.line)
    }
}

/// What `chromaprint compare` says.
struct ChromaprintAnswer: Encodable {
    struct Side: Encodable {
        var path: String
        var words: Int
        /// Seconds of the file's sound; absent where its text does not say.
        var duration: Double?

        init(path: String, _ print: Chromaprint) {
            self.path = path
            words = print.words.count
            duration = print.duration
        }
    }

    var schema = "moire.chromaprint-comparison/1"
    var method = "chromaprint-alignment/1"
    var verdict: String
    /// The share of bits that differ, 0 to 1.
    var bitErrorRate: Double?
    /// Seconds in A at which B's sound begins.
    var offset: Double?
    /// Seconds that were compared.
    var overlap: Double
    /// Words that agree in the upper bits by which they were aligned.
    var alignedWords: Int
    var a: Side
    var b: Side
    /// Share of each fingerprint's words that was compared.
    var coverageA: Double
    var coverageB: Double
    var sentence: String

    enum CodingKeys: String, CodingKey {
        case schema, method, verdict, bitErrorRate = "bit_error_rate", offset, overlap, alignedWords = "aligned_words"
        case a, b, coverageA = "coverage_a", coverageB = "coverage_b", sentence
    }

    init(_ comparison: ChromaprintComparison, a: Side, b: Side) {
        verdict = comparison.verdict.rawValue
        bitErrorRate = comparison.bitErrorRate
        offset = comparison.offsetSeconds
        overlap = comparison.overlapSeconds
        alignedWords = comparison.alignedWords
        self.a = a
        self.b = b
        coverageA = Double(comparison.overlapWords) / Double(max(1, a.words))
        coverageB = Double(comparison.overlapWords) / Double(max(1, b.words))
        sentence = comparison.verdict.sentence
    }

    var lines: [String] {
        var lines = ["\(verdict.replacingOccurrences(of: "_", with: " ")): \(sentence)"]
        if let bitErrorRate, let offset {
            lines.append(
                String(
                    format: "  %.1f %% of the bits differ over %.1f s; B begins at %.1f s of A", bitErrorRate * 100,
                    overlap, offset))
        }
        for (name, side, coverage) in [("A", a, coverageA), ("B", b, coverageB)] {
            let duration = side.duration.map { " of \(Output.seconds($0)) s of sound" } ?? ""
            lines.append(
                "  \(name)  \(side.path): \(side.words) words\(duration), \(Output.percent(coverage)) compared")
        }
        lines.append("  Chromaprint is made to identify whole recordings; it is not what Moiré matches by.")
        return lines
    }
}

extension ChromaprintComparison.Verdict {
    var sentence: String {
        switch self {
        case .sameRecording: "so few bits differ only between copies of one recording."
        case .different: "they agree no more than recordings that have nothing to do with each other."
        case .featureless: "one of them is silence or a single tone there, which is alike without being a copy."
        case .undecided: "fewer bits differ than between most strangers, and more than between most copies."
        case .tooShort: "one of them is shorter than the five seconds that a comparison needs."
        }
    }
}

struct ChromaprintISCCCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "iscc", abstract: "ISCC's Audio-Codes (ISO 24138) of Chromaprints.",
        discussion: """
            An Audio-Code is of the whole sound, so the files must be, too: `moire extract --chromaprint-seconds 0`,
            or `fpcalc -length 0`. One that covers less is named on standard error.

            EXAMPLES
              moire extract --chromaprint-folder prints/ --chromaprint-seconds 0 song.mp3
              moire chromaprint iscc prints/song.mp3.fpcalc.json
            """)

    @OptionGroup var output: FormatOption

    @Option(help: "Bits of a code: 64 to 256, a multiple of 32.")
    var bits = 64

    @Argument(help: "Chromaprint files.")
    var files: [String]

    struct Line: Encodable {
        var path: String
        var iscc: String
        var words: Int
    }

    func validate() throws {
        guard ISCCAudioCode.lengths.contains(bits) else {
            throw ValidationError("--bits takes \(ISCCAudioCode.lengths.map(String.init).joined(separator: ", "))")
        }
    }

    mutating func run() throws {
        let lines = try files.map { path in
            let print = try ChromaprintInput.read(path)
            if !print.coversAll {
                Output.note("moire: \(path) covers only the beginning of its sound, and so does its Audio-Code")
            }
            return Line(path: path, iscc: ISCCAudioCode.code(of: print, bits: bits), words: print.words.count)
        }
        guard output.format == .text else { return try Output.values(lines, as: output.format) }
        for line in lines { Output.line("\(line.iscc)  \(line.path)") }
    }
}

enum ChromaprintInput {
    static func read(_ path: String) throws -> Chromaprint {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw Failure(.usage, "\(path) is not there or cannot be read")
        }
        defer { try? file.close() }
        do {
            // A byte more than allowed shows that there is more, whatever the file's size claims to be.
            let bytes = try file.read(upToCount: ChromaprintFile.bytesMax + 1) ?? Data()
            return try ChromaprintFile.parse([UInt8](bytes))
        } catch let error as FingerprintError {
            throw Failure(.inputs, "\(path) is not a Chromaprint that `fpcalc` writes: \(error)")
        } catch {
            throw Failure(.inputs, "\(path) cannot be read: \(error.localizedDescription)")
        }
    }
}

/// Writes Chromaprints the way `fpcalc` prints them.
enum ChromaprintExport {
    /// Files are named after their media, so that two of one name would be one file.
    static func checkNames(_ media: MediaFiles) throws {
        var seen: [String: String] = [:]
        for file in media.files {
            if let other = seen.updateValue(file.path, forKey: file.name) {
                throw Failure(
                    .usage, "\(other) and \(file.path) would share the Chromaprint file \(file.name).fpcalc.json")
            }
        }
    }

    /// False when the file could not be written; the reason is then on standard error.
    static func write(_ print: Chromaprint, as form: ChromaprintFile.Form, to path: String) -> Bool {
        do {
            try ChromaprintFile.format(print, as: form).write(toFile: path, atomically: true, encoding: .utf8)
            return true
        } catch {
            Output.note("moire: \(path) could not be written: \(error.localizedDescription)")
            return false
        }
    }
}

struct ChromaprintOptions: ParsableArguments {
    @Option(help: "Also write each file's Chromaprint (AcoustID, ISCC) as fpcalc's JSON into this folder.")
    var chromaprintFolder: String?

    @Flag(help: "Write it as signed words, as ISCC's tools take it, instead of compressed.")
    var chromaprintRaw = false

    @Option(help: "Seconds of sound that the Chromaprint covers; 0 for all, as ISCC wants it. AcoustID's are 120.")
    var chromaprintSeconds: Double?

    func validate() throws {
        guard chromaprintFolder != nil || (!chromaprintRaw && chromaprintSeconds == nil) else {
            throw ValidationError("--chromaprint-raw and --chromaprint-seconds go with --chromaprint-folder")
        }
        guard (0...FingerprintLimits.duration).contains(chromaprintSeconds ?? 0) else {
            throw ValidationError("--chromaprint-seconds takes seconds, or 0 for all")
        }
    }

    /// Nil when no Chromaprint is asked for.
    var length: ChromaprintLength? {
        guard chromaprintFolder != nil else { return nil }
        guard let chromaprintSeconds else { return .acoustID }
        return chromaprintSeconds == 0 ? .whole : .first(seconds: chromaprintSeconds)
    }

    var form: ChromaprintFile.Form { chromaprintRaw ? .raw : .compressed }
}
