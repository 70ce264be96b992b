internal import Foundation
internal import JobQueue
public import Records
public import Scoring
public import Store

/// Changes to what a home holds, seen through to the profiles.
public enum FleetChange {
    /// Seconds that a running coordinator or scorer is given to do its part.
    static let waitSeconds = 30.0

    /// Takes an event out of every fold. Where no coordinator or scorer runs, their work is done here;
    /// where one runs, this waits until it has done it. What is reversed already stays as it is.
    ///
    /// - Throws: what the queue, the store or the scorer throws; `FleetError` when they do not get to it in time,
    ///   or when the home's profiles were made by other rules.
    public static func reverse(
        _ event: String, tenant: String, by: String, why: String, in home: Home, rules: ScoringRules
    ) throws {
        try checkRules(of: home, rules)
        guard try StoreReader(home: home).reversalInForce(of: event) == nil else { return try fold(home, rules: rules) }
        let message = InboxMessage.reversal(tenant: tenant, eventID: event, by: by, why: why, at: Event.now())
        try apply(message, in: home, rules: rules) { reader in try reader.reversalInForce(of: event) != nil }
    }

    /// Enters what a reviewer made of a match, and sees it through as `reverse` does.
    public static func decide(_ decision: Event.Decision, tenant: String, in home: Home, rules: ScoringRules) throws {
        try apply(.decision(tenant: tenant, body: decision), in: home, rules: rules) { reader in
            try reader.decisions(about: decision.eventID).contains { $0.event.body == .decision(decision) }
        }
    }

    private static func apply(
        _ message: InboxMessage, in home: Home, rules: ScoringRules, isKnown: (StoreReader) throws -> Bool
    ) throws {
        try checkRules(of: home, rules)
        try home.openQueue().submit([message])
        do {
            let coordinator = try Coordinator(home: home)
            while try coordinator.step() {}
        } catch let error as StoreError where error.code == .alreadyRunning {
            let reader = try StoreReader(home: home)
            try wait(for: "the running coordinator to take it in") { try isKnown(reader) }
        }
        try fold(home, rules: rules)
    }

    /// Folds every event into the profiles, or waits until the scorer that runs has.
    static func fold(_ home: Home, rules: ScoringRules) throws {
        do {
            let scorer = try Scorer(home: home, rules: rules)
            while try scorer.step() {}
        } catch let error as StoreError where error.code == .alreadyRunning {
            let last = try StoreReader(home: home).lastEventSequence()
            var scorer: Scorer?
            try wait(for: "the running scorer to fold the last events") {
                scorer = try? Scorer(home: home, rules: rules)
                if scorer != nil { return true }
                return try ProfileStore(reading: home).all().contains { $0.foldedThrough >= last }
            }
            while try scorer?.step() == true {}
        }
    }

    /// - Throws: `FleetError` when others than these rules made the home's profiles.
    static func checkRules(of home: Home, _ rules: ScoringRules) throws {
        guard let kept = try ProfileStore.opened(home)?.all().first else { return }
        let version = try CanonicalJSON.decode(CreatorProfile.self, from: Data(kept.profile.utf8)).rulesVersion
        // What an earlier build folded by its own rules, this one folds anew by its own.
        let isUpgrade = rules == .standard && ScoringRules.earlierStandards.contains(version)
        guard version == rules.version || isUpgrade else {
            throw FleetError(
                "the profiles were made by the rules \(version), not \(rules.version); name their file with --rules")
        }
    }

    private static func wait(for what: String, until isDone: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(waitSeconds)
        while try !isDone() {
            guard ContinuousClock.now < end else {
                throw FleetError(
                    "waited \(Int(waitSeconds)) s for \(what); it is accepted and will be done as soon as that goes on")
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}
