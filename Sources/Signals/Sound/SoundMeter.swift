internal import CKernels
public import Frames

/// Loudness, peak, silence, clipping, bandwidth, channels and content of a sound track, from its samples in order.
///
/// The sound is cut into cells of 10 ms by counting samples, whatever the blocks it arrives in, so
/// the answer does not depend on them. Under 0.8 ms for a second of 48 kHz stereo, and 0.6 ms for its channels
/// and its content.
public struct SoundMeter: Sendable {
    private static let cellsPerSecond = 100

    private let parameters: SoundParameters
    private var loudness: Loudness
    private var spectrum: LongTermSpectrum
    private var silence: SpanCollector
    private var clipping: SpanCollector
    private var image = StereoImage()
    private var content: ContentMeter
    private var loudspeaker = LoudspeakerMeter()
    private var peak: Float = 0
    private var samples = 0.0
    private var clipped = 0.0
    private var seconds = 0.0

    /// What belongs to the current rate and channel count; nil before the first block.
    private var stream: Stream?

    private struct Stream {
        var rate: Int
        var channels: Int
        var sections: [moire_biquad]
        var state: [Double]
        var runs: [Int32]
        /// Samples since the stream began.
        var count = 0
        /// Time of sample `anchorCount`.
        var anchor: Double
        var anchorCount = 0
        var cell = 0
        var cellStart: Double
        var cellEnergy = 0.0
        var cellPeak: Float = 0
        var cellClipped = 0
        var stepEnergy = 0.0
        var stepStart = 0

        func time(of sample: Int) -> Double { anchor + Double(sample - anchorCount) / Double(rate) }
        func end(ofCell cell: Int) -> Int { (cell + 1) * rate / SoundMeter.cellsPerSecond }
    }

    public init(parameters: SoundParameters = .v2) {
        self.parameters = parameters
        loudness = Loudness(parameters)
        content = ContentMeter(parameters.content, gapSeconds: parameters.gapSeconds)
        spectrum = LongTermSpectrum(size: parameters.spectrumSamples, hop: parameters.spectrumHop)
        silence = SpanCollector(gap: 0)
        clipping = SpanCollector(gap: parameters.clippingGapSeconds)
    }

    /// - Parameter block: the next samples in pts order; blocks without samples or with channels of
    ///   different lengths are passed over.
    public mutating func add(_ block: SoundBlock) {
        guard block.sampleRateHz >= Self.cellsPerSecond, let count = block.channels.first?.count, count > 0,
            block.channels.allSatisfy({ $0.count == count }), block.pts.isFinite
        else { return }
        var stream = continued(block)
        var at = 0
        while at < count {
            let taken = min(count - at, stream.end(ofCell: stream.cell) - stream.count)
            if taken > 0 { measure(block, from: at, count: taken, &stream) }
            at += taken
            if stream.count >= stream.end(ofCell: stream.cell) { closeCell(&stream) }
        }
        self.stream = stream
        for look in spectrum.add(block.channels, from: 0, count: count) {
            let start = block.pts + Double(look.end - parameters.spectrumSamples) / Double(block.sampleRateHz)
            loudspeaker.add(spectrum: look.power, sampleRateHz: block.sampleRateHz, at: start)
        }
        image.add(block.channels)
    }

    /// The same sound, mono: what it is like is measured in this. Without it, nothing is said of speech and music, nor
    /// of loudspeakers.
    public mutating func add(_ block: MonoBlock) { loudspeaker.add(content.add(block), of: block) }

    /// Whether the sound seems recorded off a loudspeaker; to be asked once, behind the last block.
    public mutating func recapture() -> SoundRecapture {
        loudspeaker.finish(isDualMono: image.kind(parameters) == .dualMono)
    }

    /// The running stream, re-anchored over a gap, or a new one after a change of rate or channels.
    private mutating func continued(_ block: SoundBlock) -> Stream {
        if var open = stream, open.rate == block.sampleRateHz, open.channels == block.channels.count {
            if abs(open.time(of: open.count) - block.pts) > parameters.gapSeconds {
                loudness.interrupt()
                silence.close()
                clipping.close()
                open.anchor = block.pts
                open.anchorCount = open.count
                open.cellStart = block.pts
            }
            return open
        }
        let rateChanged = stream.map { $0.rate != block.sampleRateHz } ?? false
        if var old = stream { closeCell(&old) }
        loudness.interrupt()
        silence.close()
        clipping.close()
        if rateChanged { spectrum = LongTermSpectrum(size: parameters.spectrumSamples, hop: parameters.spectrumHop) }
        let (shelf, highPass) = KWeighting.sections(sampleRateHz: block.sampleRateHz)
        return Stream(
            rate: block.sampleRateHz, channels: block.channels.count, sections: [shelf, highPass],
            state: Array(repeating: 0, count: 4 * block.channels.count),
            runs: Array(repeating: 0, count: block.channels.count), anchor: block.pts, cellStart: block.pts)
    }

    private mutating func measure(_ block: SoundBlock, from: Int, count: Int, _ stream: inout Stream) {
        for channel in 0..<stream.channels {
            unsafe block.channels[channel].withUnsafeBufferPointer { samples in
                // `from + count` is at most the length of every channel, which add(_:) has checked.
                let part = unsafe UnsafeBufferPointer(rebasing: samples[from..<(from + count)])
                let magnitude = unsafe moire_sample_peak(part.baseAddress, count)
                stream.cellPeak = max(stream.cellPeak, magnitude)
                if magnitude >= parameters.rail || stream.runs[channel] != 0 {
                    stream.cellClipped += unsafe moire_clipped_samples(
                        part.baseAddress, count, parameters.rail, parameters.clippedRun, &stream.runs[channel])
                }
            }
        }
        weigh(block, from: from, count: count, &stream)
        stream.count += count
        samples += Double(count * stream.channels)
        seconds += Double(count) / Double(stream.rate)
    }

