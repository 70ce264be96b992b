/// Whose a video or creator is, where several tenants share a home: `TENANT//NAME`. Names without the separator
/// belong to the home's own tenant, `default`, and to catalogues that are everybody's to compare with.
public enum TenantScope {
    public static let separator = "//"
    /// The tenant whose names stand as they are.
    public static let plain = "default"

    /// The bank of everything that the home's own tenant ever submitted.
    public static let uploads = "uploads"

    /// The bank of everything that the tenant of a video or creator ever submitted.
    public static func uploads(besides name: String) -> String {
        tenant(of: name).map { prefix(of: String($0)) + uploads } ?? uploads
    }

    public static func prefix(of tenant: String) -> String { tenant == plain ? "" : tenant + separator }

    /// Nil for a plain name. A URL is a plain name: its separator follows a colon.
    public static func tenant(of name: String) -> Substring? {
        guard let place = name.firstRange(of: separator) else { return nil }
        let tenant = name[..<place.lowerBound]
        return tenant.isEmpty || tenant.hasSuffix(":") ? nil : tenant
    }

    /// Whether what two names stand for may be compared: they are of one tenant.
    public static func areComparable(_ a: String, _ b: String) -> Bool { tenant(of: a) == tenant(of: b) }
}
