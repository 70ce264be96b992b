internal import FoundationEssentials
package import Records
package import Scoring
package import Store

/// Every match of a home as a case, worst first, kept up to date from the log's end.
///
/// Holds matches, decisions and reversals, and the profiles as the scorer last folded them; what the videos look like
/// is read when somebody opens a case.
package struct CaseBook: Sendable {
    private var book: ProfileBook
    private var edges: [String: Event] = [:]
    private var lastSequence: Int64 = 0
    private var profiles: [String: Kept] = [:]
    /// Worst first.
    private var cases: [ReviewCase] = []
    private var indexOfCase: [String: Int] = [:]
    /// When profiles were last read, and the last event that they had seen then.
    private var read: (foldedThrough: Int64?, at: ContinuousClock.Instant)?

    /// All profiles are read when the scorer has folded something, and otherwise so often, seconds: one that is gone
    /// leaves no other trace.
    private static let readSeconds = 10.0

    private struct Kept {
        var foldedThrough: Int64
        var profile: CreatorProfile
    }

    /// Events read at a time.
    private static let pageOfEvents = 2000

    package init(rules: ScoringRules) { book = ProfileBook(rules: rules) }

    package var rules: ScoringRules { book.rules }

    /// Takes in what came since the last time.
    ///
    /// - Parameter profiles: nil while no scorer has made any.
    /// - Returns: whether anything is new.
    @discardableResult
    package mutating func refresh(from reader: StoreReader, profiles store: ProfileStore?) throws -> Bool {
        var isNew = false
        while case let page = try reader.events(
            after: lastSequence, types: [.matchEdge, .decision, .reversal], limit: Self.pageOfEvents),
            let last = page.last
        {
            page.map(\.event).forEach { take($0) }
            lastSequence = last.sequence
            isNew = true
        }
        let foldedThrough = try store?.foldedThrough()
        if let read, !isNew, read.foldedThrough == foldedThrough,
            read.at.duration(to: .now) < .seconds(Self.readSeconds)
        {
            return false
        }
        read = (foldedThrough, .now)
        let stored = try store?.all() ?? []
        for one in stored where profiles[one.creator]?.foldedThrough != one.foldedThrough {
            let profile = try CanonicalJSON.decode(CreatorProfile.self, from: Data(one.profile.utf8))
            profiles[one.creator] = Kept(foldedThrough: one.foldedThrough, profile: profile)
            isNew = true
        }
        let names = Set(stored.map(\.creator))
        for gone in profiles.keys.filter({ !names.contains($0) }) {
            profiles[gone] = nil
            isNew = true
        }
        if isNew { arrange() }
        return isNew
    }

    /// Takes events and profiles as they are, for whoever has them at hand.
    package mutating func take(_ events: [Event], profiles: [CreatorProfile]) {
        events.forEach { take($0) }
        for profile in profiles { self.profiles[profile.creator] = Kept(foldedThrough: 0, profile: profile) }
        arrange()
    }

    private mutating func take(_ event: Event) {
        book.insert(event)
        if event.body.kind == .matchEdge { edges[event.eventID] = event }
    }

    // MARK: Asking

    package func page(_ filter: CaseFilter, tenant: String) -> CasePage {
        CasePage(cases.filter { $0.tenant == tenant }, filter)
    }

    package func reviewCase(_ id: String, tenant: String) -> ReviewCase? {
        guard let index = indexOfCase[id], cases[index].tenant == tenant else { return nil }
        return cases[index]
    }

    /// The worst open case of the same kind other than this one.
    package func next(after id: String, tenant: String) -> ReviewCase? {
        let kind = indexOfCase[id].map { cases[$0].view.kind }
        let open = cases.filter { $0.tenant == tenant && $0.state == .open && $0.id != id }
        return open.first { $0.view.kind == kind } ?? open.first
    }

    /// Every decision about a match, first to last, with the reversal that undid it.
    package func history(of id: String) -> [(decision: CreatorProfile.Ruling, undone: Event.Reversal?)] {
        book.decisions(on: id).map { ($0, reversal(of: $0.eventID)) }
    }

    /// What took an event out of every fold; nil while it stands.
    package func reversal(of id: String) -> Event.Reversal? {
        if case .reversal(let body) = book.reversal(of: id)?.body { body } else { nil }
    }

    package func profile(of creator: String) -> CreatorProfile? { profiles[creator]?.profile }

    /// Worst first.
    package var allProfiles: [CreatorProfile] {
        profiles.values.map(\.profile).sorted { ($0.score, $0.creator) < ($1.score, $1.creator) }
    }

    // MARK: Arranging

    private mutating func arrange() {
        var copies: [String: CreatorProfile.Copy] = [:]
        var points: [String: Int] = [:]
        for profile in profiles.values.map(\.profile) {
            for copy in profile.copies + profile.repeats + profile.sounds where copy.direction != .decided {
                copies[copy.eventID] = copy
            }
            for entry in profile.points where entry.points < 0 {
                for id in entry.eventIDs where edges[id] != nil { points[id, default: 0] += entry.points }
            }
        }
        cases = edges.values.compactMap { event in
            guard case .matchEdge(let edge) = event.body else { return nil }
            let copy = copies[event.eventID]
            var view = Catalogue.view(event, edge, copy)
            // The log knows of it before the profile does.
            view.decision = book.ruling(on: event.eventID)
            let isReversed = book.reversal(of: event.eventID) != nil
            return ReviewCase(
                view: view, tenant: event.tenant,
                state: isReversed ? .reversed : view.decision == nil ? .open : .decided, copy: copy,
                points: points[event.eventID] ?? 0, queryStanding: standing(edge.queryCreator),
                referenceStanding: standing(edge.referenceCreator))
        }
        .sorted { $0.isWorse(than: $1) }
        indexOfCase = Dictionary(uniqueKeysWithValues: cases.enumerated().map { ($0.element.id, $0.offset) })
    }

    private func standing(_ creator: String?) -> ReviewCase.Standing? {
        guard let creator, let profile = profiles[creator]?.profile else { return nil }
        return ReviewCase.Standing(
            score: profile.score, band: profile.band, milestone: profile.milestone,
            decisions: (profile.copies + profile.repeats).count { $0.decision != nil })
    }
}
