public import Frames

/// Spectrograms for people, of a stretch of the timeline that `MediaPass` uses.
public enum SpectrogramGrab {
    /// What sounds from `start` up to `end` (seconds; what lies outside the file is silence) as a picture:
    /// time to the right, pitch upwards on `SpectrogramScale`, loudness as brightness.
    ///
    /// The file is heard from its beginning, since a jump into a sound stream is not exact in every
    /// format, and no further than `end`; pictures are not decoded. Keeps four bytes for each pixel and
    /// a second of sound, however long the file.
    ///
    /// - Returns: no picture when the file has no sound that can be decoded; the outcome says why.
    public static func spectrogram(
        descriptor: Int32, start: Double, end: Double, columns: Int, rows: Int, limits: MediaLimits = .standard
    ) -> (image: LumaImage?, outcome: Outcome) {
        let sink = SpectrogramSink(SpectrogramMeter(start: start, end: end, columns: columns, rows: rows))
        // The last frame reaches beyond the end, and decoders give nothing for their first packets.
        let until = max(0, end) + 1
        let pass = MediaPass.hear(descriptor: descriptor, until: until, limits: limits, sink: sink)
        guard pass.audioSamples > 0 else {
            let outcome =
                pass.outcome.hasResult
                ? Outcome(.undecodable, reason: "no_audio", sentence: "The file has no sound.") : pass.outcome
            return (nil, outcome)
        }
        return (sink.meter.finish(), Outcome(.complete, reason: "ok", sentence: "Decoded."))
    }
}

private final class SpectrogramSink: MediaSink {
    var meter: SpectrogramMeter

    init(_ meter: SpectrogramMeter) { self.meter = meter }

    func begin(_ info: MediaInfo) {}
    func tick(_ tick: FrameTick) {}
    func sample(_ frame: WorkingFrame) {}
    func sound(_ block: SoundBlock) {}
    func mono(_ block: MonoBlock) { meter.add(block) }
}
