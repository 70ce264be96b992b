internal import CCurl
internal import Glibc

/// One request and its answer, through libcurl: a body that is wanted, or a message that is sent. Follows nothing by
/// itself.
///
/// Belongs to the thread that runs it; curl calls back on that thread alone.
@safe final class Transfer {
    /// What the server said, and what it wants next.
    struct Answer {
        var status: Int
        /// As the server wrote it; nil where it names none.
        var redirect: String?
        var retryAfterSeconds: Double
        /// Written to the file.
        var bytes: Int64
    }

    private let url: MediaURL
    private let policy: FetchPolicy
    private let limits: FetchLimits
    private let isCancelled: () -> Bool
    private let handle: UnsafeMutableRawPointer
    /// Where the answer's body goes; nil where it is of no interest.
    private let file: NamelessFile?
    private let message: Message?

    /// What is sent with POST.
    struct Message {
        /// `Name: value` each.
        var headers: [String]
        var body: [UInt8]
    }

    private var bytes: Int64 = 0
    private var headerBytes = 0
    private var isUnwanted = false
    private var refused: HostAddress?
    private var socketErrno: Int32 = 0
    private var failure: FetchError?

    /// curl prepares itself once a process.
    private static let isReady = curl_global_init(moire_curl_global_default) == CURLE_OK
    /// Between two looks at the free space of the disk, bytes.
    private static let roomCheckBytes: Int64 = 64 << 20

