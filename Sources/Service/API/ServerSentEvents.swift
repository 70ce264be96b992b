internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Records

/// A response that goes on: server-sent events (WHATWG HTML, 9.2), one after another as they happen.
enum ServerSentEvents {
    /// Silence after which a comment is sent, so that proxies keep the connection and a vanished caller is noticed.
    static let heartbeatSeconds = 15.0

    struct Message: Sendable {
        var event: String
        /// Where a caller that was cut off goes on; it comes back as `Last-Event-ID`.
        var id: String?
        /// One line.
        var data: String
    }

    /// - Parameter next: what has happened since the last call; nil ends the stream. Called every `every` seconds.
    static func response(
        room: WaitingRoom, every seconds: Double, _ next: @escaping @Sendable () async throws -> [Message]?
    ) -> Response {
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store"]
        // Proxies that gather answers are told not to.
        headers[.init("X-Accel-Buffering")!] = "no"
        let body = ResponseBody { writer in
            try await room.run("event streams") {
                var lastWord = ContinuousClock.now
                while !Task.isCancelled, let messages = try await next() {
                    for message in messages {
                        try await writer.write(ByteBuffer(string: text(of: message)))
                        lastWord = .now
                    }
                    if .now - lastWord > .seconds(heartbeatSeconds) {
                        try await writer.write(ByteBuffer(string: ": still here\n\n"))
                        lastWord = .now
                    }
                    try await Task.sleep(for: .seconds(seconds))
                }
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func text(of message: Message) -> String {
        (message.id.map { "id: \($0)\n" } ?? "") + "event: \(message.event)\ndata: \(message.data)\n\n"
    }

    static func isWanted(_ request: Request) -> Bool {
        request.headers[.accept]?.contains("text/event-stream") == true
    }
}
