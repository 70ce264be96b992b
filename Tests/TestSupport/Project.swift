package import Foundation

/// Where the project lies, its own clips, and the programs that were built with the tests.
package enum Project {
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What `ops/fixtures` makes before the tests run: a folder a creator.
    package static let clips = root.appendingPathComponent("fixtures/generated").path

    package static func clip(_ name: String) throws -> String {
        let path = "\(clips)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw Missing(description: "\(name) is missing; run ops/fixtures")
        }
        return path
    }

    package static func bytes(ofClip name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: try clip(name)))
    }

    /// A file of the project's, as text.
    package static func text(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }

    /// The programs lie in one folder with the tests.
    package static func program(_ name: String) -> String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(name).path
    }
}

/// A folder that is gone when the test ends.
package enum Folder {
    package static func with<Value>(_ body: (String) throws -> Value) throws -> Value {
        let path = NSTemporaryDirectory() + "moire-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}
