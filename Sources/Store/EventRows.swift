internal import FingerprintIndex
internal import FoundationEssentials
internal import Records
internal import SQL

/// Events, from and to rows.
enum EventRows {
    /// False when the event is there already: the same event is one event.
    @discardableResult
    static func insert(_ event: Event, _ db: any SQLSession) throws -> Bool {
        let key = Key(event.body)
        let changed = try db.execute(
            HistorySQL.insertEvent(db.engine),
            [
                event.eventID, event.type.rawValue, event.tenant, key.video, key.otherVideo, key.creator,
                key.otherCreator, key.subject, try CanonicalJSON.string(event),
            ])
        return changed > 0
    }

    static func events(_ db: any SQLSession, where condition: String, _ arguments: [any SQLColumn]) throws
        -> [StoredEvent]
    {
        try db.rows("SELECT sequence, event FROM events WHERE \(condition)", arguments).map {
            row in
            let text: String = try row["event"]
            return try StoredEvent(
                sequence: row["sequence"], event: try CanonicalJSON.decode(Event.self, from: Data(text.utf8)))
        }
    }

    /// What an event can be found by.
    private struct Key {
        var video: String?
        var otherVideo: String?
        var creator: String?
        var otherCreator: String?
        var subject: String?

        init(_ body: Event.Body) {
            switch body {
            case .videoObserved(let body):
                video = body.video.videoID
                creator = body.video.creator
            case .videoFeatures(let body):
                video = body.videoID
                creator = body.creator
            case .matchEdge(let body):
                video = body.match.query
                otherVideo = body.match.reference
                creator = body.queryCreator
                otherCreator = body.referenceCreator
            case .matchSearched(let body):
                video = body.videoID
                creator = body.creator
            case .reversal(let body):
                subject = body.eventID
            case .decision(let body):
                subject = body.eventID
            }
        }
    }
}
