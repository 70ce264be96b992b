/// Every constant of the recapture meter.
public struct RecaptureParameters: Sendable, Equatable {
    public var version: String

    // Moiré.

    /// Seconds between the frames whose patches are looked at.
    public var moirePeriodSeconds = 0.5
    /// Cycles per pixel: slower waves belong to the scene.
    public var moireLowest = 0.11
    /// Patches of the five that must show the same frequency: fabric and fences fill one, a screen all.
    public var moirePatches = 3
    /// Frames with patches that an answer needs.
    public var framesMin = 3
    /// Levels of standard deviation under which a patch has nothing to show.
    public var patchContrast = 1.0

    // Rolling bands.

    /// Samples of the row profiles a second, and of one spectrum (2.1 s).
    public var profileHz = 30.0
    /// The greatest step of log light from one moment to the next that is followed: a band of a fifth of the light at
    /// 4 Hz steps by 0.17 at most, the bands of a usual screen by 0.02 to 0.1, a cut by 1.
    public var bandStepMax: Float = 0.02
    /// Hz: slower changes are scene and exposure.
    public var bandLowestHz = 1.4
    /// Bands over the height of the picture.
    public var bandCycles = 6
    /// dB from which every frame is wanted: at half of the rate a band of more than 7 Hz is taken for a slower one.
    public var bandSuspected = 3.0
    /// Coherence of the eight strips: a band crosses the picture, a moving thing does not.
    public var bandCoherence = 0.6
    /// Frequencies to either side among which a wave must stand out, in steps of 0.47 Hz.
    public var bandNeighbours = 12
    /// Depth of a wave (log light) that 8-bit rounding and coders make by themselves.
    public var bandFloor = 0.003
    /// Hz at which lamps on the mains pulse, and how near their beat with the frame rate a band must lie to be put
    /// down to them: a gymnasium's lamps roll through honest film just as a screen does.
    public var lampHz = [100.0, 120.0], lampToleranceHz = 0.5

    // Outline.

    /// Levels by which the screen must be brighter than what surrounds it, and the brightest surround.
    public var outlineStep = 28
    public var surroundLevel = 70
    /// Slopes (pixels per pixel) of an edge that is straight and not level: 0.3 to 14 degrees.
    public var slopeMin = 0.005, slopeMax = 0.25
    /// Share of the scanned lines that must meet the edge, and how near in pixels.
    public var edgeShare = 0.6, edgeTolerance = 1.5
    /// Pixels that an outline moves from look to look in a hand; an editor's rotation stands still.
    public var jitterPixels = 0.25

    // Light.

    /// Fall of log light from the middle to the edges' middles, over which lens and panel are full evidence. Ordinary
    /// film lies between -0.2 and 0.8.
    public var falloff = 0.0...0.5
    /// Level under which the brightest hundredth lies: a filmed panel is seldom as bright as the film itself. Full
    /// evidence at the lower end.
    public var highlights = 170.0...250.0

    // Combination: logistic over the cues.

    /// Fitted on 694 clips: 189 simulated recaptures (perspective, pixel grid, rolling bands, lens, sensor; alone and
    /// among other edits) and 505 clips not filmed off a screen, sources of the simulated ones and other edits
    /// of these among them; folds of five by source. Then bands were weighed down to what they say alone (0.85), and
    /// light to a hint that never decides. Real recaptures have not been met yet.
    public var bias = -5.6
    public var weights: [String: Double] = [
        "moire": 4.5, "bands": 7.3, "outline": 3, "falloff": 0.8, "highlights": 2.4,
    ]
    /// Share of the weight that bands keep at the beat of the mains.
    public var lampShare = 0.3
    /// dB at which the moiré and band cues begin and are full. Ordinary film stays under 11 and 1
    /// nineteen times in twenty.
    public var moireDecibels = 7.0...22.0
    public var bandDecibels = 0.0...10.0

    // Windows.

    /// Seconds of the windows that are judged each for itself, and how many in a row make a span of a video that as
    /// a whole looks direct.
    public var windowSeconds = 8.0
    public var windowRun = 2
    /// Spans kept, the longest.
    public var spansMax = 64

    public static let v5 = RecaptureParameters(version: SignalVersions.recapture)
}
