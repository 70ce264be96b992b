/// Why the fleet as a whole could not do its work; the sentence says what to look at.
public struct FleetError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) { self.description = description }
}
