import Foundation
import Testing

/// Where the project lies, and its own clips, which `ops/fixtures` makes before the tests run.
enum Project {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func clip(_ name: String) throws -> String {
        let path = root.appendingPathComponent("fixtures/generated/\(name)").path
        try #require(FileManager.default.fileExists(atPath: path), "\(name) is missing; run ops/fixtures")
        return path
    }

    /// The real program, as built beside the tests.
    static let moire = URL(
        fileURLWithPath: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    )
    .deletingLastPathComponent().appendingPathComponent("moire").path

    static func text(_ name: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }
}

/// A folder that is gone when the test ends.
enum Folder {
    static func with<Value>(_ body: (String) throws -> Value) throws -> Value {
        let path = NSTemporaryDirectory() + "moire-interop-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(path)
    }
}

/// A program that ran to its end.
struct Ran {
    var status: Int32
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    init(_ program: String, _ arguments: [String], input: Data = Data()) throws {
        (status, output, errors) = try Folder.with { folder in
            // Files and not pipes: a pipe ends only when every process that came to hold its other end has gone.
            try input.write(to: URL(fileURLWithPath: "\(folder)/in"))
            for name in ["out", "err"] {
                _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil)
            }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(folder)/in"))
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/out"))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(folder)/err"))
            try process.run()
            process.waitUntilExit()
            return (
                process.terminationStatus, try Data(contentsOf: URL(fileURLWithPath: "\(folder)/out")),
                try String(contentsOfFile: "\(folder)/err", encoding: .utf8)
            )
        }
    }
}
