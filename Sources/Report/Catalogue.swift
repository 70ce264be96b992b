import FingerprintIndex
package import Frames
package import Records
package import Scoring
import Signals

/// The report's input, looked up by video and by match.
package struct Catalogue {
    package struct Video: Sendable {
        package var id: String
        package var creator: String?
        package var sequence: Int64
        package var observed: Event.VideoObserved?
        package var features: Event.VideoFeatures?
        package var name: HTML { "<bdi>\(id)</bdi>" }

        /// Seconds, measured or else claimed.
        package var duration: Double? {
            if let duration = features?.duration, duration > 0 { return duration }
            return observed?.media?.claimedDuration ?? observed?.outcome.decodedUntil
        }

        /// A tenth into the video, later where it is black there; nil where there is no picture.
        package var poster: PictureMoment? {
            guard let duration, observed?.outcome.hasResult ?? true, observed?.media.map({ $0.video != nil }) ?? true
            else { return nil }
            let dark = features?.static?.spans.filter { $0.kind == .black || $0.kind == .solid } ?? []
            let moments = [0.1, 0.3, 0.5, 0.7, 0.9].map { $0 * duration }
            let moment = moments.first { time in !dark.contains { $0.start <= time && time < $0.end } }
            return PictureMoment(video: id, seconds: moment ?? moments[0])
        }
    }

    package struct MatchView: Sendable {
        package enum Kind: Int, Sendable { case copy, ownAgain, sound }

        package var event: Event
        package var edge: Event.MatchEdge
        package var kind: Kind
        package var notCounted: String?
        /// What a reviewer decided.
        package var decision: CreatorProfile.Ruling?
        /// The stretches that are shown as linked: the picture's own where there is one.
        package var query: TimeSpan
        package var reference: TimeSpan
        package var pairs: [(query: PictureMoment, reference: PictureMoment)]
        /// For links within the page.
        package var anchor: String { "match-\(event.eventID)" }
    }

    /// A match that a reviewer turned around is in the profiles of both sides.
    private struct Judged: Hashable {
        var eventID: String
        var video: String

        init(eventID: String, video: String) { (self.eventID, self.video) = (eventID, video) }

        init(_ copy: CreatorProfile.Copy) { self.init(eventID: copy.eventID, video: copy.video) }
    }

    /// By order of acceptance.
    package private(set) var videos: [Video] = []
    /// Copies first, then by strength.
    package private(set) var matches: [MatchView] = []
    /// Searches made, whatever they found.
    package private(set) var searches = 0
    private var indexOfVideo: [String: Int] = [:]
    /// Anchors by event id, of the matches that are shown.
    package private(set) var anchors: [String: String] = [:]

    package init(_ input: ReportInput) {
        var byID: [String: Video] = [:]
        var edges: [(event: Event, edge: Event.MatchEdge)] = []
        func change(_ id: String, _ body: (inout Video) -> Void) {
            body(&byID[id, default: Video(id: id, creator: nil, sequence: .max)])
        }
        for event in ProfileFold.standing(input.events) {
            switch event.body {
            case .videoObserved(let observed):
                change(observed.video.videoID) { video in
                    if let known = video.observed, known.sequence > observed.sequence { return }
                    video.observed = observed
                    video.sequence = observed.sequence
                    video.creator = observed.video.creator ?? video.creator
                }
            case .videoFeatures(let features):
                change(features.videoID) { video in
                    // Standing events come by id, as they do to the scorer: of equals the last one counts.
                    if let known = video.features, ProfileFold.isOlder(features, than: known) == true { return }
                    video.features = features
                    video.creator = video.creator ?? features.creator
                }
            case .matchEdge(let edge): edges.append((event, edge))
            case .matchSearched: searches += 1
            case .reversal, .decision: break
            }
        }
        videos = byID.values.sorted { ($0.sequence, $0.id) < ($1.sequence, $1.id) }
        for (index, video) in videos.enumerated() { indexOfVideo[video.id] = index }
        let judged = Dictionary(
            input.profiles.flatMap { $0.copies + $0.repeats + $0.sounds }.map { (Judged($0), $0) },
            uniquingKeysWith: { first, _ in first })
        matches = edges.map { event, edge in
            Self.view(event, edge, judged[Judged(eventID: event.eventID, video: edge.match.query)])
        }.sorted { a, b in
            if a.kind != b.kind { return a.kind.rawValue < b.kind.rawValue }
            if (a.notCounted == nil) != (b.notCounted == nil) { return a.notCounted == nil }
            let (x, y) = (a.edge.match, b.edge.match)
            return x.score != y.score
                ? x.score > y.score : (x.query, x.reference, a.event.eventID) < (y.query, y.reference, b.event.eventID)
        }
        for kind in [MatchView.Kind.copy, .ownAgain, .sound] {
            for match in matches.filter({ $0.kind == kind }).prefix(Page.cardsMax) {
                anchors[match.event.eventID] = match.anchor
            }
        }
    }

    package func video(_ id: String) -> Video? { indexOfVideo[id].map { videos[$0] } }

    package func videos(of creator: String?) -> [Video] { videos.filter { $0.creator == creator } }

    /// Seconds of a match's end: known, or as far as the match and its coverage say.
    package func duration(of id: String, showing span: TimeSpan, coverage: Double) -> Double {
        let guess = coverage > 0 ? span.seconds / coverage : span.end
        return max(video(id)?.duration ?? guess, span.end, 0.1)
    }

    package static func view(_ event: Event, _ edge: Event.MatchEdge, _ judged: CreatorProfile.Copy?) -> MatchView {
        let match = edge.match
        var (query, reference) = (
            TimeSpan(start: match.queryStart, end: match.queryEnd),
            TimeSpan(start: match.referenceStart, end: match.referenceEnd)
        )
        if match.modality == .both, let picture = match.video {
            query = TimeSpan(start: picture.queryStart, end: picture.queryEnd)
            reference = TimeSpan(start: picture.referenceStart, end: picture.referenceEnd)
        }
        let isOwn =
            edge.relation == .sameCreator || (edge.queryCreator != nil && edge.queryCreator == edge.referenceCreator)
        let kind: MatchView.Kind = match.modality == .audio ? .sound : isOwn ? .ownAgain : .copy
        let pairs = pairTimes(query, reference).map {
            (PictureMoment(video: match.query, seconds: $0.0), PictureMoment(video: match.reference, seconds: $0.1))
        }
        return MatchView(
            event: event, edge: edge, kind: kind, notCounted: judged.map(\.notCounted) ?? "no_creator",
            decision: judged?.decision, query: query, reference: reference, pairs: pairs)
    }

    /// At most four moments, in the middles of equal parts, and the moments they are aligned with.
    static func pairTimes(_ query: TimeSpan, _ reference: TimeSpan) -> [(Double, Double)] {
        let count = min(4, max(1, Int(min(query.seconds, 4).rounded(.up))))
        return (0..<count).map { index in
            let part = (Double(index) + 0.5) / Double(count)
            return (query.start + part * query.seconds, reference.start + part * reference.seconds)
        }
    }
}
