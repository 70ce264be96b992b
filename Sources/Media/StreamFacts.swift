import CFFmpeg
import Frames

/// What a stream's header says, in the terms of `MediaInfo`.
enum StreamFacts {
    static func orientation(of stream: UnsafeMutablePointer<AVStream>) -> Orientation {
        var size = 0
        guard let data = unsafe moire_stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size),
            size >= 9 * MemoryLayout<Int32>.size
        else { return .upright }
        let numbers = (0..<9).map {
            unsafe UnsafeRawPointer(data).loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)
        }
        return Orientation(displayMatrix: numbers)
    }

    static func sampleAspect(of stream: UnsafeMutablePointer<AVStream>) -> Double {
        let parameters = unsafe stream.pointee.codecpar.pointee.sample_aspect_ratio
        let container = unsafe stream.pointee.sample_aspect_ratio
        // The container's word goes before the bit stream's, as in FFmpeg's own tools.
        let chosen = container.num > 0 ? container : parameters
        return DisplaySize.sampleAspect(numerator: chosen.num, denominator: chosen.den)
    }

    /// False where the stream says that its pictures are made of fields.
    static func isProgressive(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let order = unsafe stream.pointee.codecpar.pointee.field_order
        return order == AV_FIELD_PROGRESSIVE || order == AV_FIELD_UNKNOWN
    }

    /// The whole stream is ciphertext: a sample entry that stayed `encv` or `enca`. Where protection is
    /// known per packet, the packet says so instead (a clear beginning is then still decoded).
    static func isProtected(_ stream: UnsafeMutablePointer<AVStream>) -> Bool {
        let tag = unsafe stream.pointee.codecpar.pointee.codec_tag
        return tag == fourCC("encv") || tag == fourCC("enca")
    }

    private static func fourCC(_ name: StaticString) -> UInt32 {
        name.description.utf8.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func check(width: Int, height: Int, _ limits: MediaLimits) throws(Ending) {
        if width > limits.side || height > limits.side {
            throw .refused(over: "side", "The picture is \(width)×\(height); its longest side may be \(limits.side).")
        }
        if width.multipliedReportingOverflow(by: height).partialValue > limits.pixels {
            throw .refused(over: "pixels", "The picture is \(width)×\(height), more than \(limits.pixels) pixels.")
        }
    }

    static func video(_ stream: UnsafeMutablePointer<AVStream>) -> VideoInfo {
        let parameters = unsafe stream.pointee.codecpar.pointee
        let width = unsafe Int(parameters.width), height = unsafe Int(parameters.height)
        let turn = unsafe orientation(of: stream)
        let square = unsafe DisplaySize.squarePixels(
            width: width, height: height, sampleAspect: sampleAspect(of: stream))
        let shown = turn.size(width: square.width, height: square.height)
        let format = unsafe AVPixelFormat(parameters.format)
        let descriptor = unsafe av_pix_fmt_desc_get(format)
        let rate = unsafe stream.pointee.avg_frame_rate
        return unsafe VideoInfo(
            codec: text(avcodec_get_name(parameters.codec_id)), codedWidth: width, codedHeight: height,
            width: shown.width, height: shown.height, rotation: turn.rotation, mirrored: turn.isMirrored,
            claimedFrameRate: rate.num > 0 && rate.den > 0 ? av_q2d(rate) : nil,
            pixelFormat: text(av_get_pix_fmt_name(format)),
            bitDepth: descriptor.map { unsafe Int($0.pointee.comp.0.depth) } ?? 0,
            range: ColorRange.isFull(parameters.color_range, format) ? "full" : "limited",
            colorPrimaries: text(av_color_primaries_name(parameters.color_primaries)),
            colorTransfer: text(av_color_transfer_name(parameters.color_trc)))
    }

    static func audio(_ stream: UnsafeMutablePointer<AVStream>) -> AudioInfo {
        let parameters = unsafe stream.pointee.codecpar
        let layout = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            unsafe parameters.map {
                unsafe av_channel_layout_describe(&$0.pointee.ch_layout, buffer.baseAddress, buffer.count)
            } ?? -1 > 0
                ? unsafe text(buffer.baseAddress) : "unknown"
        }
        return unsafe AudioInfo(
            codec: text(avcodec_get_name(parameters?.pointee.codec_id ?? AV_CODEC_ID_NONE)),
            sampleRateHz: Int(parameters?.pointee.sample_rate ?? 0),
            channels: Int(parameters?.pointee.ch_layout.nb_channels ?? 0), layout: layout)
    }

    /// Seconds the container claims for this stream alone, and where it begins; nil when it does not say.
    static func span(_ stream: UnsafeMutablePointer<AVStream>) -> (start: Double?, duration: Double?) {
        let unit = unsafe av_q2d(stream.pointee.time_base)
        var start = unsafe stream.pointee.start_time == moire_no_pts ? nil : Double(stream.pointee.start_time) * unit
        let duration = unsafe stream.pointee.duration == moire_no_pts ? nil : Double(stream.pointee.duration) * unit
        // An encoder's priming samples before zero are thrown away by the decoder: sound begins after them.
        let parameters = unsafe stream.pointee.codecpar.pointee
        if let early = start, early < 0, unsafe parameters.initial_padding > 0, unsafe parameters.sample_rate > 0 {
            start = unsafe min(0, early + Double(parameters.initial_padding) / Double(parameters.sample_rate))
        }
        return (start, duration)
    }

    private static func text(_ name: UnsafePointer<CChar>?) -> String {
        unsafe name.map { unsafe String(cString: $0) } ?? "unknown"
    }
}
