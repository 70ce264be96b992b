#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// Every constant of the loudspeaker meter; its version is that of the recapture signal.
struct LoudspeakerParameters: Sendable, Equatable {
    // Windows.

    /// Seconds of the windows that are judged each for itself; how many in a row make a span of a sound that as a whole
    /// seems direct, and how probable each must be. A long sound has many windows: with two in a row at 0.5, two of 95
    /// untouched recordings were accused, and with three, five of 30 tracks of slow, dark music.
    var windowSeconds = 8.0
    var windowRun = 3
    var windowProbability = 0.7
    /// Frames (4 s) and spectra without which a window is not judged.
    var framesMin = 172, spectraMin = 8
    /// Seconds that a block may lie off the running clock before it counts as a gap, as of the sound meter.
    var gapSeconds = 0.05
    /// dB of a sine at full scale (and 10 over it) under which there is nothing to judge: -70 dBFS.
    var quietDecibels = -80.0
    /// dB between the loud and the quiet moments of a band. Two of 96 untouched recordings have less, rain and a crowd,
    /// and one in ten of the strongest simulated recordings, whose noise covers all that would tell.
    var rangeMin = 8.0
    /// Spans kept, the longest.
    var spansMax = 64

    // Cues: the measures at which each begins and is full, the third and the 97th hundredth of what was fitted on.

    /// How reverberant a sound is for what it consists of: log2 of the fall and of the kurtosis, less the coherence.
    /// Falls alone would accuse every choir and every river. 20 dB a second keep the logarithm finite.
    var kurtosisShare = 0.28, coherenceShare = 0.94, fallOffset = 20.0
    var reverberation = 8.6...9.7
    /// log2 of the lowest band's deviation and 1 dB.
    var bass = 2.0...3.9
    var treble = 0.06...1.2
    var room = -5.3...0.9
    /// dB.
    var hum = 2.3...11.3

    // Combination: logistic over the cues.

    /// Fitted on 2,524 pieces of 8 s from 96 recordings. Recorded off a loudspeaker, simulated: 815, by three
    /// simulators of three strengths each (loudspeaker's band, resonances and distortion, room, room noise, hum, level
    /// control, microphone, coder). Not so: the recordings untouched, 1,128 edits of them (coded, low-passed, louder,
    /// faster, under music or voices), and 474 that a simulated phone recorded live, 288 of these voices in rooms; and
    /// 1,419 pieces of 30 tracks of slow, dark music, which was accused before it was among these. One in ten counts as
    /// recorded off a loudspeaker. No real recording off a loudspeaker has been met yet.
    var bias = -10.3
    /// That two channels are the same is said of no few films as they were published: it is a hint that decides
    /// nothing, and its weight was set and not fitted, as all simulated recordings have one channel.
    var weights = ["reverberation": 6.1, "bass": 2.53, "treble": 2.59, "room": 2.83, "hum": 0.7, "mono": 0.3]

    static let v1 = LoudspeakerParameters()

    func finding(_ measures: SoundMeasures, isDualMono: Bool) -> LoudspeakerFinding {
        let dryness =
            log2(max(0, measures.fall) + fallOffset) + kurtosisShare * log2(max(1, measures.kurtosis))
            - coherenceShare * measures.coherence
        let cues = [
            "reverberation": 1 - share(dryness, reverberation), "bass": 1 - share(log2(measures.bass + 1), bass),
            "treble": 1 - share(measures.treble, treble), "room": share(measures.floorSlope, room),
            "hum": share(measures.hum, hum), "mono": isDualMono ? 1 : 0,
        ]
        // In the order of the names: sums of doubles depend on their order.
        var logit = bias
        for (name, cue) in cues.sorted(by: { $0.key < $1.key }) { logit += (weights[name] ?? 0) * cue }
        var evidence = SoundRecapture.Evidence(fallDecibelsPerSecond: max(0, measures.fall).rounded(places: 1))
        // Any sound has some line there; what is told must stand out.
        if cues["hum"] ?? 0 >= 0.5 {
            evidence.humHz = measures.humHz
            evidence.humDecibels = measures.hum.rounded(places: 1)
        }
        return LoudspeakerFinding(probability: .logistic(logit), cues: cues, evidence: evidence)
    }

    private func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        ((value - range.lowerBound) / (range.upperBound - range.lowerBound)).clamped(0, 1)
    }
}

/// What the cues say of a stretch of sound.
struct LoudspeakerFinding: WindowFinding {
    var probability: Double
    var cues: [String: Double]
    var evidence: SoundRecapture.Evidence?
}
