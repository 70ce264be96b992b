extension StatementOfReasons {
    /// What was decided: at least one of the four restrictions.
    public struct Decision: Sendable, Equatable {
        public enum Visibility: String, Sendable, Encodable, CaseIterable {
            case removed = "DECISION_VISIBILITY_CONTENT_REMOVED"
            case disabled = "DECISION_VISIBILITY_CONTENT_DISABLED"
            case demoted = "DECISION_VISIBILITY_CONTENT_DEMOTED"
            case ageRestricted = "DECISION_VISIBILITY_CONTENT_AGE_RESTRICTED"
            case interactionRestricted = "DECISION_VISIBILITY_CONTENT_INTERACTION_RESTRICTED"
            case labelled = "DECISION_VISIBILITY_CONTENT_LABELLED"
            case other = "DECISION_VISIBILITY_OTHER"
        }

        public enum Monetary: String, Sendable, Encodable, CaseIterable {
            case suspension = "DECISION_MONETARY_SUSPENSION"
            case termination = "DECISION_MONETARY_TERMINATION"
            case other = "DECISION_MONETARY_OTHER"
        }

        public enum Provision: String, Sendable, Encodable, CaseIterable {
            case partialSuspension = "DECISION_PROVISION_PARTIAL_SUSPENSION"
            case totalSuspension = "DECISION_PROVISION_TOTAL_SUSPENSION"
            case partialTermination = "DECISION_PROVISION_PARTIAL_TERMINATION"
            case totalTermination = "DECISION_PROVISION_TOTAL_TERMINATION"
        }

        public enum Account: String, Sendable, Encodable, CaseIterable {
            case suspended = "DECISION_ACCOUNT_SUSPENDED"
            case terminated = "DECISION_ACCOUNT_TERMINATED"
        }

        public var visibility: Set<Visibility> = []
        /// Required with, and only with, `.other`; 500 characters at most.
        public var visibilityOther: String?
        public var monetary: Monetary?
        public var monetaryOther: String?
        public var provision: Provision?
        public var account: Account?
        /// `YYYY-MM-DD`; nil for a restriction without an end.
        public var visibilityEnd: String?
        public var monetaryEnd: String?
        public var provisionEnd: String?
        public var accountEnd: String?

        public init(visibility: Set<Visibility> = []) { self.visibility = visibility }
    }

    /// On what the decision stands: law, or the platform's terms. 500 and 2000 characters at most.
    public enum Ground: Sendable, Equatable {
        case illegal(ground: String, explanation: String)
        case incompatible(ground: String, explanation: String, isIllegal: Bool? = nil)
    }

    public enum ContentType: String, Sendable, Encodable, CaseIterable {
        case audio = "CONTENT_TYPE_AUDIO"
        case video = "CONTENT_TYPE_VIDEO"
    }

    public enum Category: String, Sendable, Encodable, CaseIterable {
        case animalWelfare = "STATEMENT_CATEGORY_ANIMAL_WELFARE"
        case consumerInformation = "STATEMENT_CATEGORY_CONSUMER_INFORMATION"
        case cyberViolence = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
        case cyberViolenceAgainstWomen = "STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN"
        case dataProtection = "STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS"
        case speech = "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
        case intellectualProperty = "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS"
        case civicDiscourse = "STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"
        case notSpecified = "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE"
        case otherTerms = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
        case minors = "STATEMENT_CATEGORY_PROTECTION_OF_MINORS"
        case publicSecurity = "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
        case scams = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"
        case selfHarm = "STATEMENT_CATEGORY_SELF_HARM"
        case products = "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"
        case violence = "STATEMENT_CATEGORY_VIOLENCE"
    }

    /// Those of the database's keywords that a copied video can be about; it has some seventy more.
    public enum Keyword: String, Sendable, Encodable, CaseIterable {
        case copyright = "KEYWORD_COPYRIGHT_INFRINGEMENT"
        case design = "KEYWORD_DESIGN_INFRINGEMENT"
        case geographicIndications = "KEYWORD_GEOGRAPHIC_INDICATIONS_INFRINGEMENT"
        case patent = "KEYWORD_PATENT_INFRINGEMENT"
        case tradeSecret = "KEYWORD_TRADE_SECRET_INFRINGEMENT"
        case trademark = "KEYWORD_TRADEMARK_INFRINGEMENT"
        case other = "KEYWORD_OTHER"
    }

    public enum Source: String, Sendable, Encodable, CaseIterable {
        case article16 = "SOURCE_ARTICLE_16"
        case trustedFlagger = "SOURCE_TRUSTED_FLAGGER"
        case otherNotification = "SOURCE_TYPE_OTHER_NOTIFICATION"
        case voluntary = "SOURCE_VOLUNTARY"
    }

    public enum AutomatedDecision: String, Sendable, Encodable, CaseIterable {
        case fully = "AUTOMATED_DECISION_FULLY"
        case partially = "AUTOMATED_DECISION_PARTIALLY"
        case notAutomated = "AUTOMATED_DECISION_NOT_AUTOMATED"
    }

    public enum AccountType: String, Sendable, Encodable, CaseIterable {
        case business = "ACCOUNT_TYPE_BUSINESS"
        case personal = "ACCOUNT_TYPE_PRIVATE"
    }

    /// What the platform knows and Moiré cannot.
    public struct PlatformFacts: Sendable, Equatable {
        /// The statement's own id with the platform, never used again: letters, digits, `-`, `_`; 500 at most.
        public var puid: String
        /// When the content was posted, `YYYY-MM-DD`, since 2000.
        public var contentDate: String
        /// From when the decision holds, `YYYY-MM-DD`, since 2020.
        public var applicationDate: String
        /// Two-letter codes of EU and EEA countries, one at least.
        public var territory: Set<String>
        public var source: Source
        /// Not of a natural person; 500 characters at most. The database passes it over for `.voluntary`.
        public var sourceIdentity: String?
        public var automatedDecision: AutomatedDecision
        public var category: Category
        public var specification: [Keyword] = []
        /// Goes with `.other`; 500 characters at most.
        public var specificationOther: String?
        /// Terms or law that the decision stands on.
        public var groundURL: String?
        /// Two upper-case letters (ISO 639-1).
        public var contentLanguage: String?
        public var accountType: AccountType?

        public init(
            puid: String, contentDate: String, applicationDate: String, territory: Set<String>, source: Source,
            automatedDecision: AutomatedDecision, category: Category
        ) {
            self.puid = puid
            self.contentDate = contentDate
            self.applicationDate = applicationDate
            self.territory = territory
            self.source = source
            self.automatedDecision = automatedDecision
            self.category = category
        }

        /// The countries of the Union, and with Iceland, Liechtenstein and Norway those of the Economic Area.
        public static let union: Set<String> = [
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
            "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
        ]
        public static let economicArea: Set<String> = union.union(["IS", "LI", "NO"])
    }
}
