internal import Frames

/// The judged parts of a frame or a video.
struct QualityParts {
    private(set) var parts: [String: QualitySignal.Part] = [:]

    init(_ m: PictureMeasures, _ p: QualityParameters) {
        if let value = m.sharpness {
            add(
                "sharpness", value, "octaves", p.sharpness(value),
                [
                    "The picture is sharp.", "The picture is a little soft.",
                    "The picture is blurred: check focus, a dirty lens, or enlargement from a small source.",
                ])
        }
        if let value = m.noise {
            add(
                "noise", value, "levels", p.noise(value),
                [
                    "The picture is clean.", "Some grain is visible.",
                    "The picture is grainy: more light helps.",
                ])
        }
        if let value = m.blockiness {
            add(
                "blockiness", value, "levels", p.blockiness(value),
                [
                    "No coding blocks are visible.", "Coding blocks are slightly visible.",
                    "Coding blocks are visible: the video was compressed too far, perhaps several times.",
                ])
        }
        let exposed = max(0, p.exposure(m.mean) - p.clippingPenalty(m.clipped))
        let dark = m.mean < 95
        add(
            "exposure", m.mean, "luma", exposed,
            [
                "The picture is well exposed.",
                dark ? "The picture is rather dark." : "The picture is rather bright.",
                dark ? "The picture is too dark to see well." : "The picture is washed out by too much light.",
            ])
        add(
            "contrast", m.contrast, "levels", p.contrast(m.contrast),
            [
                "Light and dark are well apart.", "The picture is a little flat.", "The picture is flat and grey.",
            ])
        if let value = m.colourfulness {
            add(
                "colourfulness", value, "M", p.colourfulness(value),
                [
                    "The colours are lively.", "The colours are muted.", "The picture has almost no colour.",
                ])
        }
        add(
            "letterbox", m.letterbox, "share", p.letterbox(m.letterbox),
            [
                "The picture fills the frame.", "Narrow bars take part of the frame.",
                "Bars take much of the frame: upload the video without them.",
            ])
    }

    private mutating func add(_ name: String, _ value: Double, _ unit: String, _ score: Double, _ sentences: [String]) {
        let sentence = sentences[score >= 75 ? 0 : score >= 45 ? 1 : 2]
        parts[name] = QualitySignal.Part(
            value: value.rounded(places: 4), unit: unit, score: score.rounded(places: 1),
            sentence: sentence)
    }

    /// Weighted mean of the parts that are there, drawn towards the weakest.
    func score(_ p: QualityParameters) -> Double {
        var sum = 0.0, weights = 0.0, weakest = 100.0
        // In the order of the names: sums of doubles depend on their order.
        for (name, part) in parts.sorted(by: { $0.key < $1.key }) {
            let weight = p.weights[name] ?? 0
            sum += weight * part.score
            weights += weight
            // Little colour is a matter of taste and does not ruin a picture.
            if name != "colourfulness" { weakest = min(weakest, part.score) }
        }
        guard weights > 0 else { return 0 }
        return (1 - p.weakest) * sum / weights + p.weakest * weakest
    }
}
