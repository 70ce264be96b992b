internal import FingerprintIndex
package import Frames
package import Records
package import Scoring
package import Store

/// Everything that is known about one case, for the page and for the bundle.
package struct CaseFile: Sendable {
    /// One of the two videos.
    package struct Side: Sendable {
        package var id: String
        package var creator: String?
        /// Nil for a reference that was never uploaded.
        package var video: Catalogue.Video?
        /// Seconds.
        package var duration: Double
        /// The stretch that both show.
        package var span: TimeSpan
        package var coverage: Double
        package var profile: CreatorProfile?
        /// Who measured it.
        package var producer: Producer?
        /// Of the file's bytes.
        package var digest: String?
    }

    /// A limit that the match meets or not, as the rules have it.
    package struct Threshold: Sendable, Equatable {
        package var name: String
        package var measured: String
        package var needed: String
        package var isMet: Bool
    }

    package var review: ReviewCase
    package var query: Side
    package var reference: Side
    /// Entries of the later video's creator that name the match, or, after a decision, the other one's.
    package var entries: [Entry]
    package var thresholds: [Threshold]
    package var history: [(decision: CreatorProfile.Ruling, undone: Event.Reversal?)]
    package var reversal: Event.Reversal?
    package var rules: ScoringRules

    package struct Entry: Sendable {
        package var creator: String
        package var entry: CreatorProfile.PointEntry
    }

    /// - Throws: what the store throws.
    package init(_ review: ReviewCase, book: CaseBook, reader: StoreReader) throws {
        let match = review.edge.match
        let events = try (reader.events(ofVideo: match.query) + reader.events(ofVideo: match.reference)).map(\.event)
        self.init(review, book: book, events: events)
    }

    /// - Parameter events: at least those about both videos.
    package init(_ review: ReviewCase, book: CaseBook, events: [Event]) {
        let match = review.edge.match
        let catalogue = Catalogue(ReportInput(title: "", rules: book.rules, events: events))
        func side(_ id: String, _ creator: String?, _ span: TimeSpan, _ coverage: Double) -> Side {
            let features = events.last {
                if case .videoFeatures(let body) = $0.body { body.videoID == id } else { false }
            }
            return Side(
                id: id, creator: creator, video: catalogue.video(id),
                duration: catalogue.duration(of: id, showing: span, coverage: coverage), span: span, coverage: coverage,
                profile: creator.flatMap(book.profile(of:)), producer: features?.producer,
                digest: features?.inputDigest)
        }
        query = side(match.query, review.edge.queryCreator, review.view.query, match.queryCoverage)
        reference = side(match.reference, review.edge.referenceCreator, review.view.reference, match.referenceCoverage)
        entries = Set([review.edge.queryCreator, review.edge.referenceCreator].compactMap(\.self)).sorted()
            .compactMap(book.profile(of:)).flatMap { profile in
                profile.points.filter { $0.eventIDs.contains(review.id) }.map {
                    Entry(creator: profile.creator, entry: $0)
                }
            }
        history = book.history(of: review.id)
        reversal = book.reversal(of: review.id)
        rules = book.rules
        thresholds = Self.thresholds(review, book.rules)
        self.review = review
    }

    private static func thresholds(_ review: ReviewCase, _ rules: ScoringRules) -> [Threshold] {
        guard review.view.kind != .sound else { return [] }
        let reading: ScoringRules.Reading = review.view.kind == .ownAgain ? .repeatedShare : .copiedShare
        guard let rule = rules.rules.first(where: { $0.reads == reading }) else { return [] }
        let (match, requires) = (review.edge.match, rule.requires)
        var list: [Threshold] = []
        if let least = requires.minimumScore {
            list.append(
                .init(
                    name: "Score", measured: Numbers.fixed(match.score, 2),
                    needed: "at least \(Numbers.fixed(least, 2))",
                    isMet: match.score >= least))
        }
        if let most = requires.maximumFalseMatchRate {
            list.append(
                .init(
                    name: "By chance", measured: Numbers.oneIn(match.falseMatchRate),
                    needed: "no more than \(Numbers.oneIn(most))", isMet: match.falseMatchRate <= most))
        }
        if let least = requires.minimumSeconds {
            list.append(
                .init(
                    name: "Length", measured: "\(Numbers.fixed(review.view.query.seconds, 1)) s",
                    needed: "at least \(Numbers.fixed(least, 0)) s", isMet: review.view.query.seconds >= least))
        }
        if let least = rule.steps.compactMap(\.atLeast).min() {
            list.append(
                .init(
                    name: "Share of the later video", measured: Numbers.percent(review.share),
                    needed: "at least \(Numbers.percent(least))", isMet: review.share >= least))
        }
        list.append(
            .init(
                name: "Order", measured: order(review.edge.direction), needed: "known",
                isMet: review.edge.direction != .unknown))
        return list
    }

    /// How it is known which came first.
    package static func order(_ direction: Event.MatchEdge.Direction) -> String {
        switch direction {
        case .published: "by the publication times given"
        case .accepted: "by order of acceptance"
        case .unknown: "not known"
        case .decided: "by a reviewer’s decision"
        }
    }
}
