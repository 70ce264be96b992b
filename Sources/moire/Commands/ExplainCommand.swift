import ArgumentParser
import FingerprintIndex
import Fingerprints
import Fleet
import Foundation
import Frames
import Pictures
import Records
import Report
import Signals

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why a pair matched or did not, with a picture of the evidence.",
        discussion: """
            REFERENCE is an id in the index, or a file; for a file that is also in the index (by its name) the stored
            fingerprint is used, and the file gives the pictures.

            The picture shows where the pair agrees: both timelines; of sound, the two spectrograms one above the
            other with the peaks that agree linked, and the line fitted through them; of pictures, aligned frames. Where
            places in the frames agree, they are joined, and what both show is outlined in each. The nearest miss of a
            pair that did not match is drawn in the same way, but hollow and with broken lines; without any common line
            of time, the two frames that are most alike.

            EXAMPLES
              moire explain --index ./index suspect.mp4 originals/tour.mp4
              moire explain --index ./index --picture song.png clip-with-song.mp4 songs/tango.mp3
              moire explain --index ./index --picture why.png --format json suspect.mp4 tour.mp4
            """)

    @OptionGroup var path: IndexPath
    @OptionGroup var output: FormatOption
    @OptionGroup var decoding: DecodingOptions

    @Option(help: "Where the picture of the evidence goes (PNG).")
    var picture: String = "explain.png"

    @Argument(help: "The file that is asked about.")
    var query: String

    @Argument(help: "An id in the index, or a file.")
    var reference: String

    mutating func run() throws {
        let decoder = try decoding.service()
        let (asked, recapture) = try fingerprint(of: query, decoder)
        let referenceFile = FileManager.default.fileExists(atPath: reference) ? reference : nil
        let id = referenceFile.map { URL(fileURLWithPath: $0).lastPathComponent } ?? reference
        let index = try path.open()
        let stored = try Failure.environmental { try index.fingerprint(of: id) }
        let known: MediaFingerprint
        if let stored {
            known = stored
        } else if let referenceFile {
            known = try fingerprint(of: referenceFile, decoder).fingerprint
        } else {
            throw Failure(.inputs, "\(reference) is neither a reference in \(path.index) nor a file")
        }
        let report = Aligner.compare(query: asked, reference: known, queryID: query, referenceID: id)
        let image = PairExplanation(
            report: report,
            query: .init(name: query, duration: asked.duration, path: MediaFiles.absolute(query)),
            reference: .init(
                name: id, duration: known.duration, path: referenceFile.map { MediaFiles.absolute($0) })
        ).image(decoder)
        try Failure.environmental { try Data(try PNG.encode(image)).write(to: URL(fileURLWithPath: picture)) }
        guard output.format == .text else { return try Output.value(report, as: output.format) }
        Output.line(report.explanation)
        for match in report.matches {
            Output.line("  " + MatchText.line(match))
            if match.transform != nil {
                Output.line("    the picture: \(TransformWords.of(match, .full) ?? "unchanged")")
            }
        }
        for line in nearest(report) { Output.line("  " + line) }
        if let words = recapture.flatMap(RecaptureWords.suspicion) { Output.line("  the query \(words)") }
        Output.line("  picture: \(picture)")
    }

    /// The line that became a match, or came nearest to it, and how much speaks for it.
    private func nearest(_ report: PairReport) -> [String] {
        let isHit = report.gate == .matched
        var lines = isHit ? [] : ["stopped by: \(report.gate.rawValue)"]
        guard let line = report.nearest else {
            if let closest = report.closestPair {
                lines.append(
                    String(
                        format: "most alike: %.2f s and %.2f s of it, %d of 256 bits differ%@ (unrelated: about 128)",
                        closest.pair.query, closest.pair.reference, closest.pair.distance,
                        closest.mirrored ? " in the mirror" : ""))
            }
            return lines
        }
        lines.append(
            String(
                format: "%@: offset %.2f s, speed %.2f, %d moments of picture, %d of sound",
                isHit ? "best line" : "nearest line", line.offset, line.speed, line.videoMoments, line.audioMoments)
                + (line.pitch == 0 ? "" : String(format: ", pitch %+.2f semitones", line.pitch)))
        if !isHit {
            lines.append(
                "\(MatchText.range(line.queryStart, line.queryEnd)) would \(line.videoMoments == 0 ? "play" : "show") "
                    + "\(MatchText.range(line.referenceStart, line.referenceEnd)) of it"
                    + (TransformWords.of(line, .full).map { ", the picture \($0)" } ?? ""))
        }
        lines.append(
            String(
                format: "evidence: %.2f decades of picture, %.2f of sound, less %.2f for the search: %.2f; "
                    + "a match needs %.2f", line.videoDecades, line.audioDecades, line.searchCost, line.decades,
                line.decadesNeeded))
        if let movement = line.movement {
            var text = String(format: "movement: correlation %.2f over %.1f s", movement.correlation, movement.seconds)
            if let expected = movement.expected {
                text += String(format: " (that of a copy like this is %.2f at least)", expected)
            }
            if let frames = movement.frames {
                text += String(format: ", of whole frames %.2f over %.1f s", frames.correlation, frames.seconds)
                if let expected = frames.expected { text += String(format: " (%.2f)", expected) }
            }
            if movement.weight < 1 {
                text += String(format: "; %.0f %% of the evidence counts", 100 * movement.weight)
            }
            if let decades = movement.decades, decades > 0 {
                text += String(format: "; it adds %.2f decades to the picture's evidence", decades)
            }
            lines.append(text)
        }
        return lines
    }

    private func fingerprint(of file: String, _ decoder: DecodeService) throws
        -> (fingerprint: MediaFingerprint, recapture: RecaptureSignal?)
    {
        let path = MediaFiles.absolute(file)
        let found = try Failure.environmental { try decoder.fingerprint(of: path) }
        guard let fingerprint = found.fingerprint else {
            throw Failure(.inputs, "\(file): \(found.outcome.sentence)")
        }
        return (fingerprint, found.recapture)
    }
}
