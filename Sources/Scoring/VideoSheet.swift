import FingerprintIndex
import Frames
import Records
import Signals

/// The standing events about one video of one creator, with the choice made where there are several.
struct VideoSheet {
    let id: String
    /// Order of acceptance: of the first observation; last where nobody observed it.
    let sequence: Int64
    /// Seconds since 1970 UTC; nil where no publication time was given or readable.
    let publishedAt: Int64?
    /// The latest observation.
    let observed: (event: Event, body: Event.VideoObserved)?
    /// The newest measurement.
    let features: (event: Event, body: Event.VideoFeatures)?
    /// Ordered by event id.
    let edges: [(event: Event, body: Event.MatchEdge)]
    /// That it was searched for. How much was searched is not looked at: it depends on the order of arrival.
    let search: (event: Event, body: Event.MatchSearched)?

    init(id: String, events: [Event]) {
        var observations: [(event: Event, body: Event.VideoObserved)] = []
        var measurements: [(event: Event, body: Event.VideoFeatures)] = []
        var edges: [(event: Event, body: Event.MatchEdge)] = []
        var searches: [(event: Event, body: Event.MatchSearched)] = []
        for event in events.sorted(by: { $0.eventID < $1.eventID }) {
            switch event.body {
            case .videoObserved(let body): observations.append((event, body))
            case .videoFeatures(let body): measurements.append((event, body))
            case .matchEdge(let body) where body.match.reference != id: edges.append((event, body))
            case .matchSearched(let body): searches.append((event, body))
            case .matchEdge, .reversal, .decision: break
            }
        }
        self.id = id
        self.edges = edges
        self.sequence = observations.map(\.body.sequence).min() ?? Int64.max
        self.observed = observations.max { ($0.body.sequence, $0.event.eventID) < ($1.body.sequence, $1.event.eventID) }
        self.publishedAt = observed?.body.video.publishedAt.flatMap(PublicationTime.seconds(in:))
        self.search = searches.first
        self.features = measurements.max {
            if let isOlder = ProfileFold.isOlder($0.body, than: $1.body) { return isOlder }
            return $0.event.eventID < $1.event.eventID
        }
    }

    var isMeasured: Bool {
        guard let body = features?.body else { return false }
        return body.static?.share != nil || body.quality?.score != nil || body.recapture?.probability != nil
            || body.sound?.silenceShare != nil
    }
}

/// Versions as people read them: `static/2` before `static/10`.
enum VersionOrder {
    static func precedes(_ a: String, _ b: String) -> Bool {
        let (x, y) = (runs(of: a), runs(of: b))
        for (left, right) in zip(x, y) where left != right {
            if let m = Int(left), let n = Int(right), m != n { return m < n }
            return left < right
        }
        return x.count < y.count
    }

    /// Digits and other characters in turn.
    private static func runs(of text: String) -> [String] {
        var runs: [String] = []
        var lastWasDigit: Bool?
        for character in text {
            let isDigit = character.isASCII && character.isNumber
            if isDigit == lastWasDigit {
                runs[runs.count - 1].append(character)
            } else {
                runs.append(String(character))
            }
            lastWasDigit = isDigit
        }
        return runs
    }
}