    /// K-weighted energy of every channel, two at a time.
    private func weigh(_ block: SoundBlock, from: Int, count: Int, _ stream: inout Stream) {
        var channel = 0
        while channel < stream.channels {
            let paired = channel + 1 < stream.channels
            let other = paired ? channel + 1 : channel
            unsafe block.channels[channel].withUnsafeBufferPointer { first in
                unsafe block.channels[other].withUnsafeBufferPointer { second in
                    unsafe stream.state.withUnsafeMutableBufferPointer { state in
                        // Four values of state per channel; the ranges are those checked in add(_:).
                        let a = unsafe UnsafeBufferPointer(rebasing: first[from..<(from + count)])
                        let b = unsafe UnsafeBufferPointer(rebasing: second[from..<(from + count)])
                        let own = unsafe UnsafeMutableBufferPointer(rebasing: state[(channel * 4)..<((other + 1) * 4)])
                        if paired {
                            var energy = [0.0, 0.0]
                            unsafe moire_biquad_energy_pair(
                                a.baseAddress, b.baseAddress, count, stream.sections,
                                own.baseAddress, &energy)
                            stream.cellEnergy += energy[0] * weight(block, channel) + energy[1] * weight(block, other)
                        } else {
                            let energy = unsafe moire_biquad_energy(
                                a.baseAddress, count, stream.sections, own.baseAddress)
                            stream.cellEnergy += energy * weight(block, channel)
                        }
                    }
                }
            }
            channel = other + 1
        }
    }

    private func weight(_ block: SoundBlock, _ channel: Int) -> Double {
        channel < block.weights.count ? Double(block.weights[channel]) : 1
    }

    private mutating func closeCell(_ stream: inout Stream) {
        let end = stream.time(of: stream.count)
        if end > stream.cellStart {
            silence.add(start: stream.cellStart, end: end, on: stream.cellPeak < parameters.silencePeak)
            clipping.add(start: stream.cellStart, end: end, on: stream.cellClipped > 0)
        }
        peak = max(peak, stream.cellPeak)
        clipped += Double(stream.cellClipped)
        stream.stepEnergy += stream.cellEnergy
        stream.cell += 1
        if stream.cell % (Self.cellsPerSecond / parameters.stepsPerSecond) == 0 {
            let step = stream.stepEnergy / Double(max(1, stream.count - stream.stepStart))
            loudness.add(step: step, end: end, parameters)
            stream.stepEnergy = 0
            stream.stepStart = stream.count
        }
        stream.cellStart = end
        stream.cellEnergy = 0
        stream.cellPeak = 0
        stream.cellClipped = 0
    }

    /// The signal; abstains with `no_audio` without a sample and with `silence` when none is louder
    /// than the silence threshold (spans and share are still given then).
    public consuming func finish() -> SoundSignal {
        guard var last = stream, samples > 0 else {
            return SoundSignal(version: parameters.version, abstainReason: "no_audio")
        }
        closeCell(&last)
        silence.close()
        clipping.close()
        let p = parameters
        let quiet = silence.spans.filter { $0.seconds >= p.silenceSeconds - 1e-9 }
        let quietSeconds = quiet.reduce(0) { $0 + $1.seconds }
        var signal = SoundSignal(version: p.version)
        signal.silence = longest(quiet, p.spansMax).map(rounded)
        signal.silenceShare = min(1, quietSeconds / seconds).rounded(places: 4)
        let dead = quiet.filter { $0.seconds >= p.deadAirSeconds - 1e-9 }.reduce(0) { $0 + $1.seconds }
        signal.deadAirShare = min(1, dead / seconds).rounded(places: 4)
        if peak > 0 { signal.samplePeakDBFS = (2 * Double.decibels(ofPower: Double(peak))).rounded(places: 2) }
        guard peak >= p.silencePeak else {
            signal.abstainReason = "silence"
            return signal
        }
        signal.integratedLUFS = loudness.integrated(p)?.rounded(places: 2)
        signal.loudnessRangeLU = loudness.range(p)?.rounded(places: 2)
        if let curve = loudness.curve(p) { (signal.loudness, signal.loudnessPeriod) = curve }
        signal.clippingShare = (clipped / samples).rounded(places: 6)
        signal.clipping = longest(clipping.spans, p.spansMax).map(rounded)
        signal.bandwidthHz = spectrum.bandwidthHz(
            sampleRateHz: last.rate, range: p.bandwidthRange,
            margin: p.bandwidthMargin)?.rounded()
        signal.channelKind = image.kind(p)
        if image.channels == 2 {
            signal.stereoCorrelation = image.correlation?.rounded(places: 3)
            signal.stereoWidth = image.width?.rounded(places: 3)
        }
        signal.speechShare = content.speechShare
        signal.musicShare = content.musicShare
        signal.musicBed = content.hasMusicBed
        return signal
    }

    private func rounded(_ span: TimeSpan) -> TimeSpan {
        TimeSpan(start: span.start.milliseconds, end: span.end.milliseconds)
    }
}

/// Joins consecutive moments that are on, over gaps of at most `gap` seconds.
struct SpanCollector: Sendable {
    let gap: Double
    private(set) var spans: [TimeSpan] = []
    private var open: TimeSpan?

    init(gap: Double) { self.gap = gap }

    mutating func add(start: Double, end: Double, on: Bool) {
        if on {
            open = TimeSpan(start: open?.start ?? start, end: end)
        } else if let span = open, start >= span.end, end - span.end > gap {
            close()
        }
    }

    mutating func close() {
        if let span = open { spans.append(span) }
        open = nil
    }
}
