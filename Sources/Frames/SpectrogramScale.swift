import Glibc

/// The frequency axis of spectrograms for people: logarithmic, so that an octave is as high everywhere
/// and a change of pitch moves everything by the same distance. High sounds are above.
public enum SpectrogramScale {
    /// Below lies hum, which loudspeakers leave out; above, what the 11 025 Hz that fingerprints hear leave out.
    public static let lowestHz = 100.0
    public static let highestHz = 5_500.0

    /// Place of a frequency in a picture of `rows` rows, from 0 at the upper edge to `rows` at the lower.
    public static func place(ofHz hz: Double, rows: Int) -> Double {
        let share = log2(max(hz, 1e-3) / lowestHz) / log2(highestHz / lowestHz)
        return (1 - share) * Double(rows)
    }

    /// The inverse of `place(ofHz:rows:)`.
    public static func hz(at place: Double, rows: Int) -> Double {
        lowestHz * exp2((1 - place / Double(rows)) * log2(highestHz / lowestHz))
    }
}
