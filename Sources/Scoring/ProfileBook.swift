public import Records

/// The incremental fold: takes events as they come, and knows whose profile each one changes.
///
/// A profile is always computed anew from its creator's events in canonical order, so it is the same,
/// byte for byte, as `ProfileFold.fold` over everything inserted. Cost of one profile: the creator's
/// own events, sorted, and a look at each match of others with the creator's videos.
public struct ProfileBook: Sendable {
    public let rules: ScoringRules
    private var events: [String: Event] = [:]
    private var idsOfCreator: [String: Set<String>] = [:]
    private var creatorsOfVideo: [String: Set<String>] = [:]
    private var searchesOfVideo: [String: Set<String>] = [:]
    /// Matches by the creator of their reference, whom a decision may turn them against.
    private var edgesOfSource: [String: Set<String>] = [:]
    /// Reversals by the event that they take out.
    private var reversalsOfTarget: [String: Set<String>] = [:]
    /// Decisions by the match that they are about.
    private var decisionsOfTarget: [String: Set<String>] = [:]

    public init(rules: ScoringRules, events: [Event] = []) {
        self.rules = rules
        for event in events { insert(event) }
    }

    /// Takes one event in and returns the creators whose profiles may now differ. An event known
    /// already changes nothing.
    @discardableResult
    public mutating func insert(_ event: Event) -> Set<String> {
        var touched: Set<String> = []
        if let known = events[event.eventID] {
            guard known.body != event.body, spelling(of: event) < spelling(of: known) else { return [] }
            // Two bodies under one id are a forgery or a fault of another producer. Which one stays
            // must not depend on arrival.
            touched = creators(touchedBy: known)
            forget(known)
        }
        events[event.eventID] = event
        if let creator = ProfileFold.creator(of: event) {
            idsOfCreator[creator, default: []].insert(event.eventID)
            if let video = ProfileFold.video(of: event) { creatorsOfVideo[video, default: []].insert(creator) }
        }
        switch event.body {
        case .matchSearched(let searched): searchesOfVideo[searched.videoID, default: []].insert(event.eventID)
        case .reversal(let reversal): reversalsOfTarget[reversal.eventID, default: []].insert(event.eventID)
        case .decision(let decision): decisionsOfTarget[decision.eventID, default: []].insert(event.eventID)
        case .matchEdge(let edge):
            if let source = edge.referenceCreator { edgesOfSource[source, default: []].insert(event.eventID) }
        case .videoObserved, .videoFeatures: break
        }
        return touched.union(creators(touchedBy: event))
    }

    /// Creators with at least one event, standing or not, in order; those among them against whom a decision turned
    /// somebody else's match.
    public var creators: [String] {
        Set(idsOfCreator.keys).union(edgesOfSource.keys.filter { !turned(against: $0).isEmpty }).sorted()
    }

    public func profile(of creator: String) -> CreatorProfile? {
        let own = idsOfCreator[creator] ?? []
        let turned = turned(against: creator)
        guard !own.isEmpty || !turned.isEmpty else { return nil }
        let videos = Set(own.compactMap { events[$0].flatMap(ProfileFold.video(of:)) })
        let ids = videos.reduce(into: own.union(turned)) { ids, video in
            ids.formUnion(searchesOfVideo[video] ?? [])
        }
        var standing: [Event] = []
        var rulings: Rulings = [:]
        var reversed: [CreatorProfile.ReversedEvent] = []
        var stands = false
        for id in ids.sorted() {
            guard let event = events[id] else { continue }
            let isOwn = own.contains(id)
            if let reversal = reversal(of: id) {
                reversed += entry(event, about: event, reversal)
            } else {
                let ruling = ruling(on: id)
                rulings[id] = ruling
                if isOwn || event.body.kind == .matchSearched { standing.append(event) }
                if isOwn { stands = true }
                if turned.contains(id), ruling?.verdict == .otherFirst, let exchanged = event.exchanged {
                    standing.append(exchanged)
                    stands = true
                }
            }
            reversed += undone(about: event, onlyTurning: !isOwn)
        }
        guard stands else { return nil }
        var profile = ProfileSheet(creator: creator, standing: standing, rulings: rulings, rules: rules).profile()
        profile.reversed = reversed
        return profile
    }

