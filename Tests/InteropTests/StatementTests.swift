import FingerprintIndex
import Foundation
import Interop
import Records
import Testing

@Suite("Statements of reasons")
struct StatementTests {
    private func event(_ modality: Match.Modality = .both, direction: Event.MatchEdge.Direction = .published) throws
        -> Event
    {
        let match = Match(
            query: "clip-77", reference: "clip-12", bank: "uploads", score: 0.93, modality: modality, queryStart: 3.8,
            queryEnd: 68.92, referenceStart: 2.8, referenceEnd: 73.6, speed: 1.0869, offset: -1, mirrored: true,
            queryCoverage: 0.75, referenceCoverage: 0.5, falseMatchRate: 1e-6, video: nil, audio: nil,
            method: "alignment/9")
        return try Event(
            tenant: "default", observedAt: "2026-01-02T12:00:00Z", source: "moire",
            producer: Producer(name: "moire", build: "1"),
            body: .matchEdge(
                .init(
                    match: match, queryCreator: "copy-corner", referenceCreator: "trail-notes", relation: .unknown,
                    direction: direction)))
    }

    private let facts = StatementOfReasons.PlatformFacts(
        puid: "sor-2026_1", contentDate: "2026-01-01", applicationDate: "2026-01-03", territory: ["PT", "DE", "ES"],
        source: .article16, automatedDecision: .notAutomated, category: .intellectualProperty)

    private let ground = StatementOfReasons.Ground.incompatible(
        ground: "Terms, section 4", explanation: "The video repeats another creator's work.", isIllegal: false)

    @Test("A removed copy is the API's JSON, field by field")
    func removed() throws {
        var facts = facts
        facts.specification = [.copyright]
        facts.groundURL = "https://example.org/terms"
        facts.contentLanguage = "PT"
        var decision = StatementOfReasons.Decision(visibility: [.removed])
        decision.monetary = .suspension
        decision.monetaryEnd = "2026-02-03"
        let statement = try StatementOfReasons(about: try event(), decision: decision, ground: ground, facts: facts)
        let expected = """
            {"application_date":"2026-01-03","automated_decision":"AUTOMATED_DECISION_NOT_AUTOMATED",\
            "automated_detection":"Yes","category":"STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",\
            "category_specification":["KEYWORD_COPYRIGHT_INFRINGEMENT"],"content_date":"2026-01-01",\
            "content_language":"PT","content_type":["CONTENT_TYPE_AUDIO","CONTENT_TYPE_VIDEO"],\
            "decision_facts":"The pictures and the sound of the video from 0:03.8 to 1:08.9 agree with those of another \
            video from 0:02.8 to 1:13.6. That is 75 % of this video and 50 % of the other. The other video was published \
            first. The copy is changed: mirrored, played at 1.09 times the speed. The match was found by comparing \
            fingerprints (alignment/9); its score is 0.93, which unrelated videos reach at a rate of 1e-06. A person \
            reviewed it.",\
            "decision_ground":"DECISION_GROUND_INCOMPATIBLE_CONTENT",\
            "decision_ground_reference_url":"https://example.org/terms","decision_monetary":"DECISION_MONETARY_SUSPENSION",\
            "decision_visibility":["DECISION_VISIBILITY_CONTENT_REMOVED"],"end_date_monetary_restriction":"2026-02-03",\
            "incompatible_content_explanation":"The video repeats another creator's work.",\
            "incompatible_content_ground":"Terms, section 4","incompatible_content_illegal":"No","puid":"sor-2026_1",\
            "source_type":"SOURCE_ARTICLE_16","territorial_scope":["DE","ES","PT"]}
            """
        #expect(try statement.json() == expected)
    }

