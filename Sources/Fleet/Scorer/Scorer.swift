internal import Foundation
internal import Records
public import Scoring
public import Store

/// Folds new events into creator profiles. The only writer of the profile store.
///
/// A profile is always folded from the whole of a creator's events, so it depends on the events and the
/// rules alone: not on when the scorer ran, nor on what it had folded before.
public final class Scorer {
    private let home: Home
    private let rules: ScoringRules
    private let profiles: ProfileStore
    private var reader: StoreReader?
    /// The newest event whose creators have been folded.
    private var foldedThrough: Int64

    /// Events looked at in one step.
    static let eventsPerStep = 1000

    /// - Throws: `StoreError` when another scorer runs for this home.
    public init(home: Home, rules: ScoringRules = .standard) throws {
        self.home = home
        self.rules = rules
        self.profiles = try ProfileStore(writing: home)
        let kept = try profiles.all()
        let isCurrent = try kept.allSatisfy {
            try CanonicalJSON.decode(CreatorProfile.self, from: Data($0.profile.utf8)).rulesVersion == rules.version
        }
        self.foldedThrough = isCurrent ? kept.map(\.foldedThrough).max() ?? 0 : 0
    }

    /// Folds the creators of the next events. Returns false when there was nothing new.
    public func step() throws -> Bool {
        guard let reader = try openedReader() else { return false }
        let fresh = try reader.events(after: foldedThrough, limit: Self.eventsPerStep)
        guard let last = fresh.last else { return false }
        // Both are few beside what they are about, and name events, not creators.
        let decisions = try reader.decisions().map(\.event)
        let rulings = try decisions + reader.reversals().map(\.event)
        let decided = Set(decisions.compactMap(\.body.subject))
        var touched = Set<String>()
        for event in fresh.map(\.event) {
            let target = try target(of: event, reader)
            if decided.contains(target.eventID) {
                touched.formUnion(ProfileFold.creators(namedBy: target))
            } else if let creator = Self.creator(of: target) {
                touched.insert(creator)
            }
        }
        var folded: [StoredProfile] = []
        var gone: [String] = []
        for creator in touched.sorted() {
            let events = try reader.events(ofCreator: creator).map(\.event) + rulings
            guard let profile = ProfileFold.profile(of: creator, events: events, rules: rules) else {
                gone.append(creator)
                continue
            }
            folded.append(
                StoredProfile(
                    creator: creator, profile: String(decoding: try profile.canonicalBytes(), as: UTF8.self),
                    foldedThrough: last.sequence))
        }
        try profiles.put(folded, removing: gone)
        foldedThrough = last.sequence
        return true
    }

    /// What an event is about in the end: reversals may themselves be reversed, and decisions are about matches.
    private func target(of event: Event, _ reader: StoreReader) throws -> Event {
        var target = event
        var seen = Set<String>()
        while let subject = target.body.subject, seen.insert(target.eventID).inserted,
            let next = try reader.event(subject)
        {
            target = next.event
        }
        return target
    }

    private static func creator(of event: Event) -> String? {
        if case .matchSearched(let searched) = event.body { return searched.creator }
        return ProfileFold.creator(of: event)
    }

    /// Nil while there is no whole store yet.
    private func openedReader() throws -> StoreReader? {
        guard reader == nil, home.hasStore else { return reader }
        do {
            reader = try StoreReader(home: home)
        } catch {
            guard error.code == .missing else { throw error }
            return nil
        }
        return reader
    }
}
