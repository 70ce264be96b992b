public import Foundation
public import Records

extension StatementOfReasons {
    /// A statement from the platform's own part of it: a JSON object under the database's names, without what follows
    /// from the match (`decision_facts`, `content_type`, `automated_detection`).
    ///
    /// - Throws: `StatementProblems` with every field that is of the wrong kind, not known, or would be refused.
    public init(about event: Event, stating data: Data) throws(StatementProblems) {
        var fields = try StatementFields(data)
        let (decision, ground, facts) = (fields.decision(), fields.ground(), fields.facts())
        let problems = fields.finish()
        guard problems.isEmpty, let ground, let facts else { throw StatementProblems(problems) }
        try self.init(about: event, decision: decision, ground: ground, facts: facts)
    }
}

/// Reads the platform's part of a statement, and remembers everything that is wrong with it.
private struct StatementFields {
    typealias Key = StatementOfReasons.Keys

    /// What is filled in here, whatever the platform says.
    private static let ours: Set<String> = [
        Key.decisionFacts.rawValue, Key.contentType.rawValue, Key.automatedDetection.rawValue,
    ]

    private let object: [String: Any]
    private var known: Set<String> = []
    private var problems: [StatementProblems.Problem] = []

    init(_ data: Data) throws(StatementProblems) {
        guard let object = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw StatementProblems([.init("", "The platform's part of a statement is one JSON object.")])
        }
        self.object = object
    }

    // MARK: Parts

    mutating func decision() -> StatementOfReasons.Decision {
        var decision = StatementOfReasons.Decision(visibility: Set(choices(.visibility)))
        decision.visibilityOther = text(.visibilityOther)
        decision.visibilityEnd = text(.visibilityEnd)
        decision.monetary = choice(.monetary)
        decision.monetaryOther = text(.monetaryOther)
        decision.monetaryEnd = text(.monetaryEnd)
        decision.provision = choice(.provision)
        decision.provisionEnd = text(.provisionEnd)
        decision.account = choice(.account)
        decision.accountEnd = text(.accountEnd)
        return decision
    }

    private enum GroundName: String, CaseIterable {
        case illegal = "DECISION_GROUND_ILLEGAL_CONTENT"
        case incompatible = "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    }

    private enum Answer: String, CaseIterable { case yes = "Yes", no = "No" }

    mutating func ground() -> StatementOfReasons.Ground? {
        switch choice(.ground, of: GroundName.self, isRequired: true) {
        case .illegal:
            guard let ground = text(.legalGround, isRequired: true),
                let explanation = text(.legalExplanation, isRequired: true)
            else { return nil }
            return .illegal(ground: ground, explanation: explanation)
        case .incompatible:
            let isIllegal = choice(.contractIllegal, of: Answer.self).map { $0 == .yes }
            guard let ground = text(.contractGround, isRequired: true),
                let explanation = text(.contractExplanation, isRequired: true)
            else { return nil }
            return .incompatible(ground: ground, explanation: explanation, isIllegal: isIllegal)
        case nil: return nil
        }
    }

    mutating func facts() -> StatementOfReasons.PlatformFacts? {
        let (puid, posted) = (text(.puid, isRequired: true), text(.contentDate, isRequired: true))
        let (since, territory) = (text(.applicationDate, isRequired: true), texts(.scope))
        let source = choice(.source, of: StatementOfReasons.Source.self, isRequired: true)
        let automated = choice(.automatedDecision, of: StatementOfReasons.AutomatedDecision.self, isRequired: true)
        let category = choice(.category, of: StatementOfReasons.Category.self, isRequired: true)
        let specification: [StatementOfReasons.Keyword] = choices(.specification)
        let more = (
            identity: text(.sourceIdentity), other: text(.specificationOther), url: text(.groundURL),
            language: text(.language)
        )
        let account = choice(.accountType, of: StatementOfReasons.AccountType.self)
        guard let puid, let posted, let since, let source, let automated, let category else { return nil }
        var facts = StatementOfReasons.PlatformFacts(
            puid: puid, contentDate: posted, applicationDate: since, territory: Set(territory), source: source,
            automatedDecision: automated, category: category)
        facts.specification = specification
        facts.sourceIdentity = more.identity
        facts.specificationOther = more.other
        facts.groundURL = more.url
        facts.contentLanguage = more.language
        facts.accountType = account
        return facts
    }

    mutating func finish() -> [StatementProblems.Problem] {
        for name in object.keys.sorted() where !known.contains(name) {
            problems.append(
                .init(name, Self.ours.contains(name) ? "It follows from the match; leave it out." : "It is not known."))
        }
        return problems
    }

    // MARK: Values

    private mutating func fail(_ key: Key, _ sentence: String) { problems.append(.init(key.rawValue, sentence)) }

    private mutating func value(_ key: Key) -> Any? {
        known.insert(key.rawValue)
        return object[key.rawValue]
    }

    private mutating func text(_ key: Key, isRequired: Bool = false) -> String? {
        guard let value = value(key) else {
            if isRequired { fail(key, "It is missing.") }
            return nil
        }
        guard let text = value as? String else {
            fail(key, "It must be text.")
            return nil
        }
        return text
    }

    private mutating func texts(_ key: Key) -> [String] {
        guard let value = value(key) else { return [] }
        guard let texts = value as? [String] else {
            fail(key, "It must be a list of texts.")
            return []
        }
        return texts
    }

    private mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: Key, of type: Choice.Type = Choice.self, isRequired: Bool = false
    ) -> Choice? {
        guard let word = text(key, isRequired: isRequired) else { return nil }
        return chosen(word, key)
    }

    private mutating func choices<Choice: RawRepresentable<String> & CaseIterable>(_ key: Key) -> [Choice] {
        texts(key).compactMap { chosen($0, key) }
    }

    private mutating func chosen<Choice: RawRepresentable<String> & CaseIterable>(_ word: String, _ key: Key) -> Choice?
    {
        if let choice = Choice(rawValue: word) { return choice }
        fail(key, "It is one of \(Choice.allCases.map(\.rawValue).joined(separator: ", ")).")
        return nil
    }
}
