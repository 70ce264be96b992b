internal import Frames

/// How much of a sound is like speech and like music, second by second, and whether music lies under the speech.
///
/// A hint, not a recogniser: song and animals' calls have much of speech, and where no model is sure nothing is said.
/// Memory: three seconds of frames.
struct ContentMeter: Sendable {
    private let parameters: SpeechMusicParameters
    private let gapSeconds: Double
    private var spectra = SpectralFrames()
    private var frames: [SpectralFrame] = []
    /// Seconds at which the next block follows on.
    private var next: Double?
    /// Seconds at which what follows on began, and the frames since.
    private var anchor = 0.0, sinceAnchor = 0
    /// Textures that are not silent.
    private var audible = 0
    private var speech = (yes: 0, no: 0), music = (yes: 0, no: 0)
    /// Sum of the bed's probability over textures of speech.
    private var bed = 0.0

    init(_ parameters: SpeechMusicParameters, gapSeconds: Double) {
        (self.parameters, self.gapSeconds) = (parameters, gapSeconds)
    }

    /// - Returns: the frames that have become full, each with the seconds at which it begins.
    @discardableResult
    mutating func add(_ block: MonoBlock) -> [(start: Double, frame: SpectralFrame)] {
        guard block.pts.isFinite, !block.samples.isEmpty else { return [] }
        if next.map({ abs(block.pts - $0) > gapSeconds }) ?? true {
            spectra.interrupt()
            frames = []
            (anchor, sinceAnchor) = (block.pts, 0)
        }
        next = block.pts + Double(block.samples.count) / Double(MonoBlock.sampleRateHz)
        var new: [SpectralFrame] = []
        spectra.add(block.samples) { new.append($0) }
        var timed: [(start: Double, frame: SpectralFrame)] = []
        for frame in new {
            timed.append((anchor + Double(sinceAnchor) / SpectralFrames.framesPerSecond, frame))
            sinceAnchor += 1
            frames.append(frame)
            guard frames.count == SoundTexture.frames else { continue }
            judge()
            frames.removeFirst(SoundTexture.step)
        }
        return timed
    }

    private mutating func judge() {
        let p = parameters
        guard let texture = SoundTexture(frames[...], p) else { return }
        audible += 1
        let isSpeech = p.speech.probability(texture), isMusic = p.music.probability(texture)
        if isSpeech >= p.yes {
            speech.yes += 1
            bed += p.bed.probability(texture)
        } else if isSpeech <= p.no {
            speech.no += 1
        }
        if isMusic >= p.yes { music.yes += 1 } else if isMusic <= p.no { music.no += 1 }
    }

    var speechShare: Double? { share(speech) }

    var musicShare: Double? { share(music) }

    private func share(_ count: (yes: Int, no: Int)) -> Double? {
        let judged = count.yes + count.no
        guard judged > 0, Double(judged) >= parameters.judgedMin * Double(audible) else { return nil }
        return (Double(count.yes) / Double(judged)).rounded(places: 3)
    }

    /// Nil without enough speech, and where it might be either.
    var hasMusicBed: Bool? {
        guard speech.yes >= parameters.bedTexturesMin else { return nil }
        let mean = bed / Double(speech.yes)
        return mean >= parameters.bedYes ? true : mean <= parameters.bedNo ? false : nil
    }
}
