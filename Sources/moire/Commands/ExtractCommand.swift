import ArgumentParser
import Fingerprints
import Fleet
import Foundation
import Frames
import Pictures
import Records
import Report
import Synchronization

struct ExtractCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract", abstract: "Signals and fingerprints of files, no fleet needed.",
        discussion: """
            EXAMPLES
              moire extract clip.mp4
              moire extract --format json clip.mp4               one record; of several files, one after another
              moire extract --format jsonl uploads/ > features.jsonl
              moire extract https://media.example/clip.mp4        fetched first, from everybody's addresses only
              moire extract --fast --format jsonl archive/        key frames only: what is broken, still or flat, for a tenth
              moire extract --picture clip.png clip.mp4          also draws what was measured
              moire extract --vpdq-folder hashes/ clip.mp4      also writes hashes/clip.mp4.vpdq.txt
              moire extract --chromaprint-folder prints/ song.mp3      also writes prints/song.mp3.fpcalc.json
              moire extract --aesthetic-model nima.onnx clip.mp4      also what your own model says of eight pictures
              moire extract --stdin --fingerprint --format jsonl < manifest.jsonl      a line in, a record out

            With --stdin, each line of standard input is a path or a JSON object with a `path`, and each gives one \
            line in the same order, as soon as it is known. A caller that sends a line and waits for its record gets it.

            With --fast, only key frames are decoded, at most one every two seconds, and no more of the sound than shows \
            that it can be. The record has a form of its own (docs/triage.schema.json, "mode": "fast"): the outcome, \
            quality and PDQ hashes of key frames, whether these are all alike, and whether a full extraction can say \
            more. What needs every frame or the sound is not judged, for the reason fast_mode.

            With --aesthetic-model, the record also says what an image scorer of your own makes of eight pictures of each \
            file: under "aesthetic", on the model's own scale, and never part of the built-in quality. It is an ONNX \
            file; input: one picture, float32 [1, 3, H, W] or [1, H, W, 3], or bytes; output: one score, or how likely \
            the scores 1, 2, 3 ... are. ONNX Runtime's library runs it, and nothing else needs that \
            (docs/aesthetic-model.md).
            """)

    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions

    @Option(help: "Also draw frames, timeline, quality and evidence (PNG); with several files, a folder of PNGs.")
    var picture: String?

    @Option(help: "Also write each file's frame hashes as a vPDQ text file into this folder.")
    var vpdqFolder: String?

    @OptionGroup var chromaprint: ChromaprintOptions

    @OptionGroup var aesthetic: AestheticOptions

    @Option(help: "Also write the processor seconds of each stage, of all files together, as JSON to this file.")
    var stageTimes: String?

    @Flag(help: "Decode key frames only, at about a tenth of the cost, and say what these tell.")
    var fast = false

    @Flag(help: "Add each file's fingerprint to its record, base64 of its stored form; with json or jsonl.")
    var fingerprint = false

    @Flag(help: "Take paths or a manifest's JSON lines from standard input; with --format jsonl.")
    var stdin = false

    @Argument(help: "Files, folders to search, or http(s) URLs.")
    var files: [String] = []

    mutating func validate() throws {
        guard stdin || !files.isEmpty else { throw ValidationError("name files or folders, or give them with --stdin") }
        guard !fingerprint || output.format != .text else {
            throw ValidationError("--fingerprint goes with --format json or jsonl")
        }
        guard !fast || (picture == nil && vpdqFolder == nil && chromaprint.chromaprintFolder == nil && !fingerprint)
        else { throw ValidationError("--fast makes no fingerprints and no pictures: it looks at key frames only") }
        guard !fast || aesthetic.aestheticModel == nil else {
            throw ValidationError("--fast shows no pictures to a model: --aesthetic-model goes with a full extraction")
        }
        guard stdin else { return }
        guard files.isEmpty, picture == nil, vpdqFolder == nil, chromaprint.chromaprintFolder == nil,
            stageTimes == nil
        else {
            throw ValidationError("--stdin takes its files from standard input and writes records only")
        }
        guard output.format == .jsonl else { throw ValidationError("--stdin goes with --format jsonl") }
    }

    mutating func run() throws {
        guard !stdin else {
            let decoder = try decoding.service()
            let told = try ExtractStream.run(
                decoder, slots: decoding.slots, fingerprint: fingerprint, fast: fast,
                judge: try aesthetic.judge(decoder))
            if told.failed > 0 { throw Failure(.inputs, "\(told.failed) of \(told.lines) lines gave no result") }
            return
        }
        let media = try Inputs.media(files)
        let decoder = try decoding.service()
        guard !fast else {
            let failed = try TriageFiles.run(
                media.files, decoder, slots: decoding.slots, as: output.format, stageTimes: stageTimes)
            if failed > 0 { throw Failure(.inputs, "\(failed) of \(media.files.count) files gave no result") }
            return
        }
        let judge = try aesthetic.judge(decoder)
        if let vpdqFolder { try Inputs.makeFolder(vpdqFolder) }
        let pictures = try picture.map { try StoryboardFiles($0, of: media.files, decoder) }
        if let folder = chromaprint.chromaprintFolder {
            try ChromaprintExport.checkNames(media)
            try Inputs.makeFolder(folder)
        }
        let collected = Mutex<(failed: Int, unwritten: Int)>((0, 0))
        let times = Mutex(StageTimes())
        let timesStages = stageTimes != nil
        let format = output.format
        let folder = vpdqFolder
        let withFingerprint = fingerprint
        let (printFolder, length, form) = (chromaprint.chromaprintFolder, chromaprint.length, chromaprint.form)
        try Failure.environmental {
            try OrderedWork.run(media.files, slots: decoding.slots) { file in
                let extraction = try decoder.extract(path: file.path, chromaprint: length, timesStages: timesStages)
                return (extraction, try judge?.signal(of: extraction.record, path: file.path))
            } deliver: { file, answer in
                let (extraction, aesthetic) = answer
                let record = extraction.record
                times.withLock { $0.add(extraction.stageSeconds, decoder: extraction.cpuSeconds) }
                collected.withLock { if !record.outcome.hasResult { $0.failed += 1 } }
                switch format {
                case .jsonl, .json:
                    let fingerprint = withFingerprint ? extraction.fingerprint : nil
                    try? Output.value(
                        AnsweredRecord(record, fingerprint: fingerprint, aesthetic: aesthetic), as: format)
                case .text: Output.line(ExtractText.lines(record, aesthetic).joined(separator: "\n"))
                }
                if let pictures, !pictures.write(record, of: file) { collected.withLock { $0.unwritten += 1 } }
                if let folder, let fingerprint = try? MediaFingerprint(decoding: Array(extraction.fingerprint)) {
                    VPDQExport.write(fingerprint.video, as: "\(folder)/\(file.name).vpdq.txt")
                }
                if let printFolder, let print = extraction.chromaprint {
                    if let reason = print.abstainReason {
                        Output.note("moire: \(file.path) has no Chromaprint: \(reason)")
                    } else if !ChromaprintExport.write(print, as: form, to: "\(printFolder)/\(file.name).fpcalc.json") {
                        collected.withLock { $0.unwritten += 1 }
                    }
                }
            }
        }
        if let stageTimes { try times.withLock { $0 }.write(to: stageTimes) }
        let result = collected.withLock { $0 }
        if result.unwritten > 0 {
            throw Failure(.environment, "\(result.unwritten) Chromaprints or pictures were not written")
        }
        if result.failed > 0 { throw Failure(.inputs, "\(result.failed) of \(media.files.count) files gave no result") }
    }
}

/// Writes frame hashes the way Meta's tools read them.
enum VPDQExport {
    static func write(_ video: VideoFingerprint, as path: String) {
        let text = VPDQFile.format(
            video.frames.enumerated().map { number, code in
                VPDQFrame(
                    frame: number, quality: Int(code.quality), hash: code.hash, timestamp: Double(code.ptsMs) / 1000)
            })
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            Output.note("moire: \(path) could not be written: \(error.localizedDescription)")
        }
    }
}
