#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Darwin
#endif

/// What a run of camera fits must be to count.
public struct CameraGrade: Sendable, Equatable {
    /// Most roughness, least share of agreeing blocks, least seconds.
    public var roughness: Double
    public var agreement: Double
    public var seconds: Double
}

/// Every constant of the static detector. Levels are of 256; a block is one of the 64 blocks of 8x8
/// pixels of a tick's 64x64 picture.
public struct StaticParameters: Sendable, Equatable {
    public var version: String

    // What counts as change.

    /// Summed levels of a block's 64 pixels against the frame before; up to that a block is quiet.
    /// A coder that skips a block leaves 0, a sensor's noise 10 and more even after averaging.
    public var quietSum: UInt16 = 2
    /// Share of quiet blocks from which a frame repeats the one before. Three quarters: captions,
    /// stickers and sound bars cover less of the picture than the rest, live picture more.
    public var quietShare = 0.75
    /// Mean levels of a block against the frame before from which something moved in it. What a coder
    /// adds while it refines a still picture stays under it from frame to frame.
    public var motionLevels = 1.0
    /// Share of such blocks from which a frame that does not repeat moves strongly: three blocks of 64.
    public var motionShare = 0.045
    /// Seconds over which a cell's activity is averaged, and the share of frames in which a live
    /// cell of the 32×32 changes.
    public var liveSeconds = 1.0
    public var liveActivity = 0.2
    /// Share of live cells from which the picture is live although most of each frame repeats: film in a
    /// quarter of the picture leaves the flat ones of its cells alone, sound bars make a tenth live.
    public var liveShare = 0.17
    /// Mean levels of a block against the anchor of the hold beyond which it shows something else.
    public var strongLevels = 6.0
    /// Share of such blocks that ends a hold.
    public var strongShare = 0.25
    /// Median over blocks of the mean levels against the anchor that ends a hold: a slow fade passes
    /// it, the flicker of a photograph coded twice at 60 kb/s stays at 3.
    public var medianLevels = 5.0

    // Times, seconds.

    /// Quiet frames shorter than that do not interrupt motion: film shot at 5 pictures a second.
    public var bridgeSeconds = 0.22
    /// Strong motion shorter than that does not interrupt a hold: a key frame differs once.
    public var flickerSeconds = 0.3
    /// Weak change shorter than that does not interrupt a hold: after a key frame a coder refines the
    /// picture, at 100 kb/s for two seconds. What is weak and goes on is a sensor's noise.
    public var refineSeconds = 2.5
    /// Shortest hold that is reported.
    public var holdSeconds = 1.0
    /// Shortest black or one-coloured stretch that is reported.
    public var flatSeconds = 0.5
    /// Seconds of film after which not every frame need be looked at.
    public var filmSeconds = 0.5
    /// Share of live cells without which it may be a still with something on it.
    public var filmLiveShare = 0.5
    /// Correlation of two slides' pictures from which they are the same one: a photograph at 60 kb/s and the same a
    /// second later, refined, have .98.
    public var samePicture = 0.93
    /// Seconds before a key frame, and share of its step, within which a picture that it sharpens may have stood.
    public var refreshSeconds = 0.6
    public var refreshShare = 0.25
    /// Longest cut or cross-fade between two slides, seconds.
    public var transitionSeconds = 1.2
    /// Shortest video with an answer.
    public var videoSeconds = 1.0

    // Kinds.

    /// Share of the video from which one hold is a still, not a freeze.
    public var stillShare = 0.9
    /// Levels; a black pixel (FFmpeg's blackdetect: a tenth of the range).
    public var blackLevel: UInt8 = 25
    /// Share of black pixels of a black frame (blackdetect's default).
    public var blackShare = 0.98
    /// Levels between the 2nd and 98th percentile of a one-coloured frame.
    public var solidRange = 6

    // Strays: changed cells of the 32×32 that nothing drawn explains.

    /// Levels of a drawn change. Coding noise of a photograph stays under it outside of key frames.
    public var drawnLevels: UInt8 = 16
    /// Strays of a calm frame, cells.
    public var calmStrays: UInt32 = 24
    /// Cells that changed by another amount than in the likest of the last frames, of a calm frame with more strays.
    public var calmOthers: UInt32 = 5
    /// Shortest run of calm frames that a camera does not give, seconds.
    public var calmSeconds = 0.26
    /// Share of a hold that such runs must cover: a photograph at 50 kb/s still has half, film that hardly moves none.
    public var calmShare = 0.3

    // Screens in use: something tiny wanders (a pointer), or line after line fills (typing). Cells of 32 a side.

    /// Frames with a drawn change, and their share of a hold's frames.
    public var workFrames = 10
    public var workShare = 0.15
    /// Cells that a pointer changes in a frame, and the smaller and larger side of the box in which it wanders.
    public var pointerCells = 10.0
    public var pointerBoxLeast = 5
    public var pointerBoxMost = 10
    /// Cells that a typed letter changes in a frame, and the rows of cells that the lines fill. A progress
    /// bar fills one or two.
    public var typingCells = 4.0
    public var typingRows = 3
    /// Different cells that changed.
    public var workCells = 12

