internal import FingerprintIndex
internal import Foundation
internal import Frames
internal import Records
internal import Report
internal import Scoring
internal import Signals

/// Makes the page's model of a case's file. Blocks: it asks for the places of media.
struct CaseModelMaker {
    let desk: ConsoleDesk
    let file: CaseFile
    let report: PairReport?
    let address: ConsoleAddress
    let next: ReviewCase?

    var review: ReviewCase { file.review }
    var match: Match { review.edge.match }
    private var axis: Double { max(file.query.duration, file.reference.duration, 0.1) }

    func model() throws -> CaseModel {
        let drawing = TimelineDrawing(file: file) { side in shots[side.id] ?? [] }
        var model = CaseModel(
            id: review.id, query: try side(file.query, isQuery: true, drawing),
            reference: try side(file.reference, isQuery: false, drawing), verb: CaseWords.verb(review),
            kind: CaseWords.kind(review), state: CaseWords.state(review), lead: lead, figures: figures,
            bridge: drawing.bridge.text, axisNote: axisNote,
            legend: drawing.legend.map { .init(name: $0.name, style: $0.style) }, pairs: try pairs(), hasPairs: false,
            pairsNote: "",
            sound: nil, soundNote: "", soundFigures: [], entries: entries, hasEntries: !file.entries.isEmpty,
            noEntries: noEntries,
            thresholds: file.thresholds.map {
                .init(name: $0.name, measured: $0.measured, needed: $0.needed, isMet: $0.isMet)
            }, hasThresholds: !file.thresholds.isEmpty, method: method, verdicts: verdicts,
            reasons: verdicts.flatMap(\.reasons), history: history, hasHistory: !file.history.isEmpty,
            undoID: review.decision?.eventID,
            reversal: file.reversal.map { "Taken out of every profile by \($0.by): \($0.why)" },
            next: next.map { ConsoleAddress.reviewCase($0.id) }, nextName: next.map(\.edge.match.query),
            permalink: ConsoleAddress.reviewCase(review.id), bundle: ConsoleAddress.reviewCase(review.id) + "/bundle",
            explanation: report?.explanation)
        model.hasPairs = !model.pairs.isEmpty
        model.pairsNote = pairsNote(model.pairs.count)
        try addSound(to: &model)
        return model
    }

    // MARK: Pictures

    /// Moments of the film strips, by video; the evidence folder is told of them.
    private var shots: [String: [(seconds: Double, address: String)]] {
        var shots: [String: [(seconds: Double, address: String)]] = [:]
        for side in [file.query, file.reference] {
            guard let media = try? desk.media(of: side.id) else { continue }
            let moments = TimelineDrawing.moments(of: side, axis: axis)
            desk.evidence.want(media, moments.map(Self.milliseconds), side: EvidenceFolder.thumbnail)
            shots[side.id] = moments.map {
                (
                    $0,
                    address.frame(side.id, milliseconds: Self.milliseconds($0), side: EvidenceFolder.thumbnail)
                )
            }
        }
        return shots
    }

    static func milliseconds(_ seconds: Double) -> Int { Int((min(max(seconds, 0), 31_536_000) * 1000).rounded()) }

    /// Moments of the comparison that lie in this match; for want of any, even moments of its spans.
    static func moments(of file: CaseFile, _ report: PairReport?) -> [ExplainPicture.Moment] {
        guard let report, file.review.edge.match.modality != .audio else { return [] }
        let span = file.review.view.query
        return ExplainPicture.chosen(from: report).filter {
            $0.query >= span.start - 0.5 && $0.query <= span.end + 0.5
        }
    }

