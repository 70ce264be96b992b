package import Foundation
import Synchronization

/// Small media files made with the ffmpeg command line, once per test process.
///
/// Everything lies in one folder under the system's temporary folder, which goes when the process ends.
package enum Clip {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private static let made = Mutex<Set<String>>([])

    /// Where the clips of this process lie.
    package static let folder: URL = {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("moire-clips-\(ProcessInfo.processInfo.processIdentifier)")
        try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: Clip.folder) }
        return url
    }()

    /// Runs `ffmpeg -v error -y <arguments> <name>` unless this process already made `name`.
    ///
    /// - Parameter name: file name with extension; one name means one content. An argument `@other`
    ///   stands for the path of the clip `other` made before.
    /// - Returns: the file's path.
    @discardableResult
    package static func make(_ name: String, _ arguments: [String]) throws -> String {
        let path = folder.appendingPathComponent(name).path
        try made.withLock { names in
            if names.contains(name) { return }
            // Single-threaded and without build-dependent metadata, so that a clip's bytes repeat.
            let exact = ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
            let resolved = arguments.map {
                $0.hasPrefix("@") ? folder.appendingPathComponent(String($0.dropFirst())).path : $0
            }
            try run("ffmpeg", ["-v", "error", "-nostdin", "-y"] + resolved + exact + [path])
            names.insert(name)
        }
        return path
    }

    /// Writes bytes under a name of this process's folder.
    package static func write(_ name: String, _ bytes: Data) throws -> String {
        let url = folder.appendingPathComponent(name)
        try bytes.write(to: url)
        return url.path
    }

    /// A copy of an MP4 in which every track's display matrix is replaced: a b u, c d v, x y w.
    package static func withMatrix(_ matrix: [Int32], of path: String, name: String) throws -> String {
        precondition(matrix.count == 9, "\(matrix.count) numbers in a matrix")
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let tag = Array("tkhd".utf8)
        for at in 0..<bytes.count - 84 where Array(bytes[at..<at + 4]) == tag {
            // ISO/IEC 14496-12 §8.3.2, version 0: the matrix begins 40 bytes after the box's type.
            for (index, number) in matrix.enumerated() {
                let big = UInt32(bitPattern: number).bigEndian
                for byte in 0..<4 {
                    bytes[at + 44 + index * 4 + byte] = UInt8(truncatingIfNeeded: big >> (8 * UInt32(byte)))
                }
            }
        }
        return try write(name, Data(bytes))
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        // A file and not a pipe: a pipe ends only when every process that came to hold its other end has gone,
        // and tests start processes at the same time.
        let trouble = folder.appendingPathComponent("trouble-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: trouble.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: trouble) }
        process.standardError = try FileHandle(forWritingTo: trouble)
        try process.run()
        process.waitUntilExit()
        let said = (try? Data(contentsOf: trouble)) ?? Data()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "\(program) \(arguments.joined(separator: " ")): " + String(decoding: said, as: UTF8.self))
        }
    }
}
