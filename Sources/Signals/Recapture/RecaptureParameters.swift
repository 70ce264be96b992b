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
    /// Hz: slower changes are scene and exposure.
    public var bandLowestHz = 1.4
    /// Bands over the height of the picture.
    public var bandCycles = 4
    /// Coherence of the left and right half: a band crosses the picture, a moving thing does not.
    public var bandCoherence = 0.8

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

    // Combination: logistic over the cues.

    /// Fitted on 199 clips: 17 simulated recaptures (perspective, pixel grid, rolling band, lens,
    /// sensor) and 182 clips not filmed off a screen, among them the sources of the simulated ones
    /// and other edits of these; then moved by hand so that bands alone stay under one half, because
    /// a gymnasium's lamps roll through honest film just as a screen does. At 0.5 that finds 8 of the 17
    /// and accuses none of the 182; it was measured on the clips that it was fitted on and has not met
    /// real recaptures yet.
    public var bias = -3.8
    public var weights: [String: Double] = ["moire": 4, "bands": 3.2, "outline": 4]
    /// dB at which the moiré and band cues begin and are full. Ordinary film stays under 16 and 23
    /// nineteen times in twenty.
    public var moireDecibels = 9.0...24.0
    public var bandDecibels = 20.0...32.0

    public static let v1 = RecaptureParameters(version: SignalVersions.recapture)
}
