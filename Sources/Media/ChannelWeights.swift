import CFFmpeg

/// Loudness weights of channels: ITU-R BS.1770-4, table 3 and annex 3 (G_i by position).
enum ChannelWeights {
    /// Channels handed out; those after are dropped.
    static let most = 8

    /// One weight per channel. A layout that names no positions is taken as FFmpeg's default for its
    /// number of channels.
    static func weights(of layout: UnsafeMutablePointer<AVChannelLayout>) -> [Float] {
        let count = unsafe Int(layout.pointee.nb_channels)
        var named = unsafe AVChannelLayout()
        if unsafe layout.pointee.order == AV_CHANNEL_ORDER_UNSPEC {
            unsafe av_channel_layout_default(&named, Int32(count))
        } else if unsafe av_channel_layout_copy(&named, layout) < 0 {
            return Array(repeating: 1, count: count)
        }
        let positions = (0..<UInt32(count)).map { unsafe av_channel_layout_channel_from_index(&named, $0) }
        unsafe av_channel_layout_uninit(&named)
        let hasSides = positions.contains { $0 == AV_CHAN_SIDE_LEFT || $0 == AV_CHAN_SIDE_RIGHT }
        return positions.map { weight(of: $0, hasSides: hasSides) }
    }

    private static func weight(of channel: AVChannel, hasSides: Bool) -> Float {
        switch channel {
        case AV_CHAN_LOW_FREQUENCY, AV_CHAN_LOW_FREQUENCY_2: 0
        case AV_CHAN_SIDE_LEFT, AV_CHAN_SIDE_RIGHT: 1.41
        // The surround pair of 5.1 under its older name; behind a side pair it stands at 135° and counts 1.
        case AV_CHAN_BACK_LEFT, AV_CHAN_BACK_RIGHT: hasSides ? 1 : 1.41
        default: 1
        }
    }
}
