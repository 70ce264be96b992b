import Fleet
import Foundation
import Frames

/// What the stages of many extractions cost together: `moire extract --stage-times`. Beside the records and never in
/// them, which are the same whatever the machine.
struct StageTimes: Codable {
    static let schema = "moire.stage_times/1"

    var schema = Self.schema
    var files = 0
    /// Processor time of all decode children, seconds: the stages, and what it takes to start a child and end it.
    var decoderSeconds = 0.0
    /// Seconds by `ExtractStage`; a stage in which nothing was spent is zero.
    var stages = Dictionary(uniqueKeysWithValues: ExtractStage.allCases.map { ($0.rawValue, 0.0) })

    enum CodingKeys: String, CodingKey { case schema, files, decoderSeconds = "decoder_seconds", stages }

    mutating func add(_ seconds: [ExtractStage: Double]?, decoder: Double) {
        files += 1
        decoderSeconds += decoder
        for (stage, seconds) in seconds ?? [:] { stages[stage.rawValue, default: 0] += seconds }
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        do {
            try encoder.encode(self).write(to: URL(fileURLWithPath: path))
        } catch {
            throw Failure(.environment, "\(path) could not be written: \(error.localizedDescription)")
        }
    }
}
