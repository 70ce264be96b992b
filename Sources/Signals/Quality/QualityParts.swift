internal import Frames

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// The parts of a video, each with a value, a score and a sentence for its creator.
///
/// `true_lines`, `motion_blur`, `ringing`, `padding`, `text`, `composition`, `symmetry` and `stability` explain and
/// take no points: the first three are seen in the sharpness and the blocks already, the rest is a matter of style
/// or format. A part that cannot be judged is left out.
struct QualityParts {
    private(set) var parts: [String: QualitySignal.Part] = [:]

    init(_ m: PictureMeasures, shake: Double?, lines: Int, _ p: QualityParameters) {
        var points: [String: Double] = [:]
        for (name, loss) in QualityLosses(m, p).byPart { points[name] = QualityLosses.score(loss, p) }
        addDetail(m, points, lines: lines, p)
        addCoding(m, points)
        addTones(m, points)
        addLayout(m, points, shake: shake)
    }

    private mutating func addDetail(
        _ m: PictureMeasures, _ points: [String: Double], lines: Int, _ p: QualityParameters
    ) {
        guard let softness = m.softness else { return }
        let width = exp(softness)
        // The width at which a picture with all its lines is no longer sharp enough to be called so.
        let smeared = (m.oneSided ?? 0) > 0.2 && width > 1.7
        let true_ = Int(min(1, pow(p.sharpPixels / width, p.linesPower)) * Double(lines) / 10) * 10
        let told = lines > 0 && (m.edges ?? 0) >= Double(p.linesEdgesMin)
        add(
            "sharpness", width, "px", points["sharpness"],
            [
                "The picture is sharp.", "The picture is a little soft.",
                smeared
                    ? "The picture is smeared by motion: hold the camera still or use more light."
                    : told
                        ? "The picture is soft: true detail is about \(true_) lines in a \(lines)-line video."
                        : "The picture is blurred: check focus, a dirty lens, or enlargement.",
            ])
        if told {
            let share = Double(true_) / Double(lines)
            add(
                "true_lines", Double(true_), "lines", 100 * min(1, share),
                [
                    "The picture has the detail of its size.", "Some lines hold no detail of their own.",
                    "True detail is about \(true_) lines in a \(lines)-line video.",
                ])
        }
        if let oneSided = m.oneSided {
            add(
                "motion_blur", max(0, oneSided), "ln px", width > 1.3 ? 100 * exp(-1.5 * max(0, oneSided - 0.1)) : 100,
                [
                    "No smear along one direction.", "Edges along one direction are a little smeared.",
                    "The picture is smeared along one direction.",
                ])
        }
    }

    private mutating func addCoding(_ m: PictureMeasures, _ points: [String: Double]) {
        add(
            "detail", m.blank, "share", points["detail"],
            [
                "Fine detail is there.", "Much of the picture is without fine detail.",
                "Hardly any fine detail is left: the picture is out of focus, enlarged or compressed too far.",
            ])
        add(
            "compression", m.quantiser, "QP", points["compression"],
            [
                "The video was compressed with care.", "The video was compressed hard.",
                "The video was compressed too far: export it at a higher bit rate.",
            ])
        add(
            "noise", m.noise, "levels", points["noise"],
            ["The picture is clean.", "Some grain is visible.", "The picture is grainy: more light helps."])
        add(
            "blockiness", m.blockLevels, "levels", points["blockiness"],
            [
                "No coding blocks are visible.", "Coding blocks are slightly visible.",
                "Coding blocks are visible: the video was compressed too far.",
            ])
        add(
            "banding", m.banding, "levels", points["banding"],
            [
                "Smooth areas are smooth.", "Smooth areas show faint steps.",
                "Smooth areas fall into visible bands: too few levels were kept.",
            ])
        add(
            "combing", m.combing, "share", points["combing"],
            [
                "Lines belong together.", "Some moving edges are combed.",
                "Moving edges are combed: deinterlace the video before uploading.",
            ])
        if let ringing = m.ringing {
            add(
                "ringing", ringing, "share", 100 * exp(-1.5 * max(0, ringing - 0.05)),
                [
                    "Edges are clean.", "Edges have faint echoes.",
                    "Edges have echoes: oversharpened or compressed too far.",
                ])
        }
    }

    private mutating func addTones(_ m: PictureMeasures, _ points: [String: Double]) {
        let dark = m.mean < 95
        add(
            "exposure", m.mean, "luma", points["exposure"],
            [
                "The picture is well exposed.",
                dark ? "The picture is rather dark." : "The picture is rather bright.",
                dark ? "The picture is too dark to see well." : "The picture is washed out by too much light.",
            ])
        add(
            "contrast", m.contrast, "levels", points["contrast"],
            ["Light and dark are well apart.", "The picture is a little flat.", "The picture is flat and grey."])
        add(
            "colourfulness", m.colourfulness, "M", points["colourfulness"],
            ["The colours are lively.", "The colours are muted.", "The picture has almost no colour."])
    }

    private mutating func addLayout(_ m: PictureMeasures, _ points: [String: Double], shake: Double?) {
        add(
            "letterbox", m.letterbox, "share", points["letterbox"],
            [
                "The picture fills the frame.", "Narrow bars take part of the frame.",
                "Bars take much of the frame: upload the video without them.",
            ])
        add(
            "padding", m.padding, "share", 100 * (1 - m.padding),
            [
                "No blurred copy fills the sides.", "A blurred copy fills part of the frame.",
                "A blurred copy fills much of the frame.",
            ])
        if let layout = m.layout {
            add(
                "text", layout.hardEdged, "share", 100 * (1 - layout.hardEdged),
                [
                    "Little of the picture is hard-edged.", "Hard edges, as of captions, take part of the picture.",
                    "Hard edges, as of captions and stickers, fill the picture.",
                ])
            add(
                "composition", layout.offCentre, "share", 100 * (1 - layout.offCentre).clamped(0, 1),
                [
                    "What there is to see is near the middle.", "What there is to see is off the middle.",
                    "What there is to see is at the edge.",
                ])
            add(
                "symmetry", layout.symmetry, "correlation", 50 + 50 * layout.symmetry,
                ["Both sides are alike.", "Both sides are alike in part.", "Both sides differ."])
        }
        if let shake {
            add(
                "stability", shake, "percent", 100 * exp(-shake / 2),
                ["The camera is steady.", "The camera shakes a little.", "The camera shakes: rest it on something."])
        }
    }

    private mutating func add(_ name: String, _ value: Double?, _ unit: String, _ score: Double?, _ sentences: [String])
    {
        guard let value, let score else { return }
        let grade = QualitySignal.grade(score, isScored: QualitySignal.scoredParts.contains(name))
        parts[name] = QualitySignal.Part(
            value: value.rounded(places: 4), unit: unit, score: score.clamped(0, 100).rounded(places: 1),
            sentence: sentences[grade.rawValue])
    }
}
