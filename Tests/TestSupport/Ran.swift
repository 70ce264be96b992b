package import Foundation

/// A program that ran to its end. Blocks until then.
package struct Ran: Sendable {
    package var status: Int32
    package var output: Data
    package var errors: String

    package var text: String { String(decoding: output, as: UTF8.self) }

    /// - Parameter environment: in place of this process's; nil for the same.
    /// - Parameter folder: where it runs; nil for where this process does.
    package init(
        _ program: String, _ arguments: [String], input: Data = Data(), environment: [String: String]? = nil,
        in folder: String? = nil
    ) throws {
        (status, output, errors) = try Folder.with { files in
            // Files and not pipes: a pipe ends only when every process that came to hold its other end has gone.
            try input.write(to: URL(fileURLWithPath: "\(files)/in"))
            for name in ["out", "err"] { _ = FileManager.default.createFile(atPath: "\(files)/\(name)", contents: nil) }
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            if let environment { process.environment = environment }
            if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
            process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: "\(files)/in"))
            process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(files)/out"))
            process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: "\(files)/err"))
            try process.run()
            process.waitUntilExit()
            return (
                process.terminationStatus, try Data(contentsOf: URL(fileURLWithPath: "\(files)/out")),
                try String(contentsOfFile: "\(files)/err", encoding: .utf8)
            )
        }
    }
}
