internal import Records

/// An event as callers see it: `type` says what `body` is, without the wrapping that the stored form has.
struct EventAnswer: Encodable, Sendable {
    /// Place in the log.
    var sequence: Int64?
    var event: Event

    private enum Key: String, CodingKey {
        case sequence, schema, eventID = "event_id", type, tenant, occurredAt = "occurred_at"
        case observedAt = "observed_at", source, producer, inputDigest = "input_digest", market, surface, body
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(sequence, forKey: .sequence)
        try values.encode(event.schema, forKey: .schema)
        try values.encode(event.eventID, forKey: .eventID)
        try values.encode(event.type, forKey: .type)
        try values.encode(event.tenant, forKey: .tenant)
        try values.encodeIfPresent(event.occurredAt, forKey: .occurredAt)
        try values.encode(event.observedAt, forKey: .observedAt)
        try values.encode(event.source, forKey: .source)
        try values.encode(event.producer, forKey: .producer)
        try values.encodeIfPresent(event.inputDigest, forKey: .inputDigest)
        try values.encodeIfPresent(event.market, forKey: .market)
        try values.encodeIfPresent(event.surface, forKey: .surface)
        switch event.body {
        case .videoObserved(let body): try values.encode(body, forKey: .body)
        case .videoFeatures(let body): try values.encode(body, forKey: .body)
        case .matchEdge(let body): try values.encode(body, forKey: .body)
        case .matchSearched(let body): try values.encode(body, forKey: .body)
        case .reversal(let body): try values.encode(body, forKey: .body)
        case .decision(let body): try values.encode(body, forKey: .body)
        }
    }
}
