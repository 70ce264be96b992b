internal import Foundation
public import JobQueue

extension WorkerState {
    /// What it runs, for people: `3f2a55aa77bb (2) decode 12.5 of 60.0 s`, by job and attempt.
    ///
    /// - Parameter most: jobs that are named; of the others there is a number.
    public func runs(most: Int) -> String {
        guard !held.isEmpty else { return "idle" }
        let told = Dictionary(progress.map { ($0.jobID, $0) }) { _, last in last }
        let named = held.prefix(most).map { attempt in
            let progress = told[attempt.jobID].flatMap { $0.attempt == attempt.attempt ? " \($0.words)" : nil }
            return "\(attempt.jobID.prefix(12)) (\(attempt.attempt))\(progress ?? "")"
        }
        return named.joined(separator: ", ") + (held.count > named.count ? " and \(held.count - named.count) more" : "")
    }
}

extension AttemptProgress {
    /// `fetch`, `decode 12.5 of 60.0 s`, `hand in`.
    var words: String {
        let name = stage.rawValue.replacing("_", with: " ")
        guard stage == .decode, let pts else { return name }
        let done = String(format: "%.1f", pts)
        return duration.map { "\(name) \(done) of \(String(format: "%.1f", $0)) s" } ?? "\(name) \(done) s"
    }
}
