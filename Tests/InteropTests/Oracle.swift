import Foundation
import TestSupport
import Testing

/// Other people's own tools, asked through Tests/InteropTests/Oracle/oracle.py.
///
/// They come from the Python package index, which `ops/lib/interop-environment` asks for them once. A machine that cannot
/// get them cannot say that we are understood, so there the tests fail.
enum Oracle {
    /// The interpreter that has them: what ops/test found, or what the script finds now.
    private static let python: Result<String, Failure> = {
        if let given = ProcessInfo.processInfo.environment["MOIRE_INTEROP_PYTHON"], !given.isEmpty {
            return .success(given)
        }
        do {
            let ran = try Ran(Project.root.appendingPathComponent("ops/lib/interop-environment").path, [])
            let path = ran.text.split(separator: "\n").last.map(String.init)
            guard ran.status == 0, let path else { return .failure(Failure(description: ran.errors)) }
            return .success(path)
        } catch {
            return .failure(Failure(description: "\(error)"))
        }
    }()

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Asks all questions of one process, and gives the answers in their order.
    static func ask(_ questions: [[String: Any]]) throws -> [Any] {
        let script = Project.root.appendingPathComponent("Tests/InteropTests/Oracle/oracle.py").path
        let input = try JSONSerialization.data(withJSONObject: questions)
        let ran = try Ran(try python.get(), ["-B", script], input: input)
        guard ran.status == 0 else { throw Failure(description: "oracle.py ended with \(ran.status): \(ran.errors)") }
        let answers = try JSONSerialization.jsonObject(with: ran.output, options: [.fragmentsAllowed]) as? [Any]
        guard let answers, answers.count == questions.count else {
            throw Failure(description: "oracle.py answered \(ran.text)")
        }
        return answers
    }

    static func ask<Answer>(_ question: [String: Any], as type: Answer.Type = Answer.self) throws -> Answer {
        try #require(try ask([question])[0] as? Answer)
    }
}
