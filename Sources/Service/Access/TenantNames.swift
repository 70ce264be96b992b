internal import Records

/// The names of one tenant's videos and creators among all names of a home.
///
/// A home knows one space of names; two tenants may each have a `clip.mp4`. So the service keeps those of every
/// tenant but `default` under `TENANT//NAME`, and neither takes nor shows the prefix: nobody can name what is
/// another tenant's. `TenantScope` in Records keeps their pictures from being matched with each other.
struct TenantNames: Sendable, Equatable {
    var tenant: String

    private var prefix: String { TenantScope.prefix(of: tenant) }

    /// As the home knows it.
    func inner(_ name: String) -> String { prefix + name }

    /// As the tenant knows it; nil when it is not the tenant's.
    func outer(_ name: String) -> String? {
        guard !prefix.isEmpty else { return TenantScope.tenant(of: name) == nil ? name : nil }
        return name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
    }

    /// Whether the tenant may give something this name.
    static func isAcceptable(_ name: String) -> Bool {
        !name.isEmpty && !name.contains(TenantScope.separator)
            && !name.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    }

    static func isTenant(_ name: String) -> Bool {
        (1...40).contains(name.utf8.count)
            && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
