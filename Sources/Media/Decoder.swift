import CFFmpeg

/// Owns one opened codec context: a single decode thread, so that the same file gives the same frames.
@safe struct Decoder: ~Copyable {
    let raw: UnsafeMutablePointer<AVCodecContext>

    private init(adopting context: UnsafeMutablePointer<AVCodecContext>) { unsafe raw = context }

    /// - Throws: `MediaError` when the decoder refuses the stream's parameters.
    ///
    /// - Parameter isStrict: a damaged picture is an error, and not shown as far as it goes.
    static func open(
        _ stream: UnsafeMutablePointer<AVStream>, codec: UnsafePointer<AVCodec>, limits: MediaLimits,
        as allowed: AllowLists = .media, isStrict: Bool = false
    ) throws(MediaError) -> Decoder {
        guard let context = unsafe avcodec_alloc_context3(codec) else { throw .outOfMemory("allocating a decoder") }
        let decoder = unsafe Decoder(adopting: context)
        let copied = unsafe avcodec_parameters_to_context(context, stream.pointee.codecpar)
        guard copied >= 0 else { throw MediaError(copied, "reading the stream's parameters") }
        unsafe context.pointee.pkt_timebase = unsafe stream.pointee.time_base
        unsafe context.pointee.thread_count = 1
        unsafe context.pointee.max_pixels = Int64(limits.pixels)
        if isStrict { unsafe context.pointee.err_recognition |= AV_EF_EXPLODE | AV_EF_CRCCHECK }
        var options: OpaquePointer?
        unsafe av_dict_set(&options, "codec_whitelist", allowed.decoders.joined(separator: ","), 0)
        let opened = unsafe avcodec_open2(context, codec, &options)
        unsafe av_dict_free(&options)
        guard opened >= 0 else { throw MediaError(opened, "opening the decoder") }
        return decoder
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVCodecContext>? = unsafe raw
        unsafe avcodec_free_context(&pointer)
    }

    /// What `receive` found.
    enum Step { case frame, needsInput, finished, failed(Int32) }

    /// - Parameter isLookedAtClosely: false for a picture of which only averages are taken: where no other picture is
    ///   made from it, the smoothing of its block borders is left out.
    func send(_ packet: borrowing Packet, isLookedAtClosely: Bool = true) -> Int32 {
        unsafe raw.pointee.skip_loop_filter = isLookedAtClosely ? AVDISCARD_DEFAULT : AVDISCARD_NONREF
        return unsafe avcodec_send_packet(raw, packet.raw)
    }

    /// From here on only key frames are decoded, whatever a container says of its packets.
    func skipToKeyFrames() { unsafe raw.pointee.skip_frame = AVDISCARD_NONKEY }

    /// No more packets: what is inside comes out.
    func drain() { _ = unsafe avcodec_send_packet(raw, nil) }

    /// Forgets everything, after a seek or between key frames.
    func flush() { unsafe avcodec_flush_buffers(raw) }

    func receive(into frame: borrowing Frame) -> Step {
        switch unsafe avcodec_receive_frame(raw, frame.raw) {
        case 0...: .frame
        case moire_averror_eagain: .needsInput
        case moire_averror_eof: .finished
        case let code: .failed(code)
        }
    }

    /// As the bit stream says now; the container may have said something else.
    var pictureWidth: Int { unsafe Int(raw.pointee.width) }
    var pictureHeight: Int { unsafe Int(raw.pointee.height) }
    var codecName: String { unsafe String(cString: avcodec_get_name(raw.pointee.codec_id)) }
}
