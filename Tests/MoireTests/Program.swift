import Foundation
import Testing

/// The real programs, as built beside the tests.
enum Programs {
    static let folder = URL(
        fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    )
    .deletingLastPathComponent()

    struct Answer {
        var status: Int32
        var output: String
        var errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// Each line as a JSON object.
        func objects() throws -> [[String: Any]] {
            try lines.map { try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]) }
        }
    }

    /// Runs `moire` with these arguments to its end.
    static func moire(_ arguments: String...) throws -> Answer {
        try run(folder.appendingPathComponent("moire").path, arguments)
    }

    static func run(_ program: String, _ arguments: [String]) throws -> Answer {
        try Folder.with { folder in
            let (output, errors) = ("\(folder)/out", "\(folder)/err")
            for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
            try process.run()
            process.waitUntilExit()
            return Answer(
                status: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
                errors: try String(contentsOfFile: errors, encoding: .utf8))
        }
    }
}

/// A folder that is gone when the test ends.
enum Folder {
    static func with<Value>(_ body: (String) throws -> Value) throws -> Value {
        let path = NSTemporaryDirectory() + "moire-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}

/// The project's own clips, which `ops/fixtures` makes before the tests run.
enum Fixtures {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let clips = root.appendingPathComponent("fixtures/generated").path

    static func clip(_ name: String) throws -> String {
        let path = "\(clips)/\(name)"
        try #require(FileManager.default.fileExists(atPath: path), "\(name) is missing; run ops/fixtures")
        return path
    }
}
