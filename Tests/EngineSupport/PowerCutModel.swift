public import Foundation
package import JobQueue

/// What a folder tree holds, as the kernel sees it.
public struct TreeSnapshot {
    /// By folder, by name: the file.
    public private(set) var names: [String: [String: UInt64]] = [:]
    public private(set) var contents: [UInt64: Data] = [:]

    public init() {}

    /// - Parameter root: on a file system that does not use a file's number again, as one in memory does not.
    public init(of root: String) {
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

    /// With the contents of files that are no more.
    func keeping(_ earlier: TreeSnapshot) -> TreeSnapshot {
        var all = self
        all.contents.merge(earlier.contents) { new, _ in new }
        return all
    }
}

/// A disk that a power cut may hit: what of a tree is sure to survive, and what may.
///
/// The adversary is stronger than any real file system: of the names that were made or removed since their
/// folder was last synced, any subset survives, each by itself, also the two halves of one rename; of the bytes that
/// were written since the file was last synced, all, half or none, be they new or in the place of others.
public struct PowerCutModel {
    private struct Change {
        var folder: String
        var name: String
        /// Nil when the name was removed.
        var file: UInt64?
    }

    private var durableNames: [String: [String: UInt64]] = [:]
    private var durableContents: [UInt64: Data] = [:]
    private var pending: [Change] = []
    private var now = TreeSnapshot()

    public init() {}

    /// - Parameter tree: all of it durable.
    public init(of tree: TreeSnapshot) {
        now = tree
        durableNames = tree.names
        durableContents = tree.contents
    }

    /// Takes in what one file operation did.
    ///
    /// - Parameters:
    ///   - path: below the tree's root.
    ///   - failed: it reported an error. What it changed may be lost, whatever it was.
    package mutating func take(_ step: Disk.Step, _ path: String, failed: Bool = false, after: TreeSnapshot) {
        for folder in Set(now.names.keys).union(after.names.keys).sorted() {
            let (old, new) = (now.names[folder] ?? [:], after.names[folder] ?? [:])
            for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
                pending.append(Change(folder: folder, name: name, file: new[name]))
            }
        }
        // What was removed may come back as it was.
        now = after.keeping(now)
        if failed { return }
        switch step {
        case .syncFolder:
            durableNames[path] = after.names[path]
            pending.removeAll { $0.folder == path }
        case .sync:
            // The file under the name that it has now; a rename follows only later.
            if let file = number(of: path) { durableContents[file] = now.contents[file] }
        default: break
        }
    }

    /// Bytes of a file as the kernel sees it; 0 where there is none.
    func size(of path: String) -> Int { number(of: path).flatMap { now.contents[$0]?.count } ?? 0 }

    private func number(of path: String) -> UInt64? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return now.names[parts.dropLast().joined(separator: "/")]?[String(parts.last ?? "")]
    }

    /// The tree that is left when everything that may be lost is.
    public func least() -> [String: [String: Data]] {
        durableNames.mapValues { folder in
            folder.mapValues { durableContents[$0] ?? Data() }
        }
    }

    /// One tree that may be left.
    public func left(_ random: inout some RandomNumberGenerator) -> [String: [String: Data]] {
        var names = durableNames
        for change in pending where Bool.random(using: &random) {
            names[change.folder, default: [:]][change.name] = change.file
        }
        return names.mapValues { folder in
            folder.mapValues { file in
                let (old, new) = (durableContents[file] ?? Data(), now.contents[file] ?? Data())
                return [new, old, Self.half(old, new)].randomElement(using: &random) ?? new
            }
        }
    }

    /// The first half of what differs is new.
    private static func half(_ old: Data, _ new: Data) -> Data {
        let (old, new) = (Array(old), Array(new))
        let changed = (0..<max(old.count, new.count)).filter { place in
            place >= old.count || place >= new.count || old[place] != new[place]
        }
        guard !changed.isEmpty else { return Data(new) }
        let middle = changed[changed.count / 2]
        return Data(new.prefix(middle) + old.dropFirst(middle))
    }

    /// Folders that exist. The model loses none: whoever cares, syncs before it says that it is done.
    public var folders: [String] { now.names.keys.sorted() }

    /// Writes a tree that is left to a place where a queue can be opened.
    public func write(_ tree: [String: [String: Data]], to root: String) throws {
        for folder in Set(folders).union(tree.keys) {
            try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        for (folder, files) in tree {
            for (name, bytes) in files { try bytes.write(to: URL(fileURLWithPath: "\(root)/\(folder)/\(name)")) }
        }
    }
}
