internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// The pictures that pages show: frames and spectrograms, decoded in the sandbox and kept.
struct EvidenceFiles: Sendable {
    let console: ConsoleDesk

    var all: [Endpoint] {
        let root = ConsoleAddress.root
        return [
            Endpoint(.get, "\(root)/frames/:video/:at/:side", nil) { try await frame($0, $1) },
            Endpoint(.get, "\(root)/sounds/:video/:from/:to", nil) { try await sound($0, $1) },
        ]
    }

    private func frame(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let at = context.part("at").flatMap { Int($0) } ?? -1
        let side = context.part("side").flatMap { Int($0) } ?? 0
        guard (0...31_536_000_000).contains(at), EvidenceFolder.sides.contains(side) else {
            throw Problem.notFound("such picture")
        }
        return try await picture(context) { media, evidence in evidence.frame(media, milliseconds: at, side: side) }
    }

    private func sound(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard let from = context.part("from").flatMap({ Int($0) }), let to = context.part("to").flatMap({ Int($0) }),
            abs(from) < 1_000_000_000, from < to, to - from <= 600_000
        else { throw Problem.notFound("such picture") }
        return try await picture(context) { media, evidence in evidence.spectrogram(media, from: from, to: to) }
    }

    private func picture(
        _ context: ServiceContext,
        _ make: @escaping @Sendable (EvidenceFolder.Media, EvidenceFolder) -> Data?
    ) async throws -> Response {
        let identity = try context.require(.review)
        let video = context.part("video") ?? ""
        guard TenantNames.isAcceptable(video) else { throw Problem.notFound("such video") }
        let inner = TenantNames(tenant: identity.tenant).inner(video)
        let data = try await console.gallery.run { [console] () -> Data? in
            guard let media = try console.media(of: inner) else { return nil }
            try console.note(identity, sees: video)
            return make(media, console.evidence)
        }
        guard let data else { throw Problem.notFound("picture of \(video.prefix(200)) at hand") }
        // For this reviewer's browser alone, and no longer than a shift.
        return .bytes(data, type: "image/png", headers: [.cacheControl: "private, max-age=3600"])
    }
}
