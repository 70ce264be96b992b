import FingerprintIndex
import Frames
import Records
import Signals

/// One creator's standing events, laid out by video in canonical order, and the fold over them.
struct ProfileSheet {
    let creator: String
    let rules: ScoringRules
    /// By order of acceptance, then id.
    let videos: [VideoSheet]
    private let rulings: Rulings

    /// - Parameter standing: with the matches of other creators' videos that a reviewer turned against this creator,
    ///   exchanged.
    init(creator: String, standing: [Event], rulings: Rulings, rules: ScoringRules) {
        self.creator = creator
        self.rulings = rulings
        self.rules = rules
        var byVideo: [String: [Event]] = [:]
        for event in standing {
            guard let video = ProfileFold.video(of: event) else { continue }
            byVideo[video, default: []].append(event)
        }
        self.videos = byVideo.map { VideoSheet(id: $0.key, events: $0.value) }
            .sorted { ($0.sequence, $0.id) < ($1.sequence, $1.id) }
    }

    func profile() -> CreatorProfile {
        var profile = CreatorProfile(
            creator: creator, rulesVersion: rules.version, score: rules.score.start, band: rules.band)
        var ledger = PointLedger(rules: rules)
        let sources = videos.reduce(into: [String: Set<String>]()) { sources, video in
            let taken = video.edges.filter {
                $0.body.match.modality != .audio && rulings[$0.event.eventID]?.deniesTaking($0.body) != true
            }
            sources[video.id] = Set(taken.map(\.body.match.reference))
        }
        for video in videos {
            let findings = VideoFindings(
                video: video, creator: creator, rules: rules, sourcesOfOwn: sources, rulings: rulings)
            profile.copies += findings.copies
            profile.repeats += findings.repeats
            profile.sounds += findings.sounds
            if findings.all.contains(where: { $0.rule.reads == .recaptureProbability }) { profile.recaptures += 1 }
            for finding in findings.all { ledger.count(finding, of: video) }
        }
        profile.points = ledger.points
        profile.notes = ledger.notes
        profile.history = ledger.history
        profile.score = ledger.score
        let reached = rules.milestones.last { profile.score <= $0.at }
        profile.band = reached?.band ?? rules.band
        profile.milestone = reached?.at
        profile.videos = videos.count { $0.observed != nil || $0.features != nil }
        profile.measuredVideos = videos.count { $0.isMeasured }
        profile.staticShare = staticShare
        profile.qualityMean = qualityMean
        profile.flags = rules.limits.flatMap { PostingWindow(limit: $0, videos: videos).flags }
        return profile
    }

    /// Long videos weigh as much as they last.
    private var staticShare: Double? {
        var (still, whole) = (0.0, 0.0)
        for body in videos.compactMap(\.features?.body) {
            guard let share = body.static?.share, body.duration > 0 else { continue }
            still += share * body.duration
            whole += body.duration
        }
        return whole > 0 ? Rounding.share(still / whole) : nil
    }

    private var qualityMean: Double? {
        let scores = videos.compactMap { $0.features?.body.quality?.score }
        return scores.isEmpty ? nil : Rounding.score(scores.reduce(0, +) / Double(scores.count))
    }
}
