import Foundation
import Testing

@Suite("Damaged media")
struct DamageTests {
    static let mutants = 2000
    static let seed = 20_261

    @Test("Two thousand mutated clips end with a typed outcome each, and cost nobody else's result")
    func mutants() throws {
        try Folder.with { folder in
            let sources = [
                "old-backups/cut-short.mkv", "old-backups/flipped-bits.mp4", "fractal-lab/cells.mp4",
                "kitchen-lab/teaser.m4a",
                "old-phone/blocky-market.mp4",
            ]
            let made = try Programs.run(
                Fixtures.root.appendingPathComponent("ops/mutate").path,
                ["\(folder)/mutants", "\(Self.mutants)", "\(Self.seed)"] + sources.map { try Fixtures.clip($0) })
            try #require(made.status == 0, "\(made.errors)")
            try FileManager.default.copyItem(
                atPath: try Fixtures.clip("old-backups/flipped-bits.mp4"), toPath: "\(folder)/mutants/zz-sound.mp4")

            let answer = try Programs.moire("extract", "--format", "jsonl", "--deadline", "60", "\(folder)/mutants")
            #expect(answer.status == 0 || answer.status == 1, "\(answer.errors)")
            let records = try answer.objects()
            #expect(records.count == Self.mutants + 1)
            var wrong: [String] = []
            for record in records {
                let outcome = record["outcome"] as? [String: Any] ?? [:]
                let kind = outcome["kind"] as? String ?? "none"
                let isTyped =
                    ["complete", "partial", "refused", "undecodable"].contains(kind)
                    && !(outcome["reason"] as? String ?? "").isEmpty && !(outcome["sentence"] as? String ?? "").isEmpty
                // A crash or a deadline would be a typed outcome, too, but these inputs have no business causing one.
                if !isTyped { wrong.append("\((record["input"] as? [String: Any])?["path"] ?? "?"): \(outcome)") }
            }
            #expect(wrong.isEmpty, "ops/mutate … \(Self.mutants) \(Self.seed) makes them again")
            #expect((records.last?["outcome"] as? [String: Any])?["kind"] as? String != "undecodable")
        }
    }
}
