import Fleet
import Foundation
import Frames
import Records
import Synchronization

/// `moire extract --fast` over files.
enum TriageFiles {
    /// - Parameter stageTimes: where to write what the stages cost; nil for nowhere.
    /// - Returns: how many gave no result.
    static func run(
        _ files: [MediaFiles.File], _ decoder: DecodeService, slots: Int, as format: OutputFormat, stageTimes: String?
    ) throws -> Int {
        let collected = Mutex((failed: 0, times: StageTimes()))
        let timesStages = stageTimes != nil
        try Failure.environmental {
            try OrderedWork.run(files, slots: slots) { file in
                try decoder.triage(path: file.path, timesStages: timesStages)
            } deliver: { _, triaged in
                collected.withLock {
                    if !triaged.record.outcome.hasResult { $0.failed += 1 }
                    $0.times.add(triaged.stageSeconds, decoder: triaged.cpuSeconds)
                }
                switch format {
                case .jsonl, .json: try? Output.value(triaged.record, as: format)
                case .text: Output.line(TriageText.lines(triaged.record).joined(separator: "\n"))
                }
            }
        }
        let (failed, times) = collected.withLock { $0 }
        if let stageTimes { try times.write(to: stageTimes) }
        return failed
    }
}
