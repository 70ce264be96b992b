/// What a token lets its bearer do. Each is separate: a reviewer's token submits nothing.
public enum Scope: String, Sendable, Codable, CaseIterable {
    /// Jobs, uploads, webhooks of the tenant.
    case submit
    /// Lookups, explanations, and reading banks and references.
    case lookup
    /// Profiles, events, cases, reversals.
    case review
    /// Banks and references, tokens, the audit log, the fleet.
    case admin
}

/// Who is asking, as their token says.
public struct Identity: Sendable, Equatable {
    public var tokenID: String
    /// For people; decisions and the audit log carry it.
    public var name: String
    public var tenant: String
    public var scopes: Set<Scope>

    public func may(_ scope: Scope) -> Bool { scopes.contains(scope) }
}
