import Foundation
import Testing

/// An upload over a socket of our own, whose body is sent as the test says.
final class SlowUpload {
    private let socket: Int32
    private let body: Data
    private var sent = 0

    init(to service: RunningService, path: String, key: String, body: Data) throws {
        let url = try #require(URL(string: service.address))
        self.body = body
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(try #require(url.port)).bigEndian)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        try write(
            Data(
                """
                POST \(path) HTTP/1.1\r
                Host: 127.0.0.1\r
                Authorization: Bearer \(service.token)\r
                Idempotency-Key: \(key)\r
                Content-Type: video/mp4\r
                Content-Length: \(body.count)\r
                \r

                """.utf8))
    }

    func send(upTo end: Int) throws {
        try write(body[sent..<end])
        sent = end
    }

    /// The head of the answer.
    func answer() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe read(socket, &bytes, 4096)
        try #require(count > 0)
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    func close() { _ = Glibc.close(socket) }

    private func write(_ data: Data) throws {
        var left = data[...]
        while !left.isEmpty {
            let count = unsafe left.withUnsafeBytes { bytes in
                unsafe Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw RunningService.Trouble(description: "the connection is gone: \(errno)") }
            left = left.dropFirst(count)
        }
    }
}
