import ArgumentParser
import Foundation
import Interop
import Records
import Store

struct StatementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement", abstract: "A DSA statement of reasons about a match, for the Transparency Database.",
        discussion: """
            FACTS is a JSON object with the platform's part of the statement under the database's own names (puid,
            decision_visibility, decision_ground, ...). What follows from the match is filled in: decision_facts,
            content_type, automated_detection. Prints the body of the platform's own POST; sends nothing.

            EXAMPLES
              moire statement --home ./moire-home 1f0c… --facts removed.json
              moire statement --home ./moire-home 1f0c… --facts - < removed.json
            """)

    @OptionGroup var home: HomeOption

    @Option(help: "The platform's part, a file; - for standard input.", completion: .file(extensions: ["json"]))
    var facts: String

    @Argument(help: "The match's event, as `moire profile` names it.")
    var event: String

    mutating func run() throws {
        let reader = try home.reader()
        guard let target = try Failure.environmental({ try reader.event(event) })?.event else {
            throw Failure(.inputs, "there is no event \(event)")
        }
        let data: Data
        do {
            data =
                facts == "-"
                ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(fileURLWithPath: facts))
        } catch {
            throw Failure(.usage, "\(facts): \(error.localizedDescription)")
        }
        do {
            Output.line(try StatementOfReasons(about: target, stating: data).json())
        } catch let problems as StatementProblems {
            problems.problems.forEach { Output.note("moire: \($0.field): \($0.sentence)") }
            throw Failure(.inputs, "the statement would be refused; \(problems.problems.count) of its fields are wrong")
        }
    }
}
