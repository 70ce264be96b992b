internal import FingerprintIndex
public import Records

/// A statement of reasons (Regulation (EU) 2022/2065, Articles 17 and 24(5)) about a decision on a match, as the DSA
/// Transparency Database's API takes it (API documentation, version 2, in force since 1 July 2025).
///
/// Moiré knows the match; the platform knows everything else. `init` fills in what follows from a `match.edge`, takes the
/// rest as given, and refuses what the database would refuse. No name, account or video id goes in: the database is
/// public, and the platform's own records are reached by `puid`.
public struct StatementOfReasons: Sendable, Equatable, Encodable {
    public var decision: Decision
    public var ground: Ground
    public var facts: PlatformFacts
    /// What was seen, in sentences: `decision_facts`.
    public var decisionFacts: String
    /// What the match is of.
    public var contentTypes: [ContentType]

    /// - Parameter event: a `match.edge`: the later video is what the decision is about.
    /// - Throws: `StatementProblem`s with every field that the database would refuse.
    public init(about event: Event, decision: Decision, ground: Ground, facts: PlatformFacts) throws(StatementProblems)
    {
        guard case .matchEdge(let edge) = event.body else {
            throw StatementProblems([
                .init("decision_facts", "A statement is about a match; this event is \(event.type.rawValue).")
            ])
        }
        self.decision = decision
        self.ground = ground
        self.facts = facts
        decisionFacts = MatchFacts(edge, reviewed: facts.automatedDecision != .fully).sentences
        contentTypes =
            edge.match.modality == .audio ? [.audio] : edge.match.modality == .video ? [.video] : [.audio, .video]
        let problems = StatementRules.problems(of: self)
        guard problems.isEmpty else { throw StatementProblems(problems) }
    }

    /// One line, keys sorted: the body of a `POST` to the API's `statement`.
    public func json() throws -> String { try CanonicalJSON.string(self) }

    // MARK: JSON

    enum Keys: String, CodingKey, CaseIterable {
        case visibility = "decision_visibility"
        case visibilityOther = "decision_visibility_other"
        case visibilityEnd = "end_date_visibility_restriction"
        case monetary = "decision_monetary"
        case monetaryOther = "decision_monetary_other"
        case monetaryEnd = "end_date_monetary_restriction"
        case provision = "decision_provision"
        case provisionEnd = "end_date_service_restriction"
        case account = "decision_account"
        case accountEnd = "end_date_account_restriction"
        case accountType = "account_type"
        case ground = "decision_ground"
        case groundURL = "decision_ground_reference_url"
        case legalGround = "illegal_content_legal_ground"
        case legalExplanation = "illegal_content_explanation"
        case contractGround = "incompatible_content_ground"
        case contractExplanation = "incompatible_content_explanation"
        case contractIllegal = "incompatible_content_illegal"
        case contentType = "content_type"
        case category
        case specification = "category_specification"
        case specificationOther = "category_specification_other"
        case scope = "territorial_scope"
        case language = "content_language"
        case contentDate = "content_date"
        case applicationDate = "application_date"
        case decisionFacts = "decision_facts"
        case source = "source_type"
        case sourceIdentity = "source_identity"
        case automatedDetection = "automated_detection"
        case automatedDecision = "automated_decision"
        case puid
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        if !decision.visibility.isEmpty {
            try container.encode(decision.visibility.sorted { $0.rawValue < $1.rawValue }, forKey: .visibility)
        }
        try container.encodeIfPresent(decision.visibilityOther, forKey: .visibilityOther)
        try container.encodeIfPresent(decision.visibilityEnd, forKey: .visibilityEnd)
        try container.encodeIfPresent(decision.monetary, forKey: .monetary)
        try container.encodeIfPresent(decision.monetaryOther, forKey: .monetaryOther)
        try container.encodeIfPresent(decision.monetaryEnd, forKey: .monetaryEnd)
        try container.encodeIfPresent(decision.provision, forKey: .provision)
        try container.encodeIfPresent(decision.provisionEnd, forKey: .provisionEnd)
        try container.encodeIfPresent(decision.account, forKey: .account)
        try container.encodeIfPresent(decision.accountEnd, forKey: .accountEnd)
        try container.encodeIfPresent(facts.accountType, forKey: .accountType)
        switch ground {
        case .illegal(let ground, let explanation):
            try container.encode("DECISION_GROUND_ILLEGAL_CONTENT", forKey: .ground)
            try container.encode(ground, forKey: .legalGround)
            try container.encode(explanation, forKey: .legalExplanation)
        case .incompatible(let ground, let explanation, let isIllegal):
            try container.encode("DECISION_GROUND_INCOMPATIBLE_CONTENT", forKey: .ground)
            try container.encode(ground, forKey: .contractGround)
            try container.encode(explanation, forKey: .contractExplanation)
            try container.encodeIfPresent(isIllegal.map { $0 ? "Yes" : "No" }, forKey: .contractIllegal)
        }
        try container.encodeIfPresent(facts.groundURL, forKey: .groundURL)
        try container.encode(contentTypes, forKey: .contentType)
        try container.encode(facts.category, forKey: .category)
        if !facts.specification.isEmpty { try container.encode(facts.specification, forKey: .specification) }
        try container.encodeIfPresent(facts.specificationOther, forKey: .specificationOther)
        try container.encode(facts.territory.sorted(), forKey: .scope)
        try container.encodeIfPresent(facts.contentLanguage, forKey: .language)
        try container.encode(facts.contentDate, forKey: .contentDate)
        try container.encode(facts.applicationDate, forKey: .applicationDate)
        try container.encode(decisionFacts, forKey: .decisionFacts)
        try container.encode(facts.source, forKey: .source)
        try container.encodeIfPresent(facts.sourceIdentity, forKey: .sourceIdentity)
        // The match was found by this program.
        try container.encode("Yes", forKey: .automatedDetection)
        try container.encode(facts.automatedDecision, forKey: .automatedDecision)
        try container.encode(facts.puid, forKey: .puid)
    }
}
