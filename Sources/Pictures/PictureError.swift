/// Why a picture could not be read or written.
public struct PictureError: Error, Equatable, CustomStringConvertible {
    /// For people: the operation, and libpng's own words.
    public let description: String

    init(_ description: String) { self.description = description }
}