    init(
        _ url: MediaURL, into file: NamelessFile?, sending message: Message? = nil, policy: FetchPolicy,
        limits: FetchLimits, isCancelled: @escaping () -> Bool
    ) throws(FetchError) {
        guard Self.isReady, let handle = unsafe curl_easy_init() else {
            throw FetchError(.resources, "No memory for a fetch.")
        }
        unsafe self.handle = handle
        self.url = url
        self.file = file
        self.message = message
        self.policy = policy
        self.limits = limits
        self.isCancelled = isCancelled
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    /// - Parameter seconds: until when it must have ended.
    /// - Parameter names: `host:port:address` each, in place of the resolver's word.
    /// - Parameter authorities: a file of certificates, in place of the system's.
    func run(seconds: Double, names: [String], authorities: String?) throws(FetchError) -> Answer {
        let pinned = unsafe names.reduce(UnsafeMutablePointer<curl_slist>?.none) { list, name in
            unsafe curl_slist_append(list, name)
        }
        defer { unsafe curl_slist_free_all(pinned) }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe moire_curl_set_list(handle, CURLOPT_RESOLVE, pinned)
        if let authorities { unsafe moire_curl_set_text(handle, CURLOPT_CAINFO, authorities) }
        unsafe configure(seconds: seconds, context)
        let headers = unsafe (message?.headers ?? []).reduce(UnsafeMutablePointer<curl_slist>?.none) { list, line in
            unsafe curl_slist_append(list, line)
        }
        defer { unsafe curl_slist_free_all(headers) }
        if let message {
            unsafe moire_curl_set_list(handle, CURLOPT_HTTPHEADER, headers)
            unsafe moire_curl_set_long(handle, CURLOPT_POSTFIELDSIZE, message.body.count)
            // Copied by curl, so the bytes need not outlive the call.
            _ = unsafe message.body.withUnsafeBytes { bytes in
                unsafe moire_curl_set_context(
                    handle, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
        }
        let code = unsafe curl_easy_perform(handle)
        let status = number(CURLINFO_RESPONSE_CODE)
        if let failure { throw failure }
        if code != CURLE_OK, !isUnwanted { throw error(of: code) }
        var location: UnsafeMutablePointer<curl_header>?
        let isThere = unsafe curl_easy_header(handle, "Location", 0, UInt32(CURLH_HEADER), -1, &location) == CURLHE_OK
        return Answer(
            status: status,
            redirect: isThere ? unsafe location.map { unsafe String(cString: $0.pointee.value) } : nil,
            retryAfterSeconds: Double(offset(CURLINFO_RETRY_AFTER)), bytes: bytes)
    }
}

extension Transfer {
    private func configure(seconds: Double, _ context: UnsafeMutableRawPointer) {
        let milliseconds = { (seconds: Double) in Int(max(1, min(seconds, 1e6) * 1000)) }
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_NOSIGNAL, 1),
            (CURLOPT_FOLLOWLOCATION, 0),  // each redirect is judged as a URL of its own
            (CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits.connectSeconds)),
            (CURLOPT_TIMEOUT_MS, milliseconds(seconds)),
            (CURLOPT_LOW_SPEED_LIMIT, limits.stallBytesPerSecond), (CURLOPT_LOW_SPEED_TIME, limits.stallSeconds),
            (CURLOPT_FORBID_REUSE, 1), (CURLOPT_NOPROGRESS, 0),
            (CURLOPT_QUICK_EXIT, 1),  // a resolver that hangs is left behind, not waited for
        ]
        for (option, value) in numbers { unsafe moire_curl_set_long(handle, option, value) }
        let texts = [
            (CURLOPT_URL, url.text), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_USERAGENT, "moire"),
            // A proxy would connect where nobody has looked; the environment's are not asked.
            (CURLOPT_PROXY, ""), (CURLOPT_NOPROXY, "*"),
        ]
        for (option, value) in texts { unsafe moire_curl_set_text(handle, option, value) }
        for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_XFERINFODATA, CURLOPT_OPENSOCKETDATA] {
            unsafe moire_curl_set_context(handle, option, context)
        }
        unsafe moire_curl_on_socket(handle) { context, _, address in
            guard let context = unsafe context, let address = unsafe address else { return moire_curl_socket_bad }
            return unsafe Transfer.at(context).socket(address)
        }
        unsafe moire_curl_on_progress(handle) { context, _, _, _, _ in
            guard let context = unsafe context else { return 1 }
            return unsafe Transfer.at(context).isCancelled() ? 1 : 0
        }
        unsafe moire_curl_on_bytes(handle, CURLOPT_HEADERFUNCTION) { _, size, count, context in
            guard let context = unsafe context else { return 0 }
            return unsafe Transfer.at(context).header(size * count)
        }
        unsafe moire_curl_on_bytes(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let context = unsafe context else { return 0 }
            return unsafe Transfer.at(context).body(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    @unsafe private static func at(_ context: UnsafeMutableRawPointer) -> Transfer {
        unsafe Unmanaged.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: What curl asks

    /// The one door: what is judged here is the address that the socket will be connected to.
    @unsafe private func socket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let facts = unsafe address.pointee
        guard
            let host = unsafe HostAddress(moire_curl_address(address), length: Int(facts.addrlen)),
            policy.allows(host, for: url.host)
        else {
            refused =
                unsafe HostAddress(moire_curl_address(address), length: Int(facts.addrlen))
                ?? HostAddress(bytes: [0, 0, 0, 0])
            return moire_curl_socket_bad
        }
        let raw = Glibc.socket(facts.family, facts.socktype | Int32(SOCK_CLOEXEC.rawValue), facts.protocol)
        if raw < 0 { socketErrno = errno }
        return raw
    }

    private func header(_ count: Int) -> Int {
        headerBytes += count
        guard headerBytes <= limits.headerBytesMax else {
            failure = FetchError(
                .headersExceeded, "\(url.shown) answers with more than \(limits.headerBytesMax) bytes of headers.")
            return 0
        }
        return count
    }

    /// The body's next part; another number than its size ends the transfer.
    @unsafe private func body(_ part: UnsafeRawBufferPointer) -> Int {
        guard let file, Fetcher.isSuccess(number(CURLINFO_RESPONSE_CODE)) else {
            isUnwanted = true
            return part.count == 0 ? 1 : 0
        }
        do throws(FetchError) {
            let announced = offset(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
            let total = max(bytes + Int64(part.count), announced)
            guard total <= limits.bytesMax else {
                throw FetchError(
                    .bytesExceeded, bytes: total,
                    "\(url.shown) has \(announced > 0 ? "" : "more than ")\(announced > 0 ? announced : limits.bytesMax) "
                        + "bytes; the limit is \(limits.bytesMax).")
            }
            if bytes == 0 {
                try file.checkRoom(for: announced, reserve: limits.freeBytesMin)
            } else if bytes / Self.roomCheckBytes != (bytes + Int64(part.count)) / Self.roomCheckBytes {
                try file.checkRoom(for: Self.roomCheckBytes, reserve: limits.freeBytesMin)
            }
            unsafe try file.append(part)
            bytes += Int64(part.count)
            return part.count
        } catch {
            failure = error
            return part.count == 0 ? 1 : 0
        }
    }

    // MARK: What curl says

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe moire_curl_get_long(handle, info, &value)
        return value
    }

    private func offset(_ info: CURLINFO) -> Int64 {
        var value: curl_off_t = 0
        unsafe moire_curl_get_offset(handle, info, &value)
        return max(0, Int64(value))
    }

    private func error(of code: CURLcode) -> FetchError {
        let words = unsafe String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_CONNECT where refused != nil:
            let kind = refused.map { AddressKind($0).rawValue } ?? ""
            return FetchError(
                .urlRefused,
                "\(url.shown) is at an address that is not everybody's (\(kind)); nothing is fetched from there unless it "
                    + "is allowed.")
        case CURLE_COULDNT_CONNECT where [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(socketErrno):
            return FetchError(.resources, "No socket for a fetch: \(NamelessFile.text(of: socketErrno)).")
        case CURLE_ABORTED_BY_CALLBACK: return FetchError(.cancelled, "Stopped before the media was fetched.")
        case CURLE_OPERATION_TIMEDOUT:
            return FetchError(.timedOut, isPassing: true, bytes: bytes, "\(url.shown) is not fetched in time.")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return FetchError(.tls, "\(url.shown) cannot be trusted: \(words).")
        case CURLE_SSL_CACERT_BADFILE, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT:
            return FetchError(.resources, "This machine cannot fetch: \(words).")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            return FetchError(.failed, bytes: bytes, "\(url.shown) does not answer as HTTP: \(words).")
        default:
            return FetchError(.failed, isPassing: true, bytes: bytes, "\(url.shown) cannot be fetched: \(words).")
        }
    }
}
