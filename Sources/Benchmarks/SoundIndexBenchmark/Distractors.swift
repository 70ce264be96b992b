import BenchmarkSupport
import FingerprintIndex
import Fingerprints

/// References that nobody recorded: constellations of 3 to 10 minutes, made of real clips' peaks as
/// `SoundSource` says.
///
/// A reference is made from its number alone.
struct Distractors {
    private let source: SoundSource
    static let prefix = "made-"

    static let leastSeconds = 180
    static let mostSeconds = 600
    static let meanSeconds = 390.0

    init(from clips: [Clip]) { source = SoundSource(from: clips.map(\.peaks)) }

    func reference(_ number: Int) -> (Reference, MediaFingerprint) {
        var dice = Dice(UInt64(number) + 1)
        let seconds = Self.leastSeconds + dice.below(Self.mostSeconds - Self.leastSeconds + 1)
        let duration = Double(seconds)
        return (
            Reference(id: "\(Self.prefix)\(number)", duration: duration),
            MediaFingerprint(
                duration: duration, video: VideoFingerprint(frames: [], abstainReason: "no_video"),
                audio: AudioFingerprint(peaks: source.peaks(seconds: duration, &dice)))
        )
    }
}
