/// A process cannot be watched as was asked.
public struct TelemetryError: Error, Equatable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