    @Test("Nobody's name and no video's id is in a statement, which is public")
    func nameless() throws {
        let statement = try StatementOfReasons(
            about: try event(.video, direction: .unknown), decision: .init(visibility: [.demoted]),
            ground: .illegal(ground: "UrhG § 97", explanation: "It is a copy."), facts: facts)
        let json = try statement.json()
        for name in ["clip-77", "clip-12", "copy-corner", "trail-notes", "uploads"] { #expect(!json.contains(name)) }
        #expect(json.contains("\"content_type\":[\"CONTENT_TYPE_VIDEO\"]") && json.contains("is not known"))
        #expect(json.contains("\"illegal_content_legal_ground\":\"UrhG § 97\""))
        #expect(json.contains("DECISION_GROUND_ILLEGAL_CONTENT") && !json.contains("incompatible"))
    }

    @Test("A decision that nobody looked at says so")
    func automatic() throws {
        var facts = facts
        facts.automatedDecision = .fully
        let statement = try StatementOfReasons(
            about: try event(.audio), decision: .init(visibility: [.labelled]), ground: ground, facts: facts)
        #expect(statement.decisionFacts.hasSuffix("No person reviewed it."))
        #expect(try statement.json().contains("\"content_type\":[\"CONTENT_TYPE_AUDIO\"]"))
    }

    @Test("Every field that the database would refuse is named, all at once")
    func refused() throws {
        var facts = facts
        facts.puid = "a b"
        facts.contentDate = "1999-12-31"
        facts.applicationDate = "2026-02-30"
        facts.territory = ["DE", "CH", "US"]
        facts.contentLanguage = "pt"
        facts.groundURL = "terms"
        facts.category = .scams
        facts.specification = [.copyright, .other]
        var decision = StatementOfReasons.Decision()
        decision.visibilityOther = "blurred"
        decision.accountEnd = "2026-03-01"
        let error = try #require(throws: StatementProblems.self) {
            try StatementOfReasons(
                about: try event(), decision: decision,
                ground: .illegal(ground: "", explanation: String(repeating: "x", count: 2001)), facts: facts)
        }
        #expect(
            Set(error.problems.map(\.field)) == [
                "puid", "content_date", "application_date", "territorial_scope", "content_language",
                "decision_ground_reference_url", "category_specification", "category_specification_other",
                "decision_visibility", "decision_visibility_other", "end_date_account_restriction",
                "illegal_content_legal_ground", "illegal_content_explanation",
            ])
        #expect(error.description.contains("territorial_scope: CH, US: not of the EU or the EEA."))
    }

    @Test("A restriction ends on the day it begins or later, on a day that there is")
    func dates() throws {
        for (end, isFine) in [
            ("2026-01-03", true), ("2028-02-29", true), ("2026-01-02", false), ("2026-02-29", false),
            ("2026-1-3", false),
            ("2026-01-03T00:00:00Z", false), ("", false),
        ] {
            var decision = StatementOfReasons.Decision(visibility: [.disabled])
            decision.visibilityEnd = end
            let made = try? StatementOfReasons(about: try event(), decision: decision, ground: ground, facts: facts)
            #expect((made != nil) == isFine, "\(end)")
        }
    }

    @Test("Only a match can be the reason")
    func otherEvents() throws {
        let reversal = try Event(
            tenant: "default", observedAt: "2026-01-02T12:00:00Z", source: "moire",
            producer: Producer(name: "moire", build: "1"), body: .reversal(.init(eventID: "e", by: "r", why: "w")))
        #expect(throws: StatementProblems.self) {
            try StatementOfReasons(
                about: reversal, decision: .init(visibility: [.removed]), ground: ground, facts: facts)
        }
    }

    @Test("The platform's part under the database's names makes the same statement")
    func fields() throws {
        var facts = facts
        facts.specification = [.copyright]
        var decision = StatementOfReasons.Decision(visibility: [.removed])
        decision.monetary = .suspension
        let statement = try StatementOfReasons(about: try event(), decision: decision, ground: ground, facts: facts)
        let part = """
            {"puid":"sor-2026_1","content_date":"2026-01-01","application_date":"2026-01-03",
             "territorial_scope":["ES","PT","DE"],"source_type":"SOURCE_ARTICLE_16",
             "automated_decision":"AUTOMATED_DECISION_NOT_AUTOMATED",
             "category":"STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
             "category_specification":["KEYWORD_COPYRIGHT_INFRINGEMENT"],
             "decision_visibility":["DECISION_VISIBILITY_CONTENT_REMOVED"],
             "decision_monetary":"DECISION_MONETARY_SUSPENSION",
             "decision_ground":"DECISION_GROUND_INCOMPATIBLE_CONTENT",
             "incompatible_content_ground":"Terms, section 4","incompatible_content_illegal":"No",
             "incompatible_content_explanation":"The video repeats another creator's work."}
            """
        let stated = try StatementOfReasons(about: try event(), stating: Data(part.utf8))
        #expect(stated == statement)
        #expect(try stated.json() == statement.json())
    }

    @Test("Every field of the platform's part that is missing, wrong, misspelt or ours is named, all at once")
    func wrongFields() throws {
        let part = """
            {"puid":7,"content_date":"2026-01-01","territorial_scope":"DE","source_type":"SOURCE_RUMOUR",
             "decision_facts":"He did it.","decision_ground":"DECISION_GROUND_ILLEGAL_CONTENT","puld":"x"}
            """
        let problems = #expect(throws: StatementProblems.self) {
            try StatementOfReasons(about: try event(), stating: Data(part.utf8))
        }
        #expect(
            Set(problems?.problems.map(\.field) ?? []) == [
                "puid", "application_date", "territorial_scope", "source_type", "automated_decision", "category",
                "illegal_content_legal_ground", "decision_facts", "puld",
            ])
        #expect(throws: StatementProblems.self) { try StatementOfReasons(about: try event(), stating: Data("[]".utf8)) }
    }
}
