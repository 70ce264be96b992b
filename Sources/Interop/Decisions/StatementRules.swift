internal import FoundationEssentials

/// Every field of a statement that the database would refuse.
public struct StatementProblems: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Problem: Sendable, Equatable {
        /// As the API names it.
        public var field: String
        /// A whole sentence.
        public var sentence: String

        init(_ field: String, _ sentence: String) {
            self.field = field
            self.sentence = sentence
        }
    }

    public let problems: [Problem]

    init(_ problems: [Problem]) { self.problems = problems }

    public var description: String { problems.map { "\($0.field): \($0.sentence)" }.joined(separator: " ") }
}

/// The API documentation's rules, attribute by attribute.
enum StatementRules {
    typealias Key = StatementOfReasons.Keys

    static func problems(of statement: StatementOfReasons) -> [StatementProblems.Problem] {
        var check = Check()
        check.decision(statement.decision)
        switch statement.ground {
        case .illegal(let ground, let explanation):
            check.text(.legalGround, ground, most: 500, isRequired: true)
            check.text(.legalExplanation, explanation, most: 2000, isRequired: true)
        case .incompatible(let ground, let explanation, _):
            check.text(.contractGround, ground, most: 500, isRequired: true)
            check.text(.contractExplanation, explanation, most: 2000, isRequired: true)
        }
        check.text(.decisionFacts, statement.decisionFacts, most: 5000, isRequired: true)
        check.facts(statement.facts, statement.decision)
        return check.problems
    }

    private struct Check {
        var problems: [StatementProblems.Problem] = []

        mutating func fail(_ key: Key, _ sentence: String) { problems.append(.init(key.rawValue, sentence)) }

        mutating func text(_ key: Key, _ text: String?, most: Int, isRequired: Bool = false) {
            guard let text, !text.allSatisfy(\.isWhitespace) else {
                if isRequired || text != nil { fail(key, "It is empty.") }
                return
            }
            if text.count > most { fail(key, "It may have \(most) characters and has \(text.count).") }
        }

        /// A text that goes with a choice of "other", and with nothing else.
        mutating func other(_ key: Key, _ text: String?, isChosen: Bool) {
            if isChosen {
                self.text(key, text, most: 500, isRequired: true)
            } else if text != nil {
                fail(key, "It goes only with the choice of something else than what is listed.")
            }
        }

        mutating func decision(_ decision: StatementOfReasons.Decision) {
            if decision.visibility.isEmpty, decision.monetary == nil, decision.provision == nil, decision.account == nil
            {
                fail(.visibility, "One of visibility, monetary, provision and account must be decided.")
            }
            other(.visibilityOther, decision.visibilityOther, isChosen: decision.visibility.contains(.other))
            other(.monetaryOther, decision.monetaryOther, isChosen: decision.monetary == .other)
        }

        mutating func facts(_ facts: StatementOfReasons.PlatformFacts, _ decision: StatementOfReasons.Decision) {
            let plain = facts.puid.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D
                    || $0 == 0x5F
            }
            if facts.puid.isEmpty || facts.puid.utf8.count > 500 || !plain {
                fail(.puid, "It is 1 to 500 letters, digits, hyphens and underscores.")
            }
            date(.contentDate, facts.contentDate, from: "2000-01-01")
            date(.applicationDate, facts.applicationDate, from: "2020-01-01")
            for (key, end, restricts) in [
                (Key.visibilityEnd, decision.visibilityEnd, !decision.visibility.isEmpty),
                (.monetaryEnd, decision.monetaryEnd, decision.monetary != nil),
                (.provisionEnd, decision.provisionEnd, decision.provision != nil),
                (.accountEnd, decision.accountEnd, decision.account != nil),
            ] {
                guard let end else { continue }
                date(key, end, from: facts.applicationDate)
                if !restricts { fail(key, "There is no such restriction that could end.") }
            }
            let strange = facts.territory.subtracting(StatementOfReasons.PlatformFacts.economicArea).sorted()
            if facts.territory.isEmpty { fail(.scope, "It names no country.") }
            if !strange.isEmpty { fail(.scope, "\(strange.joined(separator: ", ")): not of the EU or the EEA.") }
            if let language = facts.contentLanguage,
                language.utf8.count != 2 || !language.utf8.allSatisfy({ (0x41...0x5A).contains($0) })
            {
                fail(.language, "It is two upper-case letters (ISO 639-1).")
            }
            if let url = facts.groundURL, URL(string: url)?.scheme.map({ ["http", "https"].contains($0) }) != true {
                fail(.groundURL, "It is no URL.")
            }
            text(.sourceIdentity, facts.sourceIdentity, most: 500)
            other(.specificationOther, facts.specificationOther, isChosen: facts.specification.contains(.other))
            if facts.category != .intellectualProperty, facts.specification.contains(where: { $0 != .other }) {
                fail(
                    .specification,
                    "Keywords of infringements belong to \(StatementOfReasons.Category.intellectualProperty.rawValue).")
            }
        }

        /// `YYYY-MM-DD`, a day that there is, not before another.
        private mutating func date(_ key: Key, _ text: String, from first: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            let digits =
                parts.map(\.utf8.count) == [4, 2, 2]
                && parts.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
            let numbers = parts.compactMap { Int($0) }
            guard digits, numbers.count == 3, (1...12).contains(numbers[1]),
                (1...Self.days(numbers[1], of: numbers[0])).contains(numbers[2])
            else { return fail(key, "It is no day as YYYY-MM-DD.") }
            // Days so written are in the order of their texts.
            if text < first { fail(key, "It lies before \(first).") }
        }

        private static func days(_ month: Int, of year: Int) -> Int {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        }
    }
}
