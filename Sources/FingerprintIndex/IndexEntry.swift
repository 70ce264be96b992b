import Fingerprints

/// A reference with its fingerprint, on the way into a segment.
struct IndexEntry {
    var reference: Reference
    var fingerprint: MediaFingerprint

    /// Leaves out what only a query needs, and what says nothing new.
    init(reference: Reference, fingerprint: MediaFingerprint) {
        self.reference = reference
        self.fingerprint = fingerprint
        self.fingerprint.video.margins = []
        self.fingerprint.video.insets = []
        self.fingerprint.video.frames = FrameThinning.thinned(fingerprint.video.frames)
        self.fingerprint.local = LocalSelection()(fingerprint.local)
        self.fingerprint.movement.field = .none
    }

    /// Whether every length fits its field and its limit.
    func check() throws(IndexError) {
        func refuse(_ why: String) -> IndexError {
            IndexError(.refused, "reference \"\(reference.id.prefix(80))\": \(why)")
        }
        if reference.id.isEmpty { throw refuse("has an empty id; give it one") }
        for (name, value) in [
            ("id", reference.id), ("bank", reference.bank), ("creator", reference.creator),
            ("publication time", reference.publishedAt),
            ("abstain reason", fingerprint.video.abstainReason),
            ("abstain reason", fingerprint.audio.abstainReason),
        ] {
            let bytes = value?.utf8.count ?? 0
            if bytes > IndexLimits.nameBytes {
                throw refuse("its \(name) has \(bytes) bytes, at most \(IndexLimits.nameBytes) are kept")
            }
        }
        let codes = fingerprint.video.frames.count, peaks = fingerprint.audio.peaks.count
        if codes > IndexLimits.codesOfReference {
            throw refuse(
                "has \(codes) frame codes, at most \(IndexLimits.codesOfReference) are kept; cut it into pieces")
        }
        if peaks > IndexLimits.peaksOfReference {
            throw refuse(
                "has \(peaks) peaks of sound, at most \(IndexLimits.peaksOfReference) are kept; cut it into pieces")
        }
        if fingerprint.local.featureCount > IndexLimits.placesOfReference {
            throw refuse(
                "has \(fingerprint.local.featureCount) local features, at most \(IndexLimits.placesOfReference) are kept; "
                    + "cut it into pieces")
        }
        let trace = fingerprint.movement.trace
        if trace.steps > FingerprintLimits.movementSteps || trace.codes.count % MovementTrace.cells != 0
            || trace.codes.contains(where: { !(-MovementTrace.codeMax...MovementTrace.codeMax).contains($0) })
        {
            throw refuse("has a trace of movement that is too long or none; extract it again")
        }
        let sound = fingerprint.audio.peaks
        let isOrdered = zip(sound, sound.dropFirst()).allSatisfy { ($0.hop, $0.band) <= ($1.hop, $1.band) }
        if !isOrdered || sound.contains(where: { $0.band >= SoundPeak.bandsMax }) {
            throw refuse("has peaks of sound out of order or in no band; extract it again")
        }
        if !reference.duration.isFinite || !fingerprint.duration.isFinite {
            throw refuse("has a duration that is no number")
        }
    }
}
