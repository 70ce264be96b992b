import Foundation
import Records
import Scoring
import Testing

/// What a rules file may say, and how it is told what is wrong.
@Suite struct RulesFile {
    private let standard = String(decoding: (try? CanonicalJSON.encode(ScoringRules.standard)) ?? Data(), as: UTF8.self)

    @Test("The standard rules are a rules file")
    func standardRules() throws {
        #expect(try ScoringRules.read(Data(standard.utf8), source: "standard.json") == .standard)
    }

    @Test("A file that changes the points changes the profile, and the profile names its version")
    func otherPoints() throws {
        let json = standard.replacingOccurrences(
            of: "{\"at_least\":0.6,\"points\":-20}", with: "{\"at_least\":0.6,\"points\":-33}"
        )
        .replacingOccurrences(of: "standard/2", with: "market-th/4")
        let rules = try ScoringRules.read(Data(json.utf8), source: "th.json")
        let edge = try Make.edge("v1", by: "ann", shows: "r1", of: "bob")
        let profile = try #require(ProfileFold.fold(events: [edge], rules: rules)["ann"])
        #expect(profile.score == 170)  // capped at 30 a video
        #expect(profile.rulesVersion == "market-th/4")
    }

    @Test(
        "An error names the file, the field, and what is wrong",
        arguments: [
            ("\"start\":200", "\"start\":1200", "score.start", "is 1200, must lie in 0...1000"),
            ("\"start\":200", "\"start\":199.5", "score.start", "expected a whole number"),
            ("\"start\":200", "\"start\":\"200\"", "score.start", "expected a whole number"),
            ("\"lowest\":0", "\"lowest\":1000", "score.lowest", "is 1000, must be under highest, 1000"),
            ("\"at\":100", "\"at\":150", "milestones[1].at", "is 150, must be under the one before, 150"),
            (
                "{\"at_least\":0.3,\"points\":-12}", "{\"at_least\":0.1,\"points\":-12}", "rules[0].steps[1].at_least",
                "is 0.1, must be over the step before, 0.1"
            ),
            (
                "{\"at_least\":0.3,\"points\":-12}", "{\"at_least\":30,\"points\":-12}", "rules[0].steps[1].at_least",
                "is 30.0, `match.copied_share` lies in 0.0...1.0"
            ),
            (
                "{\"at_least\":0.3,\"points\":-12}", "{\"points\":-12}", "rules[0].steps[1]",
                "needs either at_least or below"
            ),
            (
                "{\"at_least\":0.3,\"points\":-12}", "{\"at_least\":0.3,\"points\":12}", "rules[0].steps[1].points",
                "is 12; one rule does not both give and take"
            ),
            (
                "{\"at_least\":0.3,\"points\":-12}", "{\"at_least\":0.3,\"points\":-9223372036854775808}",
                "rules[0].steps[1].points", "is -9223372036854775808, at most 1000 either way"
            ),
            (
                "\"per_video\":30", "\"per_video\":0", "rules[0].caps.per_video",
                "is 0, a cap is a positive number of points"
            ),
            ("\"per_video\":30", "\"per_vidoe\":30", "rules[0].caps.per_vidoe", "no such field; is it misspelt?"),
            (
                "\"minimum_score\":0.55", "\"minimum_score\":60", "rules[0].requires.minimum_score",
                "is 60.0, must lie in 0...1"
            ),
            (
                "\"id\":\"repeated_content\"", "\"id\":\"copied_content\"", "rules[1].id",
                "is `copied_content` a second time"
            ),
            (
                "\"match.repeated_share\"", "\"match.copied_share\"", "rules[1].reads",
                "another rule reads `match.copied_share` already; give that one more steps"
            ),
            ("\"match.repeated_share\"", "\"match.share\"", "rules[1].reads", ""),
            ("\"credits\":\"earliest\"", "\"credits\":\"first\"", "rules[0].credits", ""),
            (
                "\"reads\":\"static.share\"", "\"credits\":\"earliest\",\"reads\":\"static.share\"", "rules[2].credits",
                "is given, but `static.share` has no sources"
            ),
            ("{percent} of this video repeats", "{share} of this video repeats", "rules[1].sentence", ""),
            ("\"videos\":5", "\"videos\":0", "limits[0].videos", "is 0, must be at least 1"),
            ("moire.rules/1", "moire.rules/9", "schema", "is `moire.rules/9`, this build reads `moire.rules/1`"),
            ("\"version\":\"standard/2\"", "\"version\":null", "version", ""),
            ("\"rules\":[", "\"regeln\":[", "rules", "is missing"),
        ])
    func errors(find: String, replace: String, field: String, problem: String) throws {
        let json = try #require(standard.range(of: find)).lowerBound
        let broken =
            standard[..<json]
            + standard[json...].replacingOccurrences(
                of: find, with: replace, range: standard[json...].range(of: find))
        let error = #expect(throws: RulesError.self) { try ScoringRules.read(Data(broken.utf8), source: "r.json") }
        #expect(error?.field == field)
        if !problem.isEmpty {
            #expect(error?.problem == problem)
            #expect(error?.description == "r.json: field `\(field)`: \(problem)")
        }
    }

    @Test("What is not JSON is said so")
    func notJSON() {
        #expect(throws: RulesError(.notJSON, source: "r.json", field: "", problem: "is not valid JSON")) {
            try ScoringRules.read(Data("start: 200".utf8), source: "r.json")
        }
    }
}
