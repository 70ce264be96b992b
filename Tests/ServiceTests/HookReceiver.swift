import Foundation

/// A receiver of webhooks on loopback, `hook_receiver.py` beside this file; gone with the object.
final class HookReceiver {
    struct Message {
        var headers: [String: String]
        var body: Data
    }

    let url: String
    private let process = Process()
    private let input = Pipe()
    private let log: String

    /// - Parameter failures: how many messages it answers with 500 first.
    init(failures: Int) throws {
        log = NSTemporaryDirectory() + "moire-hooks-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("hook_receiver.py").path,
            "\(failures)", log,
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).filter(\.isNumber)
        url = "http://127.0.0.1:\(port)/hook"
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: log)
    }

    /// Messages that have come.
    var count: Int { ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").count }

    /// The first `count` messages, in the order in which they came.
    func wait(for count: Int, seconds: Double) throws -> [Message] {
        let end = Date() + seconds
        while Date() < end {
            let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
            if lines.count >= count {
                return try lines.prefix(count).map { line in
                    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                    return Message(
                        headers: object?["headers"] as? [String: String] ?? [:],
                        body: Data((object?["body"] as? String ?? "").utf8))
                }
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        throw RunningService.Trouble(description: "\(count) messages did not come in \(seconds) s")
    }
}