    private func pairs() throws -> [CaseModel.Pair] {
        guard match.modality != .audio, let queryMedia = try desk.media(of: match.query),
            let referenceMedia = try desk.media(of: match.reference)
        else { return [] }
        let moments = Self.moments(of: file, report)
        let times: [(Double, Double)] =
            moments.isEmpty
            ? review.view.pairs.map { ($0.query.seconds, $0.reference.seconds) }
            : moments.map { ($0.query, $0.reference) }
        desk.evidence.want(queryMedia, times.map { Self.milliseconds($0.0) }, side: EvidenceFolder.frame)
        desk.evidence.want(referenceMedia, times.map { Self.milliseconds($0.1) }, side: EvidenceFolder.frame)
        let drawing = PairDrawing(queryAspect: aspect(file.query), referenceAspect: aspect(file.reference))
        return times.enumerated().map { index, time in
            var outline: [[Double]] = [], points: [[Double]] = []
            var note = ""
            if index < moments.count {
                switch moments[index] {
                case .places(let places):
                    (outline, points) = (places.outline, places.points)
                    note =
                        points.count == 1
                        ? "one place agrees"
                        : "\(points.count) places agree, \(Numbers.fixed(places.decades, 1)) decades"
                case .frames(let frames):
                    note = "\(frames.distance) of 256 bits differ; unrelated frames: about 128"
                }
            }
            let (at, to) = (Numbers.clock(time.0), Numbers.clock(time.1))
            let svg = drawing.svg(
                query: address.frame(
                    match.query, milliseconds: Self.milliseconds(time.0), side: EvidenceFolder.frame),
                reference: address.frame(
                    match.reference, milliseconds: Self.milliseconds(time.1), side: EvidenceFolder.frame),
                outline: outline, points: points,
                label: "The later video at \(at) beside the earlier video at \(to). \(note)")
            return CaseModel.Pair(drawing: svg.text, queryTime: at, referenceTime: to, note: note)
        }
    }

    private func aspect(_ side: CaseFile.Side) -> Double {
        guard let video = side.video?.observed?.media?.video, video.width > 0, video.height > 0 else { return 1 }
        return Double(video.width) / Double(video.height)
    }

    private func pairsNote(_ count: Int) -> String {
        if match.modality == .audio { return "Only the sound agrees; the pictures are different ones." }
        if count == 0 { return "The files are not at hand, so there are no pictures to show." }
        let hasPlaces = Self.moments(of: file, report).contains { if case .places = $0 { true } else { false } }
        return hasPlaces
            ? "Left the later video, right the earlier one. Outlined is what both show; places that agree are joined."
            : "Left the later video, right the earlier one, at moments that lie on one line of time."
    }

    // MARK: Sound

    private func addSound(to model: inout CaseModel) throws {
        guard let report else {
            model.soundNote = "The fingerprints are no longer at hand."
            return
        }
        guard let audio = match.audio else {
            model.soundNote =
                report.queryPeaks == 0
                ? "The later video has no usable sound." : "The sound does not agree: the match rests on the picture."
            return
        }
        guard
            let sound = ExplainSound(
                report: report, queryDuration: file.query.duration, referenceDuration: file.reference.duration)
        else {
            model.soundNote = "The stretch of sound that agrees is not the one that is shown here."
            return
        }
        func picture(_ video: String, _ span: TimeSpan) throws -> String? {
            guard try desk.media(of: video) != nil else { return nil }
            return address.sound(
                video, from: Int((span.start * 1000).rounded()), to: Int((span.end * 1000).rounded()))
        }
        model.sound =
            SoundDrawing(
                sound: sound, report: report, queryPicture: try picture(match.query, sound.query),
                referencePicture: try picture(match.reference, sound.reference)
            ).svg.text
        let pairs = report.nearest?.soundPairs.count ?? 0
        model.soundNote =
            "Above the later video, below the earlier one. \(pairs == 1 ? "One peak of sound agrees" : "\(Numbers.grouped(pairs))\(pairs >= SoundPair.reportMax ? " or more" : "") peaks of sound agree"); some are joined."
        var figures: [CaseModel.Figure] = [
            .init(name: "Instants of sound", value: "\(audio.moments)"),
            .init(name: "Speed", value: "× \(Numbers.fixed(match.speed, 3))"),
            .init(name: "Offset", value: "\(Numbers.fixed(match.offset, 2)) s"),
        ]
        if let pitch = audio.pitch, pitch != 0 {
            figures.append(.init(name: "Pitch", value: "\(Numbers.fixed(pitch, 2)) semitones"))
        }
        if let popularity = audio.popularity {
            figures.append(
                .init(
                    name: "Heard in", value: "\(popularity) video\(popularity == 1 ? "" : "s")",
                    note: popularity > 3 ? "popular" : nil))
        }
        model.soundFigures = figures
    }
}
