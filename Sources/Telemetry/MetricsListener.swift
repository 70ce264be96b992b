internal import Glibc

/// Answers `GET /metrics` and `GET /livez` at one address, one request at a time, and nothing else.
///
/// Not a web server: it reads one line, answers, and closes. A caller that is slow, or says more than it should, is
/// let go; SIGPIPE is ignored in the process from here on, as it would end it when a caller leaves early.
struct MetricsListener {
    /// Of the request with all its headers; a scrape has some three hundred.
    static let requestBytesMax = 8192
    /// For a request as a whole.
    static let secondsMax = 5

    let socket: Int32
    let port: UInt16

    /// - Parameter address: `127.0.0.1:PORT`, or another IPv4 address of this machine for those who reach it, which
    ///   should be a scraper alone; port 0 takes a free one.
    init(_ address: String) throws(TelemetryError) {
        let parts = address.split(separator: ":", omittingEmptySubsequences: false)
        var host = in_addr()
        guard parts.count == 2, let port = UInt16(parts[1]), unsafe inet_pton(AF_INET, String(parts[0]), &host) == 1
        else {
            throw TelemetryError("\(address) is no address to listen at; it is like 127.0.0.1:9464")
        }
        guard let socket = Socket.listening(address: host, port: port) else {
            throw TelemetryError("cannot listen at \(address): \(unsafe String(cString: strerror(errno)))")
        }
        _ = signal(SIGPIPE, SIG_IGN)
        self.socket = socket
        self.port = Socket.port(of: socket)
    }

    /// Answers until the process ends.
    func serve(_ metrics: () -> String) {
        while true {
            let caller = accept(socket, nil, nil)
            guard caller >= 0 else {
                // Out of descriptors, or a caller that left: neither is a reason to spin.
                if errno != EINTR { usleep(100_000) }
                continue
            }
            Socket.limit(caller, seconds: 1)
            _ = Socket.writeAll(Self.answer(to: Self.request(from: caller), metrics), to: caller)
            // What the caller still sends is taken, so that it sees the answer and not a reset.
            shutdown(caller, Int32(SHUT_WR))
            close(caller)
        }
    }

    /// The request's head; nil when it is too long, too slow or cut off.
    private static func request(from caller: Int32) -> String? {
        var head: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1024)
        let end = ContinuousClock.now + .seconds(secondsMax)
        while head.count < requestBytesMax, ContinuousClock.now < end {
            let count = unsafe read(caller, &piece, 1024)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            head += piece[..<count]
            let text = String(decoding: head, as: UTF8.self)
            if text.contains("\r\n\r\n") || text.contains("\n\n") { return text }
        }
        return nil
    }

    static func answer(to request: String?, _ metrics: () -> String) -> [UInt8] {
        guard let line = request?.split(whereSeparator: \.isNewline).first else {
            return whole("400 Bad Request", "bad request\n")
        }
        let words = line.split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return whole("400 Bad Request", "bad request\n") }
        guard words[0] == "GET" else {
            return whole("405 Method Not Allowed", "only GET\n", more: "Allow: GET\r\n")
        }
        switch words[1].split(separator: "?").first {
        case "/metrics": return whole("200 OK", metrics(), type: Exposition.contentType)
        case "/livez": return whole("200 OK", "ok\n")
        default: return whole("404 Not Found", "there is /metrics and /livez\n")
        }
    }

    private static func whole(
        _ status: String, _ body: String, type: String = "text/plain; charset=utf-8", more: String = ""
    ) -> [UInt8] {
        Array(
            ("HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
                + "\(more)Connection: close\r\n\r\n\(body)").utf8)
    }
}