    // Fades.

    /// Longest fade of a still into or out of one colour, seconds.
    public var fadeSeconds = 2.0

    // Virtual cameras; pixels are those of a picture of 128 on its longest side.

    /// Seconds between the frames of a fit.
    public var cameraLagSeconds = 0.5
    /// Share of a block that both frames must show.
    public var cameraSeenShare = 0.4
    /// Squared levels a pixel of mean squared gradient from which a block has texture.
    public var cameraTexture = 1.0
    /// Textured blocks without which nothing is said.
    public var cameraBlocks = 3
    /// Displacement that a block may still ask for after the fit: pixels, and a share of the way.
    public var cameraDisplacement = 0.15
    public var cameraDisplacementOfWay = 0.03
    /// What the fit may leave: a share of the block's gradient, pixels, and a coder's noise, levels.
    public var cameraLeft = 0.35
    public var cameraNoise = 0.4
    /// Share of textured blocks that must agree in each fit of a run.
    public var cameraAgreementLeast = 0.4
    /// Share that must agree over a run, for paths of three grades of roughness (see `CameraTracker.roughness`): a path
    /// drawn by a program excuses what a coder spoils and what is drawn over a third of the picture; film seen from
    /// a crane or a rail measured .05 and more, with .45 to .56 of the blocks.
    public var cameraGrades = [
        CameraGrade(roughness: 0.06, agreement: 0.58, seconds: 1.5),
        CameraGrade(roughness: 0.3, agreement: 0.78, seconds: 1.2),
        CameraGrade(roughness: 0.45, agreement: 0.85, seconds: 1.2),
    ]
    /// Share of agreeing blocks from which a fit is beyond doubt.
    public var cameraSure = 0.72
    /// Speed under which a camera stands, pixels a second.
    public var cameraSpeed = 0.15
    /// See `CameraTracker.straightness`.
    public var cameraStraightness = 0.65
    /// Change of velocity from one fit to the next that ends a run: a share of the larger, and pixels a second.
    public var cameraJumpShare = 0.5
    public var cameraJump = 0.4
    /// Fits of the shortest run.
    public var cameraFits = 4
    /// Fits of a run before it is cut in two, so that memory stays the same for hours.
    public var cameraRunFits = 240

    /// A run is seen by frames a quarter of a second apart; a cut so near to its end is its end. Seconds.
    public var cameraEdgeSeconds = 0.3

    /// Longest dissolve between pictures under a camera, with what its fits cannot see. Seconds.
    public var cameraTransitionSeconds = 1.7

    // Cuts.

    /// Seconds on each side of a step in which motion is looked at.
    public var cutWindowSeconds = 0.5
    /// Mean levels of a cut, share of blocks that take part in it, and levels of such a block.
    public var cutLevels = 8.0
    public var cutBlockShare = 0.4
    public var cutBlockLevels = 6.0
    /// Change over the second largest change nearby.
    public var cutRatio = 2.2
    public var cutRatioPassedOver = 3.0
    /// Power of the frames between two pictures with which motion changes them.
    public var motionGrowth = 0.7

    /// Seconds between pictures in which dissolves are looked for, and half of the window; dissolves of up to its
    /// length are found.
    public var dissolveStepSeconds = 0.1
    public var dissolveHalfSeconds = 0.4
    /// Mean levels between the window's ends, and the share of it by which the middle may miss their mean.
    public var dissolveLevels = 12.0
    public var dissolveLeft = 0.2
    public var shotsMax = 32

    // Motion.

    /// Seconds between the pictures that are compared.
    public var motionStepSeconds = 0.25
    /// Values of the curve.
    public var motionValuesMax = 120
    /// Levels by which a cell changes when it moves, and the share of steps in which a moving cell does.
    public var movingLevels: UInt8 = 12
    public var movingShare = 0.25

    // Loops.

    /// Seconds of video looked at from its start, and the range of periods.
    public var loopWindowSeconds = 60.0
    public var loopPeriodMin = 0.5
    public var loopPeriodMax = 15.0
    /// Difference at the period over the typical difference between moments of the video.
    public var loopRatio = 0.2
    /// Share of the typical difference that must lie between a moment and its repeat: a slow pan
    /// resembles itself at short lags without coming back.
    public var loopRise = 0.6
    /// Times that the piece must be seen.
    public var loopRepeats = 2.0

    /// Spans kept in a record, the longest ones; the share counts all of them.
    public var spansMax = 40

    /// By how much motion changes a picture more over several frames than over one.
    func growth(frames: Int) -> Double { frames == 1 ? 1 : pow(Double(frames), motionGrowth) }

    public static let v4 = StaticParameters(version: SignalVersions.static)
}
