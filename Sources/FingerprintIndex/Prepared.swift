import Fingerprints

/// A fingerprint laid out for comparison: usable frames, and the peaks of sound.
struct Prepared {
    enum Role { case query, reference }

    /// Seconds.
    let duration: Double
    /// Of frames with enough quality, seconds, ascending.
    let times: [Double]
    var codes: [PDQHash]
    /// The same codes as the mirrored picture would have them.
    let mirrored: [PDQHash]
    let sound: SoundPrint
    let frameCount: Int
    /// Places in the pictures. A query's are dense, a reference's chosen.
    var local: LocalPrint
    /// How the picture of a reference was turned after all.
    var turn = PictureTurn.none
    /// The query's, ready to be asked, as it is and in the mirror; nil for a reference.
    let asking: (straight: LocalQuery, mirrored: LocalQuery)?
    /// How the picture's parts change: a query's fine, a reference's as it is kept.
    let field: MovementSeries?
    let trace: MovementTrace

    init(_ fingerprint: MediaFingerprint, as role: Role, useVideo: Bool = true, useAudio: Bool = true) {
        let parameters = AlignerParameters.current
        let lastMs = UInt32(parameters.timelineSeconds * 1000)
        var frames = useVideo ? fingerprint.video.frames : []
        frameCount = frames.count
        // The same verdict on a reference as it was extracted and as an index keeps it.
        if role == .reference { frames = FrameThinning.filled(FrameThinning.thinned(frames)) }
        // A stable order of time even where somebody did not keep it.
        frames =
            frames
            .filter { $0.quality >= parameters.qualityMin && $0.ptsMs <= lastMs }
            .sorted { $0.ptsMs < $1.ptsMs }
        duration = fingerprint.duration.isFinite ? max(0, min(fingerprint.duration, 1e7)) : 0
        times = frames.map { Double($0.ptsMs) / 1000 }
        codes = frames.map(\.hash)
        mirrored = codes.map(\.mirrored)
        let places = useVideo ? fingerprint.local : .none
        let print = LocalPrint(
            role == .query ? places : LocalSelection()(places), timelineSeconds: parameters.timelineSeconds)
        local = print
        asking = role == .query && !print.isEmpty ? (LocalQuery(print), LocalQuery(print.mirrored)) : nil
        let movement = useVideo ? fingerprint.movement : .none
        field = role == .query ? MovementSeries(movement.field) : nil
        trace = role == .reference ? movement.trace : MovementTrace(codes: [])
        sound = SoundPrint(useAudio ? fingerprint.audio.peaks : [], hopsMax: Self.hopsMax)
    }

    /// Peaks later than this are not compared.
    static let hopsMax = UInt32(AlignerParameters.current.timelineSeconds / AudioFingerprint.hopSeconds)
}
