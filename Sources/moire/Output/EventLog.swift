import FingerprintIndex
import Foundation
import Frames
import Interop
import Records
import Store

/// Lines of the log, page by page.
struct EventLog {
    let reader: StoreReader
    let isFlat: Bool
    let envelope: EventEnvelope
    let kinds: Set<Event.Body.Kind>
    let isText: Bool

    struct Line {
        var sequence: Int64
        var text: String
    }

    static let pageMax = 500

    func page(after sequence: Int64, limit: Int) throws -> [Line] {
        if isFlat {
            return try FlatEventFeed(reader).events(after: sequence, limit: limit).compactMap { event in
                guard case .integer(let place)? = event[.sequence] else { return nil }
                return Line(sequence: place, text: isText ? Self.sentence(event) : try wrapped(event))
            }
        }
        return try reader.events(after: sequence, types: kinds, limit: limit).map { stored in
            Line(
                sequence: stored.sequence,
                text: isText ? Self.sentence(stored) : try CanonicalJSON.string(PlacedEvent(stored)))
        }
    }

    private func wrapped(_ event: FlatEvent) throws -> String {
        switch envelope {
        case .none: try event.json()
        case .osprey: try OspreyAction(event).json()
        }
    }

    private static func sentence(_ stored: StoredEvent) -> String {
        let event = stored.event
        let what =
            switch event.body {
            case .videoObserved(let body): "\(body.video.videoID)  \(body.outcome.kind.rawValue)"
            case .videoFeatures(let body): "\(body.videoID)"
            case .matchEdge(let body):
                "\(body.match.query) is \(body.match.reference)  \(String(format: "%.3f", body.match.score))"
            case .matchSearched(let body): "\(body.videoID)  \(body.found) found among \(body.references)"
            case .reversal(let body): "\(body.eventID) by \(body.by): \(body.why)"
            case .decision(let body): "\(body.eventID) is \(body.verdict.rawValue) by \(body.by): \(body.why)"
            }
        return "\(stored.sequence)  \(event.observedAt)  \(event.type.rawValue)  \(what)"
    }

    private static func sentence(_ event: FlatEvent) -> String {
        func text(_ field: FlatEvent.Field) -> String? {
            switch event[field] {
            case .text(let text): text
            case .integer(let integer): "\(integer)"
            case .number(let number): String(format: "%.3f", number)
            case .flag(let flag): "\(flag)"
            case nil: nil
            }
        }
        let parts: [(String, FlatEvent.Field)] = [
            ("", .sequence), ("", .finishedAt), ("", .videoID), ("", .outcome), ("static ", .staticShare),
            ("quality ", .qualityScore), ("recapture ", .recaptureProbability), ("", .matchRole),
            ("of ", .matchVideoID),
            ("score ", .matchScore),
        ]
        return parts.compactMap { prefix, field in text(field).map { prefix + $0 } }.joined(separator: "  ")
    }
}

/// An event of the log with its place in it.
private struct PlacedEvent: Encodable {
    let stored: StoredEvent

    init(_ stored: StoredEvent) { self.stored = stored }

    private enum Keys: CodingKey { case sequence }

    func encode(to encoder: any Encoder) throws {
        try stored.event.encode(to: encoder)
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(stored.sequence, forKey: .sequence)
    }
}
