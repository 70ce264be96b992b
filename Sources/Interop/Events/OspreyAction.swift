internal import Records

/// A flat event as a message of Osprey's Kafka topic `osprey.actions_input`: when it was sent, a number, a name that
/// rules match, and the event's fields as its data (docs/data-flow.md of roostorg/osprey).
///
/// A rule reads a field as `JsonData(path='$.quality_score')` and must expect it to be missing.
public struct OspreyAction: Sendable, Encodable {
    public static let name = "moire_job_finished"

    private let event: FlatEvent

    /// - Parameter event: with its place in the log, which becomes the action's number.
    public init(_ event: FlatEvent) { self.event = event }

    private enum Envelope: String, CodingKey { case sendTime = "send_time", data }
    private enum Action: String, CodingKey { case id = "action_id", name = "action_name", data }

    public func encode(to encoder: any Encoder) throws {
        var envelope = encoder.container(keyedBy: Envelope.self)
        if case .text(let time)? = event[.finishedAt] { try envelope.encode(time, forKey: .sendTime) }
        var action = envelope.nestedContainer(keyedBy: Action.self, forKey: .data)
        if case .integer(let number)? = event[.sequence] { try action.encode(number, forKey: .id) }
        try action.encode(Self.name, forKey: .name)
        try action.encode(event, forKey: .data)
    }

    /// One line, keys sorted.
    public func json() throws -> String { try CanonicalJSON.string(self) }
}
