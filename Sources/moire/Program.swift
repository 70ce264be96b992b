import ArgumentParser
import Foundation
import Records

@main
enum Program {
    /// This program's own file; the fleet's processes are its subcommands.
    static var path: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// Exit codes: 0 done, 1 ran but some inputs failed, 2 usage, 3 environment.
    static func main() {
        // The Swift runtime finds them by reading /proc, and has none when it cannot. The help that is shown for none, and
        // its 0, would tell a script that its files were accepted.
        guard !CommandLine.arguments.isEmpty else {
            Output.note("moire: the arguments could not be read; is /proc mounted, and readable?")
            exit(Failure.Code.environment.rawValue)
        }
        do {
            var command = try Moire.parseAsRoot()
            try command.run()
        } catch let failure as Failure {
            if !failure.sentence.isEmpty { Output.note("moire: \(failure.sentence)") }
            exit(failure.code.rawValue)
        } catch {
            let message = Moire.fullMessage(for: error)
            if Moire.exitCode(for: error) == .success {
                Output.line(message)
                exit(0)
            }
            Output.note(message)
            exit(Failure.Code.usage.rawValue)
        }
    }
}

struct Moire: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moire",
        abstract: "Finds still pictures passed off as videos, poor and re-recorded pictures, and copies.",
        discussion: """
            EXAMPLES
              moire run --home ./moire-home uploads/        the main job: folder name = creator
              moire extract clip.mp4                        signals and fingerprints of one file
              moire index add --index ./index originals/    protect a catalogue
              moire lookup --index ./index suspect.mp4      what is it a copy of?
              moire explain --index ./index suspect.mp4 originals/tour.mp4

            EXIT CODES
              0 done   1 ran, some inputs failed (each named)   2 usage   3 environment
            """,
        version: "moire \(Producer.version)",
        subcommands: [
            RunCommand.self, ExtractCommand.self, IndexCommand.self, LookupCommand.self, ExplainCommand.self,
            SubmitCommand.self, BackfillCommand.self, WorkerCommand.self, CoordinatorCommand.self,
            ScorerCommand.self, StatusCommand.self, JobsCommand.self, LanesCommand.self, ProfileCommand.self,
            DecideCommand.self, StatementCommand.self, HashCommand.self, EventsCommand.self, HistoryCommand.self,
            ChromaprintCommand.self, DoctorCommand.self,
        ])
}
