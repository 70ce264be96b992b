internal import Foundation
internal import Store

/// A coordinator, a worker and a scorer as children of this process, kept alive as long as it wants them.
final class FleetChildren {
    private let home: Home
    private let children: [ChildProcess]

    /// Early deaths in a row after which a process is given up; with its pauses, some ten seconds.
    static let earlyDeathsMax = 8

    /// - Parameter graceSeconds: what running jobs are given when the worker is told to end.
    /// - Parameter fetching: the worker's arguments that say where media may be fetched from.
    /// - Parameter metricsFolder: receives a file of Prometheus metrics of each process; nil for none.
    /// - Parameter executable: the `moire` program whose subcommands are the fleet's processes.
    /// - Parameter isBackground: the processes and what they start run only while nothing else wants the processors.
    init(
        home: Home, slots: Int, deadlineSeconds: Double, graceSeconds: Double, allowUnsandboxed: Bool,
        fetching: [String], rulesPath: String?, executable: String, metricsFolder: String? = nil,
        isBackground: Bool = false
    ) {
        self.home = home
        let common = ["--home", home.address, "--state-folder", home.root, "--with-parent"]
        var worker = ["worker"] + common + ["--slots", "\(slots)", "--deadline", "\(deadlineSeconds)"]
        worker += ["--grace", "\(graceSeconds)"]
        worker += fetching
        if allowUnsandboxed { worker.append("--allow-unsandboxed") }
        let named = rulesPath.map { ["--rules", $0] } ?? []
        self.children = [
            ("coordinator", ["coordinator"] + common), ("worker", worker), ("scorer", ["scorer"] + common + named),
        ]
        .map { name, arguments in
            let metrics = metricsFolder.map { ["--metrics-file", "\($0)/\(name).prom"] } ?? []
            return ChildProcess(
                name: name, executable: executable, arguments: arguments + metrics,
                logPath: "\(home.logs)/\(name).log", isBackground: isBackground)
        }
    }

    /// Starts whoever is not running and may.
    ///
    /// - Throws: `FleetError` when a process cannot run; its sentence says why.
    func keepAlive() throws {
        for child in children {
            try child.keepAlive()
            try giveUp(on: child)
        }
    }

    /// Ends them, the coordinator last, each within `grace` seconds.
    func stop(grace: Double) {
        for child in children.reversed() { child.stop(grace: grace) }
    }

    /// Times a process had to be started again.
    var restarts: Int { children.reduce(0) { $0 + $1.restarts } }

    /// A process that keeps dying is worth a word while one waits.
    var note: String {
        children.filter { $0.restarts > 0 }.map { "\($0.name) started again \($0.restarts)×" }.joined(separator: ", ")
    }

    /// A process that dies again and again as soon as it starts will not get better by waiting; unless
    /// another process of its kind does the work, as its own refusal then says.
    private func giveUp(on child: ChildProcess) throws {
        guard child.earlyDeaths >= Self.earlyDeathsMax else { return }
        if child.lastWords.contains("alreadyRunning") { return }
        throw FleetError(
            "the \(child.name) cannot run: \(child.lastWords) (\(home.logs)/\(child.name).log has the whole story; "
                + "what was accepted stays accepted)")
    }
}
