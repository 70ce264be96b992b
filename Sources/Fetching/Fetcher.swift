internal import Glibc

/// Fetches media over HTTP for a program that decodes strangers' uploads.
///
/// The body goes to a file without a name. Nothing is asked but what the policy allows, at the address that was judged;
/// proxies of the environment, cookies, credentials and caches are not used. May be called from any number of threads;
/// calls block.
public final class Fetcher: Sendable {
    public let policy: FetchPolicy
    public let limits: FetchLimits
    /// Where fetched media lie while they are used.
    public let folder: String
    /// `host:port:address` each, in place of the resolver's word; for tests.
    private let names: [String]
    /// A file of certificates to trust in place of the system's; for tests.
    private let authorities: String?

    public init(policy: FetchPolicy = .standard, limits: FetchLimits = .standard, folder: String) {
        self.policy = policy
        self.limits = limits
        self.folder = folder
        names = []
        authorities = nil
    }

    init(policy: FetchPolicy, limits: FetchLimits, folder: String, names: [String], authorities: String? = nil) {
        self.policy = policy
        self.limits = limits
        self.folder = folder
        self.names = names
        self.authorities = authorities
    }

    /// What a URL gave: an open file for reading, gone when it is closed.
    public struct Fetched: ~Copyable {
        /// For reading, at the beginning; close-on-exec.
        public let descriptor: Int32
        public let bytes: Int64

        deinit { close(descriptor) }

        /// The caller closes it.
        public consuming func release() -> Int32 {
            let raw = descriptor
            discard self
            return raw
        }
    }

    /// The body of a URL and of whatever it redirects to.
    ///
    /// - Parameter bytesMax: a lower limit than the fetcher's own.
    /// - Parameter isCancelled: asked about once a second; true ends the fetch with `cancelled`.
    public func fetch(
        _ url: String, bytesMax: Int64 = .max, isCancelled: @escaping () -> Bool = { false }
    ) throws(FetchError) -> Fetched {
        var limits = limits
        limits.bytesMax = min(limits.bytesMax, bytesMax)
        let deadline = ContinuousClock.now + .seconds(limits.totalSeconds)
        var next = try MediaURL(url)
        let file = try NamelessFile(in: folder)
        var redirects = 0
        while true {
            let left = (deadline - ContinuousClock.now) / .seconds(1)
            guard left > 0 else {
                throw FetchError(.timedOut, isPassing: true, "\(next.shown) is not fetched in time.")
            }
            let transfer = try Transfer(next, into: file, policy: policy, limits: limits, isCancelled: isCancelled)
            let answer = try transfer.run(seconds: left, names: names, authorities: authorities)
            if Self.isSuccess(answer.status) { return Fetched(descriptor: try file.reader(), bytes: answer.bytes) }
            guard let target = answer.redirect, Self.redirects.contains(answer.status) else {
                throw Self.error(of: answer, next)
            }
            redirects += 1
            guard redirects <= limits.redirectsMax else {
                throw FetchError(
                    .redirectsExceeded,
                    "\(next.shown) is the \(redirects)th redirect; the limit is \(limits.redirectsMax).")
            }
            let following = try MediaURL(target, from: next)
            guard next.scheme == .http || following.scheme == .https else {
                throw FetchError(.urlRefused, "\(next.shown) redirects from https to http.")
            }
            next = following
        }
    }

    /// Sends a message to a URL, under the same guard as `fetch`; redirects are not followed.
    ///
    /// - Parameter headers: `Name: value` each, without line breaks.
    /// - Returns: the status that the server answered with; its body is not looked at.
    public func post(_ url: String, headers: [String], body: [UInt8]) throws(FetchError) -> Int {
        let target = try MediaURL(url)
        precondition(!body.isEmpty, "an empty message")
        precondition(headers.allSatisfy { !$0.contains { $0.isNewline } }, "a header with a line break")
        let transfer = try Transfer(
            target, into: nil, sending: .init(headers: headers, body: body), policy: policy, limits: limits,
            isCancelled: { false })
        return try transfer.run(seconds: limits.totalSeconds, names: names, authorities: authorities).status
    }

    static let redirects: Set<Int> = [301, 302, 303, 307, 308]

    /// With the whole of the media: 206 would be a part, 204 nothing.
    static func isSuccess(_ status: Int) -> Bool { status == 200 || status == 203 }

    /// RFC 9110, RFC 6585: what may be different another time.
    private static func isPassing(_ status: Int) -> Bool { [408, 425, 429].contains(status) || status >= 500 }

    private static func error(of answer: Transfer.Answer, _ url: MediaURL) -> FetchError {
        FetchError(
            .status, status: answer.status, isPassing: isPassing(answer.status),
            retryAfterSeconds: answer.retryAfterSeconds, "\(url.shown) answers with status \(answer.status).")
    }
}
