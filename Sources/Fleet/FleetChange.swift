public import JobQueue
public import Scoring
public import Store

/// A change to what a home holds, seen through to the profiles.
public enum FleetChange {
    /// Seconds that a running coordinator and scorer are given to apply it.
    static let waitSeconds = 10.0

    /// Hands `message` in. Where no coordinator or scorer runs, their work is done here; where one runs,
    /// this waits until it has done it.
    ///
    /// - Throws: what the queue, the store or the scorer throws; a `StoreError` when they do not get to it in time.
    public static func apply(_ message: InboxMessage, to home: Home, rules: ScoringRules) throws {
        let before = try StoreReader(home: home).lastEventSequence()
        try FileQueue(root: home.queue).submit([message])
        do {
            let coordinator = try Coordinator(home: home)
            while try coordinator.step() {}
        } catch let error as StoreError where error.code == .alreadyRunning {
            let end = ContinuousClock.now + .seconds(waitSeconds)
            let request = StopRequest()
            while try StoreReader(home: home).lastEventSequence() == before, ContinuousClock.now < end {
                _ = request.wait(seconds: 0.05)
            }
        }
        do {
            let scorer = try Scorer(home: home, rules: rules)
            while try scorer.step() {}
        } catch let error as StoreError where error.code == .alreadyRunning {
            _ = StopRequest().wait(seconds: 4 * FleetProcesses.scorerIdleSeconds)
        }
    }
}
