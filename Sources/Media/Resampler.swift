import CFFmpeg

/// Owns an swresample context that writes planar float.
@safe struct Resampler: ~Copyable {
    private let raw: OpaquePointer

    /// The same samples as float, channels and rate unchanged.
    init(toFloatFrom frame: borrowing Frame) throws(MediaError) {
        let format = unsafe AVSampleFormat(frame.raw.pointee.format)
        let rate = unsafe frame.raw.pointee.sample_rate
        unsafe raw = try Self.open(layout: &frame.raw.pointee.ch_layout, format: format, rate: rate, outputRate: rate)
    }

    /// One channel of float from one rate to another.
    ///
    /// The filter is fixed, so that fingerprints do not depend on a default: Kaiser window (β 9), 32
    /// taps at the lower rate, 97 % of the band. Its delay is compensated: output sample n is at n / rate.
    init(monoFrom rateHz: Int, to outputRateHz: Int) throws(MediaError) {
        var mono = unsafe AVChannelLayout()
        unsafe av_channel_layout_default(&mono, 1)
        unsafe raw = try Self.open(
            layout: &mono, format: AV_SAMPLE_FMT_FLTP, rate: Int32(clamping: rateHz),
            outputRate: Int32(clamping: outputRateHz))
    }

    deinit {
        var pointer: OpaquePointer? = unsafe raw
        unsafe swr_free(&pointer)
    }

    private static func open(
        layout: UnsafeMutablePointer<AVChannelLayout>, format: AVSampleFormat, rate: Int32,
        outputRate: Int32
    ) throws(MediaError) -> OpaquePointer {
        guard rate > 0 else { throw MediaError(moire_averror_einval, "preparing sound without a sample rate") }
        var context: OpaquePointer?
        var code = unsafe swr_alloc_set_opts2(
            &context, layout, AV_SAMPLE_FMT_FLTP, outputRate, layout, format, rate, 0, nil)
        guard code >= 0, let made = unsafe context else { throw MediaError(code, "preparing the sound's conversion") }
        if rate != outputRate {
            let address = unsafe UnsafeMutableRawPointer(made)
            unsafe av_opt_set_int(address, "filter_size", 32, 0)
            unsafe av_opt_set_int(address, "phase_shift", 10, 0)
            unsafe av_opt_set_int(address, "exact_rational", 1, 0)
            unsafe av_opt_set_int(address, "linear_interp", 0, 0)
            unsafe av_opt_set_double(address, "cutoff", 0.97, 0)
            unsafe av_opt_set(address, "filter_type", "kaiser", 0)
            unsafe av_opt_set_double(address, "kaiser_beta", 9, 0)
        }
        code = unsafe swr_init(made)
        guard code >= 0 else {
            unsafe swr_free(&context)
            throw MediaError(code, "preparing the sound's conversion")
        }
        return unsafe made
    }

    /// Samples that `convert` may write for `count` more.
    func most(for count: Int) -> Int { unsafe max(0, Int(swr_get_out_samples(raw, Int32(clamping: count)))) }

    /// - Parameter input: one address per channel, or nil to get what is still inside.
    /// - Returns: samples written to each channel of `output`.
    func convert(_ input: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int, to output: borrowing FloatPlanes)
        -> Int
    {
        let written = unsafe swr_convert(
            raw, output.addresses, Int32(clamping: output.capacity), input, Int32(clamping: count))
        return max(0, Int(written))
    }
}
