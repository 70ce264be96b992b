import Foundation
import TestSupport
import Testing

/// The real programs, as built beside the tests.
enum Programs {
    static let folder = URL(fileURLWithPath: Project.program("moire")).deletingLastPathComponent()

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
    static func moire(_ arguments: String...) throws -> Answer { try run(Project.program("moire"), arguments) }

    static func run(_ program: String, _ arguments: [String]) throws -> Answer {
        let ran = try Ran(program, arguments)
        return Answer(status: ran.status, output: ran.text, errors: ran.errors)
    }
}
