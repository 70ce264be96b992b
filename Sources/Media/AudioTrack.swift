import CFFmpeg
import CKernels
import Frames

/// The sound stream of a pass: decodes, places on the timeline, hands out native and mono blocks.
@safe final class AudioTrack {
    let streamIndex: Int
    private let decoder: Decoder
    private let frame: Frame
    private let isProtected: Bool
    private let limits: MediaLimits
    private let sink: any MediaSink
    /// Nil unless somebody asked what stages cost.
    private let stages: StageClock?
    private let secondsPerTick: Double
    private let startTime: Double
    private var clock = SoundClock()
    private var shape: Shape?
    private var formatChanges = 0
    private var toFloat: Resampler?
    private var native: FloatPlanes?
    private var mixed: FloatPlanes?
    private var mono: MonoStage?
    /// Once a block has come, packets are only counted, and where they end is noted.
    private var isFirstBlockOnly = false
    private var packetEnd: PacketEnd
    private(set) var tally = TrackTally()
    /// Samples per channel handed out.
    private(set) var samples = 0

    /// A change of any of these needs a new converter.
    private struct Shape: Equatable { let format: Int32, rateHz, channels: Int, weights: [Float] }

    init(
        stream: UnsafeMutablePointer<AVStream>, decoder: consuming Decoder, startTime: Double, limits: MediaLimits,
        sink: any MediaSink, stages: StageClock?
    ) throws(MediaError) {
        unsafe streamIndex = Int(stream.pointee.index)
        unsafe secondsPerTick = av_q2d(stream.pointee.time_base)
        packetEnd = unsafe PacketEnd(secondsPerTick: av_q2d(stream.pointee.time_base), startTime: startTime)
        isProtected = unsafe StreamFacts.isProtected(stream)
        self.decoder = decoder
        frame = try Frame()
        self.startTime = startTime
        self.limits = limits
        self.sink = sink
        self.stages = stages
    }

    /// Seconds on the timeline where the sound ends.
    var end: Double { isFirstBlockOnly ? max(clock.end, packetEnd.end) : clock.end }

    /// Before the first packet.
    func decodeFirstBlockOnly() { isFirstBlockOnly = true }

    func take(_ packet: borrowing Packet) throws(Ending) {
        tally.packets += 1
        if isProtected || packet.isEncrypted {
            tally.encrypted += 1
            return
        }
        if isFirstBlockOnly {
            packetEnd.add(packet)
            guard packetEnd.end <= limits.durationSeconds else { throw tooLong }
            guard tally.frames == 0 else { return }
        }
        if packet.isDamaged { tally.errors += 1 }
        let code = decoder.send(packet)
        if code < 0 { try fail(code) }
        try receive()
    }

    func finish() throws(Ending) {
        decoder.drain()
        try receive()
        flushMono()
    }

    private func receive() throws(Ending) {
        while true {
            switch decoder.receive(into: frame) {
            case .frame:
                try hear()
                frame.clear()
            case .needsInput, .finished: return
            case .failed(let code):
                try fail(code)
                return
            }
        }
    }

    private func fail(_ code: Int32) throws(Ending) {
        tally.errors += 1
        if code == moire_averror_enomem {
            throw .refused(over: "allocation_bytes", "Decoding the sound asks for more memory than a file may take.")
        }
    }

    private func hear() throws(Ending) {
        let count = frame.sampleCount, rateHz = frame.sampleRateHz, channels = frame.channelCount
        if frame.isDiscarded || count == 0 { return }
        // 768 kHz is the highest rate that hardware has; 64 is the most that swresample takes.
        guard (1...768_000).contains(rateHz), (1...64).contains(channels) else {
            tally.errors += 1
            return
        }
        guard try prepare(count: count) else {
            tally.errors += 1
            return
        }
        let stamp = frame.timestamp.map { Double($0) * secondsPerTick - startTime }
        let (pts, startsRun) = clock.place(pts: stamp, samples: count, rateHz: rateHz)
        guard clock.end <= limits.durationSeconds else { throw tooLong }
        if startsRun { flushMono() }
        if frame.isDamaged { tally.errors += 1 }
        tally.frames += 1
        samples += count
        convert(count: count, pts: pts, rateHz: rateHz)
    }

    private var tooLong: Ending {
        .refused(over: "duration_seconds", "The sound goes on after \(limits.durationSeconds) seconds.")
    }

    /// Converters and room for the frame at hand; false when FFmpeg cannot convert it.
    private func prepare(count: Int) throws(Ending) -> Bool {
        let weights = unsafe ChannelWeights.weights(of: &frame.raw.pointee.ch_layout)
        let now = unsafe Shape(
            format: frame.raw.pointee.format, rateHz: frame.sampleRateHz,
            channels: frame.channelCount, weights: weights)
        if now != shape {
            if shape != nil { formatChanges += 1 }
            guard formatChanges <= limits.formatChanges else {
                throw .refused(
                    over: "format_changes", "The sound changes its format more than \(limits.formatChanges) times.")
            }
            flushMono()
            toFloat = nil
            guard let fresh = try? Resampler(toFloatFrom: frame) else { return false }
            toFloat = consume fresh
            native = nil
            shape = now
        }
        if (native?.capacity ?? 0) < count {
            native = FloatPlanes(channels: now.channels, capacity: max(count, 4096))
            mixed = FloatPlanes(channels: 1, capacity: max(count, 4096))
        }
        return true
    }

    private func convert(count: Int, pts: Double, rateHz: Int) {
        guard let shape, native != nil, mixed != nil, toFloat != nil else { return }
        stages?.enter(.convert)
        defer { stages?.enter(.decode) }
        let input = unsafe UnsafeMutableRawPointer(frame.raw.pointee.extended_data)?
            .assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
        let written = unsafe toFloat!.convert(input, count: count, to: native!)
        guard written > 0 else { return }
        let kept = min(shape.channels, ChannelWeights.most)
        let channels = (0..<kept).map { native!.array($0, count: written) }
        sink.sound(
            SoundBlock(pts: pts, sampleRateHz: rateHz, channels: channels, weights: Array(shape.weights.prefix(kept))))
        stages?.enter(.convert)
        mix(channels, weights: shape.weights)
        if mono == nil { mono = try? MonoStage(rateHz: rateHz, pts: pts) }
        if let block = unsafe mono?.push(mixed!.start(0), count: written) { sink.mono(block) }
    }

    /// The plain mean of the channels that carry more than bass.
    private func mix(_ channels: [[Float]], weights: [Float]) {
        guard mixed != nil, let count = channels.first?.count else { return }
        var voices = channels.indices.filter { weights[$0] > 0 }
        if voices.isEmpty { voices = Array(channels.indices) }
        let out = unsafe mixed!.start(0)
        unsafe out.update(repeating: 0, count: count)
        for index in voices {
            unsafe moire_add_scaled(channels[index], 1 / Float(voices.count), count, out)
        }
    }

    private func flushMono() {
        if let block = mono?.finish() { sink.mono(block) }
        mono = nil
    }
}
