/// What an extraction's processor time goes into.
public enum ExtractStage: String, Sendable, Codable, CaseIterable {
    /// Reading the container and decoding, and all that is no other stage.
    case decode
    /// Small pictures of the decoded ones; sound as floats, mono and at the fingerprints' rate.
    case convert
    case `static`, quality, recapture, sound
    /// Codes of whole frames.
    case pictures
    /// Codes of places in frames.
    case places
    /// How parts of the picture change.
    case movement
    /// The fingerprint of the sound.
    case peaks
    /// Only where one was asked for.
    case chromaprint
    /// Sorting, packing and writing down what was found.
    case answer
}
