import Foundation
import JobQueue
import Store
import TestSupport
import Testing

/// `ops/torture faults` in small, with what every machine can refuse: a full disk for what is said, and open files.
@Suite("Programs that the machine refuses something")
struct RefusedCallsTests {
    private func shell(_ script: String, _ arguments: String...) throws -> Programs.Answer {
        try Programs.run("/bin/sh", ["-c", script, "sh", Project.program("moire")] + arguments)
    }

    @Test("An answer that does not fit on a full disk ends with 3 and a sentence, not with a 0 or a signal")
    func fullOutput() throws {
        let answer = try shell("\"$1\" --help > /dev/full")
        #expect(answer.status == 3)
        #expect(answer.errors.hasPrefix("moire: standard output cannot be written"))
    }

    @Test("What cannot be said to a full disk does not end a program")
    func fullErrors() throws {
        #expect(try shell("\"$1\" jobs list --home /nowhere 2> /dev/full").status == 3)
    }

    @Test("Short of open files, a submission is accepted as a whole or ends with a sentence, whatever it was short by")
    func fewFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "moire-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder + "/clips", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["a.mp4", "b.mp4"] { try Data(name.utf8).write(to: URL(filePath: "\(folder)/clips/\(name)")) }
        var accepted = 0
        var refused = 0
        for files in 3...12 {
            let home = Home("\(folder)/home\(files)")
            let answer = try shell(
                "ulimit -n \"$2\" && exec \"$1\" submit --home \"$3\" \"$4\"", "\(files)", home.root, folder + "/clips")
            if answer.status == 0 {
                accepted += 1
                #expect(answer.lines.count == 2)
                #expect(try FileQueue(root: home.queue).inbox(limit: 9).flatMap(\.messages).count == 2)
            } else {
                refused += 1
                // 127 is the loader's, which found no descriptor for a library.
                #expect([3, 127].contains(answer.status), "\(files) files: \(answer.status)")
                #expect(answer.output.isEmpty && !answer.errors.isEmpty, "\(files) files")
            }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) accepted, \(refused) refused")
    }
}
