internal import Frames

/// What all cues saw in a stretch of time, and what it says.
struct RecaptureView: Sendable {
    var bands = BandSpectrum()
    var moire = MoireSpectrum()
    var light = LightCue()
    var outline = OutlineCue.Sight()
    /// Mean of the strengths of the windows that were added, by their looks.
    private var outlineSum = 0.0, outlineLooks = 0

    struct Finding: WindowFinding {
        var probability: Double
        var cues: [String: Double]
        var evidence: RecaptureSignal.Evidence?
    }

    /// Takes a window into the whole.
    mutating func add(_ window: RecaptureView, _ p: RecaptureParameters) {
        bands.add(window.bands)
        moire.add(window.moire)
        light.add(window.light)
        outlineSum += window.outline.strength(p) * Double(window.outline.looks)
        outlineLooks += window.outline.looks
        if outline.corners == nil { outline.corners = window.outline.corners }
    }

    /// - Parameter frameRate: frames a second, measured.
    /// - Returns: nil where nothing could be seen.
    func finding(_ p: RecaptureParameters, frameRate: Double) -> Finding? {
        let wave = bands.wave(p), common = moire.common(p)
        let peak = common.map { MoireSpectrum.peak(in: $0, p) }
        guard wave != nil || peak != nil else { return nil }
        let tilt = outlineLooks > 0 ? outlineSum / Double(outlineLooks) : outline.strength(p)
        let cues: [String: Double] = [
            "bands": share(wave?.decibels ?? 0, p.bandDecibels), "moire": share(peak?.decibels ?? 0, p.moireDecibels),
            "outline": tilt, "falloff": share(light.falloff ?? 0, p.falloff),
            "highlights": 1 - share(light.highlight ?? 255, p.highlights),
        ]
        let lamp = wave.map { isLampBeat($0, p, frameRate: frameRate) } ?? false
        // In the order of the names: sums of doubles depend on their order.
        var logit = p.bias
        for (name, cue) in cues.sorted(by: { $0.key < $1.key }) {
            logit += (p.weights[name] ?? 0) * cue * (name == "bands" && lamp ? p.lampShare : 1)
        }
        var evidence = RecaptureSignal.Evidence()
        if let wave, cues["bands"] ?? 0 > 0 {
            evidence.bandHz = wave.hz.rounded(places: 2)
            evidence.bandCycles = wave.cycles
            evidence.bandDecibels = wave.decibels.rounded(places: 1)
            evidence.bandsAtLampBeat = lamp
        }
        if let common, let peak, cues["moire"] ?? 0 > 0 {
            evidence.moireHorizontal = peak.horizontal.rounded(places: 4)
            evidence.moireVertical = peak.vertical.rounded(places: 4)
            evidence.moireDecibels = peak.decibels.rounded(places: 1)
            evidence.moireSpectrum = MoireSpectrum.digits(of: common)
        }
        if tilt > 0 { evidence.outline = outline.corners }
        return Finding(
            probability: .logistic(logit), cues: cues,
            evidence: evidence == RecaptureSignal.Evidence() ? nil : evidence)
    }

    private func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        ((value - range.lowerBound) / (range.upperBound - range.lowerBound)).clamped(0, 1)
    }

    /// A lamp of 2 x 50 or 2 x 60 Hz is seen at the distance of its pulse from the next multiple of the frame rate.
    private func isLampBeat(_ wave: BandSpectrum.Wave, _ p: RecaptureParameters, frameRate: Double) -> Bool {
        guard frameRate > 0 else { return false }
        return p.lampHz.contains { hz in
            let beat = abs(hz - (hz / frameRate).rounded() * frameRate)
            return abs(beat - wave.hz) <= p.lampToleranceHz
        }
    }
}
