/// What a stream of the pass came to; `OutcomeRules` judges it.
struct TrackTally {
    /// Packets that the demuxer gave.
    var packets = 0
    /// Frames handed out; of sound, decoded blocks.
    var frames = 0
    /// Frames that were left out on purpose.
    var leftOut = 0
    /// Packets and frames that were damaged or that the decoder refused.
    var errors = 0
    /// Packets whose payload was encrypted; they were not decoded.
    var encrypted = 0

    /// Share of the stream that was damaged, 0...1.
    var errorShare: Double {
        errors == 0 ? 0 : Double(errors) / Double(errors + frames + leftOut)
    }
}
