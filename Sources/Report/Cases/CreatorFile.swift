package import Records
package import Scoring
package import Store

/// Everything that is known about one creator, for their page.
package struct CreatorFile: Sendable {
    /// Something that people did to what counts.
    package struct Act: Sendable {
        package enum Kind: Sendable { case decision(Event.Decision.Verdict), reversal }

        package var kind: Kind
        package var eventID: String
        /// What it is about.
        package var target: Event
        package var by: String
        package var why: String
        /// RFC 3339.
        package var at: String
        package var undone: Event.Reversal?
    }

    package var creator: String
    /// Nil where nothing about them stands.
    package var profile: CreatorProfile?
    /// Of the creator's own and of what they share content with.
    package var catalogue: Catalogue
    package var videos: [Catalogue.Video]
    /// What people did, last first.
    package var acts: [Act]
    package var rules: ScoringRules

    /// - Returns: nil when no event of this tenant names the creator.
    package init?(_ creator: String, tenant: String, book: CaseBook, reader: StoreReader) throws {
        let events = try reader.events(ofCreator: creator).map(\.event).filter { $0.tenant == tenant }
        guard !events.isEmpty else { return nil }
        let above = try (reader.decisions() + reader.reversals()).map(\.event)
        self.init(creator, book: book, events: events, above: above)
    }

    /// - Parameters:
    ///   - events: those that name the creator.
    ///   - above: decisions and reversals; those about other things are left out.
    package init(_ creator: String, book: CaseBook, events: [Event], above: [Event]) {
        self.creator = creator
        profile = book.profile(of: creator)
        rules = book.rules
        catalogue = Catalogue(
            ReportInput(title: creator, rules: book.rules, profiles: profile.map { [$0] } ?? [], events: events + above)
        )
        videos = catalogue.videos(of: creator)
        var targets = Dictionary(events.map { ($0.eventID, $0) }, uniquingKeysWith: { first, _ in first })
        var acts: [Act] = []
        // Each is about something earlier in the log, so that one pass in its order meets targets first.
        for event in above {
            guard let subject = event.body.subject, let target = targets[subject] else { continue }
            targets[event.eventID] = event
            let undone = book.reversal(of: event.eventID)
            switch event.body {
            case .decision(let body):
                acts.append(
                    Act(
                        kind: .decision(body.verdict), eventID: event.eventID, target: target, by: body.by,
                        why: body.why, at: body.at, undone: undone))
            case .reversal(let body) where target.body.subject == nil:
                acts.append(
                    Act(
                        kind: .reversal, eventID: event.eventID, target: target, by: body.by, why: body.why,
                        at: event.observedAt, undone: undone))
            default: break
            }
        }
        self.acts = acts.sorted { ($0.at, $0.eventID) > ($1.at, $1.eventID) }
    }

    /// The milestone that the score has reached.
    package var milestone: ScoringRules.Milestone? {
        rules.milestones.first { $0.at == profile?.milestone }
    }

    /// What to change: the advice of each rule that took points, the dearest first, each once.
    package var advice: [(points: Int, times: Int, advice: String)] {
        var sums: [String: (points: Int, times: Int, advice: String)] = [:]
        for entry in profile?.points ?? [] where entry.points < 0 {
            var sum = sums[entry.rule] ?? (0, 0, entry.advice)
            sum.points += entry.points
            sum.times += 1
            sums[entry.rule] = sum
        }
        return sums.sorted { ($0.value.points, $0.key) < ($1.value.points, $1.key) }.map(\.value)
    }

    /// Points to the next milestone below; nil where there is none.
    package var pointsToNextMilestone: (points: Int, band: String)? {
        guard let score = profile?.score, let next = rules.milestones.first(where: { $0.at < score }) else {
            return nil
        }
        return (score - next.at, next.band)
    }
}
