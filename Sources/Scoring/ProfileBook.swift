public import Records

/// The incremental fold: takes events as they come, and knows whose profile each one changes.
///
/// A profile is always computed anew from its creator's events in canonical order, so it is the same,
/// byte for byte, as `ProfileFold.fold` over everything inserted. Cost of one profile: the creator's
/// own events, sorted; other creators do not matter.
public struct ProfileBook: Sendable {
    public let rules: ScoringRules
    private var events: [String: Event] = [:]
    private var idsOfCreator: [String: Set<String>] = [:]
    private var creatorsOfVideo: [String: Set<String>] = [:]
    private var searchesOfVideo: [String: Set<String>] = [:]
    /// Reversals by the event that they take out.
    private var reversalsOfTarget: [String: Set<String>] = [:]

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
        case .videoObserved, .videoFeatures, .matchEdge: break
        }
        return touched.union(creators(touchedBy: event))
    }

    /// Creators with at least one event, standing or not, in order.
    public var creators: [String] { idsOfCreator.keys.sorted() }

    public func profile(of creator: String) -> CreatorProfile? {
        guard let own = idsOfCreator[creator] else { return nil }
        let videos = Set(own.compactMap { events[$0].flatMap(ProfileFold.video(of:)) })
        let ids = videos.reduce(into: own) { ids, video in ids.formUnion(searchesOfVideo[video] ?? []) }
        var standing: [Event] = []
        var reversed: [CreatorProfile.ReversedEvent] = []
        for id in ids.sorted() {
            guard let event = events[id] else { continue }
            guard let reversal = reversal(of: id) else {
                standing.append(event)
                continue
            }
            if case .reversal(let body) = reversal.body {
                reversed.append(
                    CreatorProfile.ReversedEvent(
                        eventID: id, type: event.body.kind, video: ProfileFold.video(of: event) ?? "",
                        reversalID: reversal.eventID, by: body.by, why: body.why))
            }
        }
        guard standing.contains(where: { ProfileFold.creator(of: $0) == creator }) else { return nil }
        var profile = ProfileSheet(creator: creator, standing: standing, rules: rules).profile()
        profile.reversed = reversed
        return profile
    }

    public func profiles() -> [String: CreatorProfile] {
        var profiles: [String: CreatorProfile] = [:]
        for creator in idsOfCreator.keys { profiles[creator] = profile(of: creator) }
        return profiles
    }

    func standing() -> [Event] {
        events.keys.sorted().compactMap { id in
            guard let event = events[id], event.body.kind != .reversal, reversal(of: id) == nil else { return nil }
            return event
        }
    }

    /// The reversal in force against an event: one that is not reversed itself. The lowest id where
    /// there are several.
    private func reversal(of id: String, on path: Set<String> = []) -> Event? {
        for reversalID in (reversalsOfTarget[id] ?? []).sorted() where !path.contains(reversalID) {
            // An id is a hash over its target's id, so honest reversals cannot form a ring; `path`
            // keeps forged ones from turning forever.
            if reversal(of: reversalID, on: path.union([id, reversalID])) == nil { return events[reversalID] }
        }
        return nil
    }

    private func creators(touchedBy event: Event) -> Set<String> {
        var target = event
        var seen: Set<String> = []
        while case .reversal(let reversal) = target.body {
            guard seen.insert(target.eventID).inserted, let next = events[reversal.eventID] else { return [] }
            target = next
        }
        if case .matchSearched(let searched) = target.body { return creatorsOfVideo[searched.videoID] ?? [] }
        return ProfileFold.creator(of: target).map { [$0] } ?? []
    }

    private mutating func forget(_ event: Event) {
        if let creator = ProfileFold.creator(of: event) { idsOfCreator[creator]?.remove(event.eventID) }
        switch event.body {
        case .matchSearched(let searched): searchesOfVideo[searched.videoID]?.remove(event.eventID)
        case .reversal(let reversal): reversalsOfTarget[reversal.eventID]?.remove(event.eventID)
        case .videoObserved, .videoFeatures, .matchEdge: break
        }
    }

    private func spelling(of event: Event) -> String { (try? CanonicalJSON.string(event.body)) ?? "" }
}
