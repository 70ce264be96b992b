/// A Chromaprint fingerprint: the one that AcoustID and ISCC's Audio-Code take.
///
/// Made by libchromaprint (L. Lalinský, acoustid.org), which is made to identify whole recordings.
/// Moiré matches by its own peaks of sound; this is here so that others can be asked and answered.
///
/// One 32-bit word stands for `wordSeconds` of sound and hears some 2.7 s of it: sixteen comparisons,
/// two bits each, over a picture of twelve pitch classes.
public struct Chromaprint: Sendable, Equatable {
    /// A third of a frame of 4096 samples at 11 025 Hz, rounded down: 0.1238 s.
    public static let wordSeconds = 1365.0 / 11_025.0
    /// Words of one file; 34 hours of sound.
    public static let wordsMax = 1_000_000
    /// What the library calls TEST2, AcoustID's only one, as stored in the compressed form.
    public static let defaultAlgorithm: UInt8 = 1

    public var words: [UInt32]
    /// As stored in the compressed form; nil where a text does not say.
    public var algorithm: UInt8?
    /// Seconds of the file's sound, which may be longer than what the words cover; nil where a text does
    /// not say.
    public var duration: Double?
    /// Why there are no words (`no_audio`, `too_short`).
    public var abstainReason: String?

    public init(
        words: [UInt32], algorithm: UInt8? = nil, duration: Double? = nil, abstainReason: String? = nil
    ) {
        self.words = words
        self.algorithm = algorithm
        self.duration = duration
        self.abstainReason = abstainReason
    }

    /// False when the sound is known to go on behind the last word.
    public var coversAll: Bool {
        // A word hears 2.7 s, the last one to the end; the rest forgives what containers say.
        (duration ?? 0) <= Double(words.count) * Self.wordSeconds + 5
    }

    /// What `algorithm` is called in the library's header; it counts from 0 and names from 1.
    public static func name(ofAlgorithm algorithm: UInt8) -> String { "test\(Int(algorithm) + 1)" }
}
