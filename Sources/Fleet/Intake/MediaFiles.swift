internal import Fetching
public import Foundation

/// Turns the files, folders and URLs that a person named into media files, in a stable order.
///
/// A file that was named is always taken, whatever it is called. In a folder (searched to any depth,
/// symbolic links not followed, hidden entries left out) only names with a media suffix count; the
/// others are reported as skipped.
public struct MediaFiles: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        /// Absolute; or a URL.
        public var path: String
        /// Name of the folder the file lies in: the creator, unless a manifest says otherwise. Of a URL nil, since its
        /// path says nothing of a creator.
        public var folder: String?
        /// The last part of the path; of a URL without one, its host.
        public var name: String

        /// `folder/name`, or more of the path where two files of one call would share that.
        public var id: String

        init(path: String) {
            guard !MediaURL.isURL(path) else {
                let parts = Self.parts(ofURL: path)
                self.path = path
                self.name = parts.last ?? ""
                self.id = parts.suffix(2).joined(separator: "/")
                return
            }
            let url = URL(fileURLWithPath: path)
            self.path = path
            let folder = url.deletingLastPathComponent().lastPathComponent
            self.folder = folder
            self.name = url.lastPathComponent
            self.id = "\(folder)/\(name)"
        }

        /// Host and path, without query and fragment.
        private static func parts(ofURL text: String) -> [String] {
            let shown = text.prefix { $0 != "?" && $0 != "#" }
            return shown.split(separator: "/").dropFirst().map { String($0).removingPercentEncoding ?? String($0) }
        }

        /// What tells it from others: the last `count` parts of its path, of a URL with its host.
        fileprivate func longerID(_ count: Int) -> String {
            let parts = MediaURL.isURL(path) ? Self.parts(ofURL: path) : path.split(separator: "/").map(String.init)
            // Two URLs that differ in their queries alone are told apart by nothing else.
            guard count <= parts.count || !MediaURL.isURL(path) else { return path }
            return parts.suffix(count).joined(separator: "/")
        }
    }

    public var files: [File] = []
    public var skipped: [String] = []

    /// Lower-case suffixes that a folder search takes.
    public static let suffixes: Set<String> = [
        "mp4", "m4v", "mov", "3gp", "3g2", "mkv", "webm", "ts", "m2ts", "mts", "mpg", "mpeg", "avi", "flv", "ogv",
        "gif",
        "mp3", "m4a", "aac", "ogg", "oga", "opus", "wav", "flac",
    ]

    /// - Throws: `IntakeError` for a name that does not exist or a folder that cannot be read.
    public init(named names: [String]) throws(IntakeError) {
        var seen = Set<String>()
        for name in names {
            let path = Self.absolute(name)
            guard !MediaURL.isURL(path) else {
                if seen.insert(path).inserted { files.append(Self.file(at: path)) }
                continue
            }
            var isFolder: ObjCBool = false
            guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw IntakeError(subject: name, sentence: "there is no such file or folder")
            }
            if isFolder.boolValue {
                try search(path, seen: &seen)
            } else if seen.insert(path).inserted {
                files.append(Self.file(at: path))
            }
        }
        tellApart()
    }

    private mutating func search(_ folder: String, seen: inout Set<String>) throws(IntakeError) {
        let entries: [URL]
        do {
            entries = try FileManager.default.contentsOfDirectory(
                at: URL(fileURLWithPath: folder), includingPropertiesForKeys: [.isDirectoryKey, .isSymbolicLinkKey],
                options: [.skipsHiddenFiles])
        } catch {
            throw IntakeError(subject: folder, sentence: "the folder cannot be read: \(error.localizedDescription)")
        }
        for entry in entries.sorted(by: { $0.path < $1.path }) {
            let kind = try? entry.resourceValues(forKeys: [.isDirectoryKey, .isSymbolicLinkKey])
            if kind?.isDirectory == true, kind?.isSymbolicLink != true {
                try search(entry.path, seen: &seen)
            } else if kind?.isSymbolicLink != true, Self.suffixes.contains(entry.pathExtension.lowercased()) {
                if seen.insert(entry.path).inserted { files.append(Self.file(at: entry.path)) }
            } else {
                skipped.append(entry.path)
            }
        }
    }

    /// `name` as an absolute path without `.` and `..`; a URL as it is.
    public static func absolute(_ name: String, relativeTo base: String = FileManager.default.currentDirectoryPath)
        -> String
    {
        MediaURL.isURL(name)
            ? name
            : URL(fileURLWithPath: name, relativeTo: URL(fileURLWithPath: base, isDirectory: true))
                .standardizedFileURL.path
    }

    /// A file by its absolute path, as a submission names it.
    public static func file(at path: String) -> File { File(path: path) }

    /// Gives files that share an id more of their paths, until every id is one file's.
    private mutating func tellApart() {
        var depth = 3
        while case let shared = Dictionary(grouping: files.indices, by: { files[$0].id }).values.filter({ $0.count > 1 }
        ),
            !shared.isEmpty
        {
            for index in shared.joined() {
                files[index].id = files[index].longerID(depth)
            }
            depth += 1
        }
    }
}

/// Why inputs could not be gathered.
public struct IntakeError: Error, Sendable, Equatable, CustomStringConvertible {
    public var subject: String
    public var sentence: String

    public init(subject: String, sentence: String) {
        self.subject = subject
        self.sentence = sentence
    }

    public var description: String { "\(subject): \(sentence)" }
}
