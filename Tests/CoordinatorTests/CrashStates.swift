import Fleet
import Foundation
import Frames
@testable import JobQueue
import Records
import Store
import Synchronization
import Testing

/// What a folder tree holds, as the kernel sees it.
struct TreeSnapshot {
    /// By folder, by name: the file.
    var names: [String: [String: UInt64]] = [:]
    var contents: [UInt64: Data] = [:]

    init() {}

    init(of root: String) {
        for folder in [""] + ((try? FileManager.default.subpathsOfDirectory(atPath: root)) ?? []) {
            let path = folder.isEmpty ? root : "\(root)/\(folder)"
            let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard type == .typeDirectory else { continue }
            names[folder] = [:]
            for name in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
                guard let facts = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"),
                    facts[.type] as? FileAttributeType == .typeRegular,
                    let number = (facts[.systemFileNumber] as? NSNumber)?.uint64Value
                else { continue }
                names[folder, default: [:]][name] = number
                contents[number] = (try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))) ?? Data()
            }
        }
    }
}

/// A disk that a power cut may hit: what of a tree is sure to survive, and what may.
///
/// The adversary is stronger than any real file system: of the names that were made or removed since their
/// folder was last synced, any subset survives, each by itself, also the two halves of one rename; of the bytes that
/// were written since the file was last synced, all, half or none.
struct PowerCutModel {
    struct Change {
        var folder: String
        var name: String
        /// Nil when the name was removed.
        var file: UInt64?
    }

    private(set) var durableNames: [String: [String: UInt64]] = [:]
    private(set) var durableContents: Set<UInt64> = []
    private(set) var pending: [Change] = []
    private(set) var now = TreeSnapshot()

    /// Takes in what one file operation did.
    mutating func take(_ step: Disk.Step, _ path: String, after: TreeSnapshot) {
        for folder in Set(now.names.keys).union(after.names.keys).sorted() {
            let (old, new) = (now.names[folder] ?? [:], after.names[folder] ?? [:])
            for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
                pending.append(Change(folder: folder, name: name, file: new[name]))
            }
        }
        now = after
        switch step {
        case .syncFolder:
            durableNames[path] = after.names[path]
            pending.removeAll { $0.folder == path }
        case .sync:
            // The file under the name that it has now; a rename follows only later.
            if let file = number(of: path) { durableContents.insert(file) }
        default: break
        }
    }

    private func number(of path: String) -> UInt64? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return now.names[parts.dropLast().joined(separator: "/")]?[String(parts.last ?? "")]
    }

    /// One tree that may be left.
    func left(_ random: inout some RandomNumberGenerator) -> [String: [String: Data]] {
        var names = durableNames
        for change in pending where Bool.random(using: &random) {
            names[change.folder, default: [:]][change.name] = change.file
        }
        return names.mapValues { folder in
            folder.mapValues { file in
                let whole = now.contents[file] ?? Data()
                if durableContents.contains(file) { return whole }
                return [whole, Data(), Data(whole.prefix(whole.count / 2))].randomElement(using: &random) ?? whole
            }
        }
    }

    /// Folders that exist; which never come or go within a run but for workers'.
    var folders: [String] { now.names.keys.sorted() }
}

/// Follows every file operation of a queue, and keeps what a stopped machine might have kept after each.
final class PowerCutRecorder: Sendable {
    struct Moment {
        var model: PowerCutModel
        /// The store's files; its commits are durable when they return.
        var store: [String: Data]
        var accepted: Set<String>
        var step: String
    }

    private struct State {
        var model = PowerCutModel()
        var last: (Disk.Step, String)?
        var moments: [Moment] = []
        var accepted: Set<String> = []
        var isOn = false
    }

    private let state = Mutex(State())
    private let home: Home

    init(_ home: Home) { self.home = home }

    var disk: Disk {
        Disk { (step, path) throws(QueueError) in self.before(step, path) }
    }

    func start() {
        state.withLock { state in
            state.isOn = true
            // What is there at the start is durable.
            state.model.take(.create, "", after: TreeSnapshot(of: home.queue))
            for folder in state.model.folders {
                state.model.take(.syncFolder, folder, after: TreeSnapshot(of: home.queue))
            }
        }
    }

    /// From the next moment on these were accepted.
    func accept(_ ids: [String]) {
        before(.create, home.queue)
        state.withLock { $0.accepted.formUnion(ids) }
    }

    private func before(_ step: Disk.Step, _ path: String) {
        state.withLock { state in
            guard state.isOn else { return }
            if let (lastStep, lastPath) = state.last {
                state.model.take(lastStep, lastPath, after: TreeSnapshot(of: home.queue))
            }
            let relative = String(path.dropFirst(home.queue.count + 1))
            state.last = (step, relative)
            var store: [String: Data] = [:]
            for suffix in ["", "-wal"] {
                store[suffix] = try? Data(contentsOf: URL(fileURLWithPath: home.store + suffix))
            }
            state.moments.append(
                Moment(
                    model: state.model, store: store, accepted: state.accepted,
                    step: "\(state.moments.count): before \(step.rawValue) \(relative)"))
        }
    }

    var moments: [Moment] { state.withLock { $0.moments } }
}
