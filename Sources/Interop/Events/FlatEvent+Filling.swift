internal import FingerprintIndex
internal import Frames
internal import Records
internal import Signals

extension FlatEvent {
    /// The file, its signals and its fingerprints.
    mutating func tell(_ record: ExtractRecord) {
        put(.inputBytes, record.input.bytes)
        put(.inputDigest, record.input.digest)
        if let media = record.media {
            put(.container, media.container)
            put(.claimedDuration, media.claimedDuration)
            put(.width, media.video?.width)
            put(.height, media.video?.height)
            put(.videoCodec, media.video?.codec)
            put(.audioCodec, media.audio?.codec)
        }
        tellSignals(record)
        if let prints = record.fingerprints {
            put(.fingerprintFrames, prints.videoFrames)
            put(.fingerprintVideoAbstainReason, prints.videoAbstainReason)
            put(.fingerprintVideoVersion, prints.videoVersion)
            put(.fingerprintPeaks, prints.audioPeaks)
            put(.fingerprintAudioAbstainReason, prints.audioAbstainReason)
            put(.fingerprintAudioVersion, prints.audioVersion)
        }
        put(.producer, record.producer.name)
        put(.producerBuild, record.producer.build)
        put(.sandbox, record.producer.sandbox?.rawValue)
    }

    private mutating func tellSignals(_ record: ExtractRecord) {
        if let signal = record.static {
            put(.staticShare, signal.share)
            put(.staticSpans, signal.spans.count)
            if let longest = signal.spans.max(by: { $0.end - $0.start < $1.end - $1.start }) {
                put(.staticLongest, longest.end - longest.start)
                put(.staticLongestKind, longest.kind.rawValue)
            }
            put(.staticLoopPeriod, signal.loopPeriod)
            put(.movingShare, signal.movingShare)
            put(.shots, signal.shots?.count)
            put(.staticAbstainReason, signal.abstainReason)
            put(.staticVersion, signal.version)
        }
        if let signal = record.quality {
            put(.qualityScore, signal.score)
            put(.qualityWorstStart, signal.worst?.start)
            put(.qualityWorstEnd, signal.worst?.end)
            put(.qualityAbstainReason, signal.abstainReason)
            put(.qualityVersion, signal.version)
        }
        if let signal = record.recapture {
            put(.recaptureProbability, signal.probability)
            // The name that comes first of those that are equally strong, so that the same record says the same.
            let strongest = signal.cues.filter { $0.value > 0 }.max { a, b in
                a.value != b.value ? a.value < b.value : a.key > b.key
            }
            put(.recaptureCue, strongest?.key)
            put(.recaptureSpans, signal.spans.count)
            put(.recaptureAbstainReason, signal.abstainReason)
            put(.recaptureVersion, signal.version)
        }
        if let signal = record.sound {
            put(.soundLUFS, signal.integratedLUFS)
            put(.soundRangeLU, signal.loudnessRangeLU)
            put(.soundPeakDBFS, signal.samplePeakDBFS)
            put(.soundSilenceShare, signal.silenceShare)
            put(.soundClippingShare, signal.clippingShare)
            put(.soundBandwidthHz, signal.bandwidthHz)
            put(.soundDeadAirShare, signal.deadAirShare)
            put(.soundChannels, signal.channelKind?.rawValue)
            put(.soundSpeechShare, signal.speechShare)
            put(.soundMusicShare, signal.musicShare)
            put(.soundMusicBed, signal.musicBed)
            put(.soundAbstainReason, signal.abstainReason)
            put(.soundVersion, signal.version)
        }
    }

    /// How many matches there are, and the best one: of those in which the video is the later one, if there are any.
    mutating func tell(_ edges: [Event], about job: JobSpec, wasSearched: Bool) {
        let video = job.video.videoID
        let found = edges.compactMap { event -> (id: String, edge: Event.MatchEdge, isCopy: Bool)? in
            guard case .matchEdge(let edge) = event.body else { return nil }
            if edge.match.query == video { return (event.eventID, edge, true) }
            return edge.match.reference == video ? (event.eventID, edge, false) : nil
        }
        guard wasSearched || !found.isEmpty else { return }
        put(.matches, found.count)
        put(.matchesAsCopy, found.count { $0.isCopy })
        put(.matchesAsOriginal, found.count { !$0.isCopy })
        let best = found.max { a, b in
            if a.isCopy != b.isCopy { return b.isCopy }
            return a.edge.match.score != b.edge.match.score ? a.edge.match.score < b.edge.match.score : a.id > b.id
        }
        guard let best else { return }
        let match = best.edge.match
        put(.matchEventID, best.id)
        put(.matchRole, best.isCopy ? "copy" : "original")
        put(.matchVideoID, name: best.isCopy ? match.reference : match.query, of: job.tenant)
        put(.matchCreator, name: best.isCopy ? best.edge.referenceCreator : best.edge.queryCreator, of: job.tenant)
        put(.matchBank, name: match.bank, of: job.tenant)
        put(.matchRelation, best.edge.relation.rawValue)
        put(.matchDirection, best.edge.direction.rawValue)
        put(.matchScore, match.score)
        put(.matchModality, match.modality.rawValue)
        put(.matchFalseMatchRate, match.falseMatchRate)
        let (own, other) = (
            (match.queryStart, match.queryEnd, match.queryCoverage),
            (match.referenceStart, match.referenceEnd, match.referenceCoverage)
        )
        let (here, there) = best.isCopy ? (own, other) : (other, own)
        put(.matchStart, here.0)
        put(.matchEnd, here.1)
        put(.matchCoverage, here.2)
        put(.matchOtherStart, there.0)
        put(.matchOtherEnd, there.1)
        put(.matchOtherCoverage, there.2)
        put(.matchSpeed, match.speed)
        put(.matchMirrored, match.mirrored)
        put(.matchTransform, match.transform.map { $0.kinds.map(\.rawValue).joined(separator: "+") })
        put(.matchMethod, match.method)
    }
}
