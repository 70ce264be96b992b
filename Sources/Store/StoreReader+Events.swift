public import Records
internal import SQL

/// An event and its place in the log.
public struct StoredEvent: Sendable, Equatable {
    /// Grows with every event; the order of commits, which differs from run to run.
    public var sequence: Int64
    public var event: Event
}

extension StoreReader {
    /// The log from a point on, in order.
    ///
    /// - Parameter types: only these; all when empty.
    /// - Parameter tenant: only this one's; everybody's when nil.
    public func events(
        after sequence: Int64 = 0, types: Set<Event.Body.Kind> = [], tenant: String? = nil, limit: Int = 1000
    ) throws(StoreError) -> [StoredEvent] {
        let wanted = (types.isEmpty ? Set(Event.Body.Kind.allCases) : types).map { "'\($0.rawValue)'" }.sorted()
        return try read("list events") { db in
            try EventRows.events(
                db,
                where: """
                    sequence > ? AND type IN (\(wanted.joined(separator: ",")))
                    AND (CAST(? AS TEXT) IS NULL OR tenant = ?) ORDER BY sequence LIMIT ?
                    """, [sequence, tenant, tenant, limit])
        }
    }

    /// Every event that names the creator: about a video of theirs, or a match at either end.
    public func events(ofCreator creator: String) throws(StoreError) -> [StoredEvent] {
        try read("list a creator's events") { db in
            try EventRows.events(db, where: "creator = ? OR other_creator = ? ORDER BY sequence", [creator, creator])
        }
    }

    /// Every event that names the video, at either end of a match.
    public func events(ofVideo video: String) throws(StoreError) -> [StoredEvent] {
        try read("list a video's events") { db in
            try EventRows.events(db, where: "video_id = ? OR other_video_id = ? ORDER BY sequence", [video, video])
        }
    }

    public func event(_ id: String) throws(StoreError) -> StoredEvent? {
        try read("read an event") { db in try EventRows.events(db, where: HistorySQL.event(db.engine), [id]).first }
    }

    /// Every reversal, of one event or of all.
    public func reversals(of id: String? = nil) throws(StoreError) -> [StoredEvent] {
        try about(.reversal, id)
    }

    /// Every decision, about one match or about all; those that a reversal undid are among them.
    public func decisions(about id: String? = nil) throws(StoreError) -> [StoredEvent] {
        try about(.decision, id)
    }

    private func about(_ kind: Event.Body.Kind, _ id: String?) throws(StoreError) -> [StoredEvent] {
        try read("list events of type \(kind.rawValue)") { db in
            try EventRows.events(
                db, where: "type = ? AND (CAST(? AS TEXT) IS NULL OR subject_event_id = ?) ORDER BY sequence",
                [kind.rawValue, id, id])
        }
    }

    /// The reversal in force against an event: the oldest that is not reversed itself; nil where the event stands.
    public func reversalInForce(of id: String) throws(StoreError) -> StoredEvent? {
        // An id is a hash over its target's, so this ends: no honest reversals form a ring.
        for reversal in try reversals(of: id) where try reversalInForce(of: reversal.event.eventID) == nil {
            return reversal
        }
        return nil
    }

    /// Every match that was found between videos of this home.
    public func matchEdges() throws(StoreError) -> [StoredEvent] {
        try read("list matches") { db in
            try EventRows.events(db, where: "type = ? ORDER BY sequence", [Event.Body.Kind.matchEdge.rawValue])
        }
    }

    /// The newest event's place; 0 when there is none.
    public func lastEventSequence() throws(StoreError) -> Int64 {
        try read("read the log's end") { db in try db.value("SELECT max(sequence) FROM events") ?? 0 }
    }

    /// Everybody that any event names, sorted.
    public func creators() throws(StoreError) -> [String] {
        try read("list creators") { db in
            try db.column(
                """
                SELECT creator FROM events WHERE creator IS NOT NULL
                UNION SELECT other_creator FROM events WHERE other_creator IS NOT NULL ORDER BY 1
                """)
        }
    }
}
