internal import Fetching
internal import Foundation

/// Where a request's media is: a file under a folder that the operator opened, a URL, or bytes that were uploaded.
enum MediaSource: Sendable, Equatable {
    case file(String)
    case url(String)
    case upload(UploadFolder.Stored)

    /// What a job's `path` takes.
    var path: String {
        switch self {
        case .file(let path), .url(let path): path
        case .upload(let stored): stored.path
        }
    }

    /// Reads `path` or `url`; says in `fields` what is wrong with them.
    ///
    /// - Returns: nil when neither is there, or it is wrong.
    static func read(_ fields: inout FieldReader, roots: [String]) -> MediaSource? {
        let (path, url) = (fields.text("path", max: 4096), fields.text("url", max: 4096))
        if path != nil, url != nil {
            fields.fail("url", "goes without `path`")
            return nil
        }
        if let path {
            guard let real = allowed(path, roots: roots) else {
                fields.fail("path", "is no file under the folders that this service may read")
                return nil
            }
            return .file(real)
        }
        guard let url else { return nil }
        do {
            _ = try MediaURL(url)
        } catch {
            fields.fail("url", error.sentence)
            return nil
        }
        return .url(url)
    }

    /// The file itself, with links followed, when it lies under one of the roots. What does not exist and what is not
    /// allowed look the same from outside.
    private static func allowed(_ path: String, roots: [String]) -> String? {
        guard path.hasPrefix("/"), let real = realpath(path) else { return nil }
        let isUnder = roots.contains { root in
            realpath(root).map { real.hasPrefix($0 == "/" ? "/" : $0 + "/") } ?? false
        }
        guard isUnder else { return nil }
        var isFolder: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: real, isDirectory: &isFolder) && !isFolder.boolValue
            ? real : nil
    }

    private static func realpath(_ path: String) -> String? {
        guard let resolved = unsafe Foundation.realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}
