public import FoundationEssentials
public import Records
public import Scoring

/// Everything a report shows, as plain values.
public struct ReportInput: Sendable {
    /// What was looked at, for people: a folder, a campaign.
    public var title: String
    /// When, as text; nil leaves it out, so that equal input makes equal pages.
    public var date: String?
    public var rules: ScoringRules
    public var profiles: [CreatorProfile]
    /// At least the observations, features, matches and reversals; other types and repetitions do no harm.
    public var events: [Event]
    /// Jobs that ended without an observation: dead letters.
    public var problems: [Problem]
    /// PNG files by what they show; what is missing is shown as missing.
    public var pictures: [PictureMoment: Data]
    /// Name and version of everything that took part, in the order to be shown.
    public var versions: [Version]

    public init(
        title: String, date: String? = nil, rules: ScoringRules = .standard, profiles: [CreatorProfile] = [],
        events: [Event] = [], problems: [Problem] = [], pictures: [PictureMoment: Data] = [:],
        versions: [Version] = []
    ) {
        self.title = title
        self.date = date
        self.rules = rules
        self.profiles = profiles
        self.events = events
        self.problems = problems
        self.pictures = pictures
        self.versions = versions
    }

    public struct Problem: Sendable, Equatable {
        public var path: String
        public var creator: String?
        /// Of the outcome or of the dead letter; stable.
        public var reason: String
        public var sentence: String
        public var attempts: Int?

        public init(path: String, creator: String? = nil, reason: String, sentence: String, attempts: Int? = nil) {
            self.path = path
            self.creator = creator
            self.reason = reason
            self.sentence = sentence
            self.attempts = attempts
        }
    }

    public struct Version: Sendable, Equatable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// One picture of one video.
public struct PictureMoment: Sendable, Hashable, Comparable {
    public var video: String
    /// Milliseconds on the video's timeline: whole, so that equal moments are equal keys.
    public var milliseconds: Int

    public init(video: String, milliseconds: Int) {
        self.video = video
        self.milliseconds = milliseconds
    }

    init(video: String, seconds: Double) {
        // A year bounds the conversion; no timeline is longer.
        self.init(video: video, milliseconds: Int((min(max(seconds, 0), 31_536_000) * 1000).rounded()))
    }

    public var seconds: Double { Double(milliseconds) / 1000 }

    public static func < (a: PictureMoment, b: PictureMoment) -> Bool {
        (a.video, a.milliseconds) < (b.video, b.milliseconds)
    }
}

extension ReportInput {
    /// Longest side, pixels, at which pictures look right in the report.
    public static let pictureSide = 240
    /// A page of more than about 60 MB is no longer opened gladly; a detailed picture is about 80 kB.
    public static let picturesMax = 600

    /// The pictures the report would show, the most telling first: the aligned pairs of matches that
    /// count, a poster of each video, then the pairs of other matches. References outside the events
    /// are named too; whoever cannot picture them leaves them out.
    public func neededPictures(atMost limit: Int = picturesMax) -> [PictureMoment] {
        let catalogue = Catalogue(self)
        let counted = catalogue.matches.filter { $0.notCounted == nil }.flatMap {
            $0.pairs.flatMap { [$0.query, $0.reference] }
        }
        let posters = catalogue.videos.compactMap(\.poster)
        let others = catalogue.matches.filter { $0.notCounted != nil }.flatMap {
            $0.pairs.flatMap { [$0.query, $0.reference] }
        }
        var seen: Set<PictureMoment> = []
        var needed: [PictureMoment] = []
        for moment in counted + posters + others where needed.count < limit {
            if seen.insert(moment).inserted { needed.append(moment) }
        }
        return needed
    }
}
