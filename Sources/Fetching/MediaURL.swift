internal import CCurl

/// A URL that media may be fetched from, taken apart by the library that will fetch it: what is judged and what is asked
/// for are the same.
public struct MediaURL: Sendable, Equatable {
    public enum Scheme: String, Sendable {
        case http, https
    }

    public let scheme: Scheme
    /// As curl spells it: odd numbers as plain addresses, IPv6 in brackets, percent escapes resolved.
    public let host: String
    /// The whole URL without its fragment.
    public let text: String
    /// Scheme, host, port and path: what may stand in a log.
    public let shown: String

    /// Whether a job's path is a URL rather than a file's name. No absolute path begins like this.
    public static func isURL(_ path: String) -> Bool {
        let start = path.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    /// - Throws: `urlRefused` for everything but `http` and `https`, for user names and passwords, and for what is no URL.
    public init(_ given: String) throws(FetchError) { try self.init(given, from: nil) }

    /// - Parameter base: what a redirect's target, which may be a part of a URL, is understood from.
    init(_ given: String, from base: MediaURL?) throws(FetchError) {
        guard given.utf8.count <= FetchLimits.urlBytesMax else {
            throw FetchError(
                .urlRefused, "The URL has \(given.utf8.count) bytes; the limit is \(FetchLimits.urlBytesMax).")
        }
        guard let parts = unsafe curl_url() else { throw FetchError(.resources, "No memory for a URL.") }
        defer { unsafe curl_url_cleanup(parts) }
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME)
        if let base { _ = unsafe curl_url_set(parts, CURLUPART_URL, base.text, flags) }
        guard unsafe given.withCString({ unsafe curl_url_set(parts, CURLUPART_URL, $0, flags) }) == CURLUE_OK,
            let name = unsafe Self.part(parts, CURLUPART_SCHEME), let host = unsafe Self.part(parts, CURLUPART_HOST)
        else { throw FetchError(.urlRefused, "This is no URL: \(Self.withoutQuery(given)).") }
        guard let scheme = Scheme(rawValue: name.lowercased()) else {
            throw FetchError(.urlRefused, "Only http and https URLs are fetched, not \(name).")
        }
        if unsafe Self.part(parts, CURLUPART_USER) != nil || Self.part(parts, CURLUPART_PASSWORD) != nil {
            throw FetchError(.urlRefused, "A URL with a user name or password is not fetched, for it would be kept.")
        }
        _ = unsafe curl_url_set(parts, CURLUPART_FRAGMENT, nil, 0)
        guard !host.isEmpty, let text = unsafe Self.part(parts, CURLUPART_URL) else {
            throw FetchError(.urlRefused, "The URL names no host.")
        }
        self.scheme = scheme
        self.host = host
        self.text = text
        shown = Self.withoutQuery(text)
    }

    @unsafe private static func part(_ parts: OpaquePointer, _ what: CURLUPart) -> String? {
        var found: UnsafeMutablePointer<CChar>?
        guard unsafe curl_url_get(parts, what, &found, 0) == CURLUE_OK, let found = unsafe found else { return nil }
        defer { unsafe curl_free(found) }
        return unsafe String(cString: found)
    }

    /// Also without a user name, for URLs that were not taken apart.
    static func withoutQuery(_ text: String) -> String {
        let whole = String(text.prefix { $0 != "?" && $0 != "#" }.prefix(300))
        guard let scheme = whole.firstRange(of: "://"),
            let at = whole[scheme.upperBound...].prefix(while: { $0 != "/" }).lastIndex(of: "@")
        else { return whole }
        return String(whole[..<scheme.upperBound] + whole[whole.index(after: at)...])
    }
}
