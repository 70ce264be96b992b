/// Why media could not be fetched.
public struct FetchError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// The URL, or one that it led to, is of a kind or at an address that is not fetched from.
        case urlRefused = "url_refused"
        /// It led on and on.
        case redirectsExceeded = "over_limit_redirects"
        /// The body, by its announced or its real length.
        case bytesExceeded = "over_limit_bytes"
        case headersExceeded = "over_limit_headers"
        /// The server's certificate or its encryption.
        case tls = "tls_failed"
        /// The server answered with a status that is not success; see `status`.
        case status = "http_status"
        /// No name, no connection, or it broke.
        case failed = "fetch_failed"
        case timedOut = "fetch_timeout"
        /// The disk for fetched media has no room for this one.
        case noSpace = "no_space"
        /// This machine's own trouble: descriptors, memory, a folder that cannot be written.
        case resources = "fetch_resources"
        /// Stopped on request.
        case cancelled
    }

    public var code: Code
    /// Of HTTP; 0 unless `code` is `status`.
    public var status: Int
    /// Another time may go better.
    public var isPassing: Bool
    /// Seconds that the server asked to be left alone for; 0 for none.
    public var retryAfterSeconds: Double
    /// A whole sentence. URLs in it are without query, which may hold a signature.
    public var sentence: String
    /// Bytes of the body, as far as known.
    public var bytes: Int64

    public init(
        _ code: Code, status: Int = 0, isPassing: Bool = false, retryAfterSeconds: Double = 0, bytes: Int64 = 0,
        _ sentence: String
    ) {
        self.code = code
        self.status = status
        self.isPassing = isPassing
        self.retryAfterSeconds = retryAfterSeconds
        self.bytes = bytes
        self.sentence = sentence
    }

    /// Stable, for machines: the code, with the number of a status.
    public var reason: String { code == .status ? "\(code.rawValue)_\(status)" : code.rawValue }

    public var description: String { sentence }
}
