import Records
import Signals

/// Counts non-interactive videos against a posting limit.
struct PostingWindow {
    let limit: ScoringRules.PostingLimit
    /// In canonical order.
    let videos: [VideoSheet]

    /// At most two: the fullest stretch of days, and the videos without a publication time.
    var flags: [CreatorProfile.Flag] {
        let still = videos.filter { ($0.features?.body.static?.share ?? -1) >= limit.staticShare }
        let undated = still.filter { $0.publishedAt == nil }
        let dated = still.compactMap { video in video.publishedAt.map { (time: $0, video: video) } }
            .sorted { ($0.time, $0.video.sequence, $0.video.id) < ($1.time, $1.video.sequence, $1.video.id) }
        var flags: [CreatorProfile.Flag] = []
        let length = Int64(limit.days) * PublicationTime.secondsPerDay
        var fullest = 0..<0
        var first = 0
        for last in dated.indices {
            while dated[last].time - dated[first].time >= length { first += 1 }
            if last + 1 - first > fullest.count { fullest = first..<(last + 1) }
        }
        if fullest.count >= limit.videos { flags.append(flag(dated[fullest].map(\.video), dated: true)) }
        if undated.count >= limit.videos { flags.append(flag(undated, dated: false)) }
        return flags
    }

    private func flag(_ videos: [VideoSheet], dated: Bool) -> CreatorProfile.Flag {
        let sentence = ReasonSentence(videos: videos.count, days: limit.days).filled(into: limit.sentence)
        return CreatorProfile.Flag(
            id: limit.id, clause: limit.clause,
            reason: dated ? sentence : "\(sentence) Publication times are not given; counted without a window.",
            videos: videos.map(\.id), eventIDs: videos.compactMap(\.features?.event.eventID), dated: dated)
    }
}
