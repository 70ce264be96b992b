internal import Foundation
public import Scoring

extension ScoringRules {
    /// Reads and checks the rules file at `path`.
    public init(contentsOf path: String) throws {
        self = try ScoringRules.read(try Data(contentsOf: URL(fileURLWithPath: path)), source: path)
    }
}
