import CFFmpeg

/// Owns the format context of one opened file, and the input under it.
@safe struct Demuxer: ~Copyable {
    let raw: UnsafeMutablePointer<AVFormatContext>
    let input: DescriptorInput

    private init(adopting context: UnsafeMutablePointer<AVFormatContext>, input: DescriptorInput) {
        unsafe raw = context
        self.input = input
    }

    /// Recognises the format, reads the header and looks at the streams.
    static func open(descriptor: Int32, limits: MediaLimits, as allowed: AllowLists = .media) throws(Ending) -> Demuxer
    {
        let input = try Self.openInput(descriptor, limits)
        guard let io = unsafe input.context else { throw Self.noMemory }
        var format: UnsafePointer<AVInputFormat>?
        let score = unsafe av_probe_input_buffer2(io, &format, "", nil, 0, UInt32(clamping: limits.probeBytes))
        if score == moire_averror_enomem { throw Self.noMemory }
        guard score >= 0, let format = unsafe format, let namePointer = unsafe format.pointee.name else {
            if input.furthestByte == 0 { throw Self.empty }
            throw .undecodable("unknown_format", "The content is of no media format that FFmpeg knows.")
        }
        let name = unsafe String(cString: namePointer)
        guard allowed.allows(demuxerNames: name) else {
            throw .undecodable("unknown_format", "The content looks like \(name), which is not a format taken here.")
        }
        guard let fresh = unsafe avformat_alloc_context() else { throw Self.noMemory }
        unsafe Self.confine(fresh, to: limits, io: io)
        var context: UnsafeMutablePointer<AVFormatContext>? = unsafe fresh
        var options = unsafe Self.options(allowed)
        // A failing open frees the context.
        let opened = unsafe avformat_open_input(&context, nil, format, &options)
        unsafe av_dict_free(&options)
        guard opened >= 0, let context = unsafe context else {
            if opened == moire_averror_enomem { throw Self.noMemory }
            throw .undecodable(
                "broken_header",
                "The \(name) file's header cannot be read ("
                    + MediaError(opened, "").text + "): cut off before it, or damaged.")
        }
        let demuxer = unsafe Demuxer(adopting: context, input: input)
        try demuxer.checkStreamCount(limits)
        let found = unsafe avformat_find_stream_info(context, nil)
        if found == moire_averror_enomem { throw Self.noMemory }
        // Streams may appear while looking (MPEG-TS, FLV).
        try demuxer.checkStreamCount(limits)
        return demuxer
    }

    private func checkStreamCount(_ limits: MediaLimits) throws(Ending) {
        guard streamCount <= limits.streams else {
            throw .refused(over: "streams", "The file has \(streamCount) streams, more than \(limits.streams).")
        }
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFormatContext>? = unsafe raw
        unsafe avformat_close_input(&pointer)
    }

    static var noMemory: Ending {
        .refused(over: "allocation_bytes", "The file's header asks for more memory than a file may take.")
    }

    private static var empty: Ending { .undecodable("empty_file", "The file has no bytes.") }

    private static func openInput(_ descriptor: Int32, _ limits: MediaLimits) throws(Ending) -> DescriptorInput {
        let input: DescriptorInput
        do {
            input = try DescriptorInput(descriptor: descriptor, limitBytes: limits.inputBytes)
        } catch {
            throw noMemory
        }
        if let bytes = input.fileBytes {
            if bytes == 0 { throw empty }
            if bytes > limits.inputBytes {
                throw .refused(over: "input_bytes", "The file has \(bytes) bytes, more than \(limits.inputBytes).")
            }
        }
        return input
    }

    /// Nothing but the given descriptor can be opened, and the search for streams is bounded.
    private static func confine(
        _ context: UnsafeMutablePointer<AVFormatContext>, to limits: MediaLimits,
        io: UnsafeMutablePointer<AVIOContext>
    ) {
        unsafe context.pointee.pb = unsafe io
        unsafe context.pointee.flags |= AVFMT_FLAG_CUSTOM_IO
        unsafe context.pointee.probesize = limits.probeBytes
        unsafe context.pointee.max_analyze_duration = Int64(limits.analyzeSeconds * Double(AV_TIME_BASE))
        unsafe context.pointee.max_streams = Int32(clamping: limits.streams + 1)
        unsafe context.pointee.io_open = { _, _, _, _, _ in moire_averror_eacces }
    }

    private static func options(_ allowed: AllowLists) -> OpaquePointer? {
        var options: OpaquePointer?
        unsafe av_dict_set(&options, "format_whitelist", allowed.demuxers.joined(separator: ","), 0)
        unsafe av_dict_set(&options, "codec_whitelist", allowed.decoders.joined(separator: ","), 0)
        unsafe av_dict_set(&options, "protocol_whitelist", "", 0)
        // The mov demuxer's: other files named inside this one.
        unsafe av_dict_set(&options, "enable_drefs", "0", 0)
        unsafe av_dict_set(&options, "use_absolute_path", "0", 0)
        return unsafe options
    }

    var formatName: String { unsafe String(cString: raw.pointee.iformat.pointee.name) }
    var streamCount: Int { unsafe Int(raw.pointee.nb_streams) }
    /// The format's timestamps may jump inside a file (MPEG-TS and PS).
    var timestampsMayJump: Bool { unsafe raw.pointee.iformat.pointee.flags & AVFMT_TS_DISCONT != 0 }

    /// Seconds the container claims for the whole file; nil when it is silent or FFmpeg only guesses.
    var claimedDuration: Double? {
        let ticks = unsafe raw.pointee.duration
        guard ticks > 0, unsafe raw.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE else {
            return nil
        }
        return Double(ticks) / Double(AV_TIME_BASE)
    }

    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream>? {
        guard index >= 0, index < streamCount else { return nil }
        return unsafe raw.pointee.streams[index]
    }

    /// Zero, or FFmpeg's error; `moire_averror_eof` at the end.
    func read(into packet: borrowing Packet) -> Int32 { unsafe av_read_frame(raw, packet.raw) }
}