    public func profiles() -> [String: CreatorProfile] {
        var profiles: [String: CreatorProfile] = [:]
        for creator in creators { profiles[creator] = profile(of: creator) }
        return profiles
    }

    func standing() -> [Event] {
        events.keys.sorted().compactMap { id in
            guard let event = events[id], event.body.kind != .reversal, event.body.kind != .decision,
                reversal(of: id) == nil
            else { return nil }
            return event
        }
    }

    /// The reversal in force against an event: one that is not reversed itself. The lowest id where
    /// there are several.
    package func reversal(of id: String, on path: Set<String> = []) -> Event? {
        for reversalID in (reversalsOfTarget[id] ?? []).sorted() where !path.contains(reversalID) {
            // An id is a hash over its target's id, so honest reversals cannot form a ring; `path`
            // keeps forged ones from turning forever.
            if reversal(of: reversalID, on: path.union([id, reversalID])) == nil { return events[reversalID] }
        }
        return nil
    }

    /// The decision in force about a match: the latest that stands.
    package func ruling(on id: String) -> CreatorProfile.Ruling? {
        guard let decisions = decisionsOfTarget[id] else { return nil }
        return decisions.filter { reversal(of: $0) == nil }.compactMap {
            events[$0].flatMap(CreatorProfile.Ruling.init)
        }
        .max { $0.isBefore($1) }
    }

    /// Every decision about a match, in force or not, first to last.
    package func decisions(on id: String) -> [CreatorProfile.Ruling] {
        (decisionsOfTarget[id] ?? []).compactMap { events[$0].flatMap(CreatorProfile.Ruling.init) }
            .sorted { $0.isBefore($1) }
    }

    /// Matches of others' videos with this creator's about which a decision, in force or not, says that the other was
    /// first.
    private func turned(against creator: String) -> Set<String> {
        (edgesOfSource[creator] ?? []).filter { id in
            (decisionsOfTarget[id] ?? []).contains { isTurning($0) }
        }
    }

    private func isTurning(_ id: String) -> Bool {
        if case .decision(let decision) = events[id]?.body { return decision.verdict == .otherFirst }
        return false
    }

    private func entry(_ event: Event, about subject: Event, _ reversal: Event) -> [CreatorProfile.ReversedEvent] {
        guard case .reversal(let body) = reversal.body else { return [] }
        return [
            CreatorProfile.ReversedEvent(
                eventID: event.eventID, type: event.body.kind, video: ProfileFold.video(of: subject) ?? "",
                reversalID: reversal.eventID, by: body.by, why: body.why)
        ]
    }

    /// The decisions about a match that were undone.
    private func undone(about edge: Event, onlyTurning: Bool) -> [CreatorProfile.ReversedEvent] {
        (decisionsOfTarget[edge.eventID] ?? []).sorted().flatMap { id -> [CreatorProfile.ReversedEvent] in
            guard let decision = events[id], !onlyTurning || isTurning(id), let reversal = reversal(of: id) else {
                return []
            }
            return entry(decision, about: edge, reversal)
        }
    }

    private func creators(touchedBy event: Event) -> Set<String> {
        var target = event
        var seen: Set<String> = []
        while let next = target.body.subject {
            guard seen.insert(target.eventID).inserted, let event = events[next] else { return [] }
            target = event
        }
        if case .matchSearched(let searched) = target.body { return creatorsOfVideo[searched.videoID] ?? [] }
        guard decisionsOfTarget[target.eventID] != nil else {
            return ProfileFold.creator(of: target).map { [$0] } ?? []
        }
        return ProfileFold.creators(namedBy: target)
    }

    private mutating func forget(_ event: Event) {
        if let creator = ProfileFold.creator(of: event) { idsOfCreator[creator]?.remove(event.eventID) }
        switch event.body {
        case .matchSearched(let searched): searchesOfVideo[searched.videoID]?.remove(event.eventID)
        case .reversal(let reversal): reversalsOfTarget[reversal.eventID]?.remove(event.eventID)
        case .decision(let decision): decisionsOfTarget[decision.eventID]?.remove(event.eventID)
        case .matchEdge(let edge):
            if let source = edge.referenceCreator { edgesOfSource[source]?.remove(event.eventID) }
        case .videoObserved, .videoFeatures: break
        }
    }

    private func spelling(of event: Event) -> String { (try? CanonicalJSON.string(event.body)) ?? "" }
}
