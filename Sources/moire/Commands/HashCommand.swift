import ArgumentParser
import Fingerprints
import Fleet
import Foundation
import Frames
import Interop
import Records
import Synchronization

/// Other people's names for what identifies a file.
enum HashForm: String, CaseIterable, ExpressibleByArgument {
    case vpdq
    case vpdqJSON = "vpdq-json"
    case pdq
    case videoMD5 = "video-md5"
    case signals
    case iscc
}

struct HashCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hash", abstract: "A file's hashes in the forms that other systems exchange.",
        discussion: """
            FORMS
              vpdq        frame hashes as Meta's vpdq writes them: a line frame,quality,hash,seconds each
              vpdq-json   the same as ThreatExchange's signal: a JSON list of hash,quality,seconds
              pdq         each different picture on its own: hash,quality,file#t=seconds; of a photo hash,quality,file
              video-md5   the MD5 of the file's bytes
              signals     ThreatExchange's list: a line for each signal, its type first
              iscc        ISCC's Audio-Code (ISO 24138) of a media file; its Video-Code of a file of frame signatures,
                          which FFmpeg makes:  ffmpeg -i clip.mp4 -vf fps=5,signature=format=xml:filename=clip.xml -f null -

            EXAMPLES
              moire hash --as vpdq clip.mp4 > clip.vpdq
              moire hash --as vpdq-json --seconds-per-hash 1 clip.mp4
              moire hash --as signals uploads/ > bank.txt
              moire hash --as iscc --bits 256 song.mp3 clip.xml
              moire lookup --index ./index clip.vpdq              what was written is looked up without the video
            """)

    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions

    @Option(name: .customLong("as"), help: "vpdq, vpdq-json, pdq, video-md5, signals or iscc.")
    var form: HashForm

    @Option(help: "Seconds between two frame hashes; 0 for all four a second. Meta's own hasher takes 1.")
    var secondsPerHash = 0.0

    @Option(help: "Bits of an ISCC: 64 to 256, a multiple of 32.")
    var bits = 64

    @Argument(help: "Files, or folders to search.")
    var files: [String]

    mutating func validate() throws {
        guard ISCCUnit.lengths.contains(bits) else {
            throw ValidationError("--bits takes \(ISCCUnit.lengths.map(String.init).joined(separator: ", "))")
        }
        guard (0...86_400).contains(secondsPerHash) else {
            throw ValidationError("--seconds-per-hash takes 0 for all frames, or seconds up to a day")
        }
    }

    mutating func run() throws {
        let media = try Inputs.media(files)
        guard form != .vpdq || media.files.count == 1 || output.format != .text else {
            throw Failure(.usage, "a vPDQ text is of one video; give one file, or --format jsonl")
        }
        let maker = FileHashes(
            form: form, decoder: try decoding.service(), secondsPerHash: secondsPerHash, bits: bits)
        let format = output.format
        let collected = Mutex<(hashes: [FileHashes.Hash], failed: Int)>(([], 0))
        try Failure.environmental {
            try OrderedWork.run(media.files, slots: decoding.slots) { file in
                try maker.hashes(of: file.path)
            } deliver: { file, found in
                switch found {
                case .failure(let why):
                    Output.note("moire: \(file.path): \(why.sentence)")
                    collected.withLock { $0.failed += 1 }
                case .success(let hashes):
                    switch format {
                    case .text: for hash in hashes { Output.line(hash.text) }
                    case .jsonl: for hash in hashes { Output.line((try? CanonicalJSON.string(hash)) ?? "") }
                    case .json: collected.withLock { $0.hashes += hashes }
                    }
                }
            }
        }
        let result = collected.withLock { $0 }
        if format == .json { try Output.values(result.hashes, as: .json) }
        if result.failed > 0 {
            throw Failure(.inputs, "\(result.failed) of \(media.files.count) files gave no such hash")
        }
    }
}
