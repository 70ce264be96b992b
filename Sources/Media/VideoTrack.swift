import CFFmpeg
import Frames

/// The picture stream of a pass: decodes, places on the timeline, reduces, hands out.
@safe final class VideoTrack {
    let streamIndex: Int
    private let decoder: Decoder
    private let frame: Frame
    /// The frame before, which goes on being shown where the next one is late.
    private let previous: Frame
    private let isProtected: Bool
    private let limits: MediaLimits
    private let sink: any MediaSink
    /// Nil unless somebody asked what stages cost.
    private let stages: StageClock?
    private var clock: PictureClock
    private var grid = SampleGrid()
    private let reducer: PictureReducer
    /// Of the key frame shown last, for decoders that do not tell their quantisers.
    private var lastKeyFrame: KeyFrameSize?
    private var keyPacketBytes = 0
    /// Set where only key frames are decoded.
    private var keyFrames: KeyFrameSelection?
    /// Of the packets that are not decoded.
    private var packetEnd: PacketEnd
    private var passing = PassingOver()
    /// Nil where only the decoder could tell.
    private var references: ReferencePictures?
    /// `previous` as a working frame, where it was one.
    private var held: WorkingFrame?
    private var lastDuration = 0.0
    private var shape: Shape?
    private var formatChanges = 0
    /// Every frame from here on was handed out; frames whose pixels cannot be read are errors.
    private(set) var tally = TrackTally()

    private struct Shape: Equatable { let width, height: Int, format: Int32 }

    init(
        stream: UnsafeMutablePointer<AVStream>, decoder: consuming Decoder, info: VideoInfo, startTime: Double,
        limits: MediaLimits, sink: any MediaSink, stages: StageClock?
    ) throws(MediaError) {
        unsafe streamIndex = Int(stream.pointee.index)
        isProtected = unsafe StreamFacts.isProtected(stream)
        self.decoder = decoder
        frame = try Frame()
        previous = try Frame()
        self.limits = limits
        self.sink = sink
        self.stages = stages
        clock = unsafe PictureClock(
            secondsPerTick: av_q2d(stream.pointee.time_base), startTime: startTime,
            claimedFrameRate: info.claimedFrameRate)
        if unsafe StreamFacts.isProgressive(stream) { references = unsafe ReferencePictures(stream.pointee.codecpar) }
        packetEnd = unsafe PacketEnd(secondsPerTick: av_q2d(stream.pointee.time_base), startTime: startTime)
        reducer = unsafe PictureReducer(
            orientation: StreamFacts.orientation(of: stream),
            sampleAspect: StreamFacts.sampleAspect(of: stream))
    }

    /// Seconds on the timeline where the last frame ends; zero before the first.
    var end: Double {
        max(clock.end(lastDuration: lastDuration), packetEnd.end)
    }

    /// Key frames among the packets; zero where all frames are decoded.
    var keyFramesFound: Int { keyFrames?.found ?? 0 }
    /// Mean bytes of a key frame and of another packet.
    var packetSizes: (key: Double?, other: Double?) { keyFrames?.sizes ?? (nil, nil) }

    /// Before the first packet.
    func decodeKeyFramesOnly() {
        keyFrames = KeyFrameSelection()
        decoder.skipToKeyFrames()
    }

    func take(_ packet: borrowing Packet) throws(Ending) {
        tally.packets += 1
        if isProtected || packet.isEncrypted {
            tally.encrypted += 1
            return
        }
        guard keyFrames == nil else { return try takeKeyFrame(packet) }
        if packet.isDamaged { tally.errors += 1 }
        if packet.isKey { keyPacketBytes = packet.bytes }
        let isClose = mayBeSampled(packet)
        if !isClose, sink.mayPassOver, try passesOver(packet) { return }
        passing.sends(packet.pts)
        let code = decoder.send(packet, isLookedAtClosely: isClose)
        if code < 0 { try fail(code) }
        try receive()
    }

    /// A key frame by itself: what is before it and after it the decoder does not see, so its picture comes at once.
    private func takeKeyFrame(_ packet: borrowing Packet) throws(Ending) {
        packetEnd.add(packet)
        guard packetEnd.end <= limits.durationSeconds else { throw tooLong }
        guard tally.packets <= limits.frames else { throw tooManyFrames }
        let seconds = (packet.pts ?? packet.order).map(clock.seconds)
        guard keyFrames?.takes(isKey: packet.isKey, bytes: packet.bytes, at: seconds) == true else { return }
        if packet.isDamaged { tally.errors += 1 }
        keyPacketBytes = packet.bytes
        let before = tally.frames
        let code = decoder.send(packet)
        if code < 0 { try fail(code) }
        decoder.drain()
        try receive()
        decoder.flush()
        if tally.frames > before { keyFrames?.showed() }
    }

    private var tooLong: Ending {
        .refused(over: "duration_seconds", "The picture goes on after \(limits.durationSeconds) seconds.")
    }

    private var tooManyFrames: Ending {
        .refused(over: "frames", "The file has more than \(limits.frames) frames.")
    }

    /// Whether the packet is left out; its frame has its place on the timeline all the same.
    private func passesOver(_ packet: borrowing Packet) throws(Ending) -> Bool {
        if packet.hasNewParameters { references = nil }
        guard !packet.isDamaged, !packet.isDiscarded, references?.mayBeUsed(packet) == false,
            passing.passesOver(packet.pts, duration: packet.duration, clock)
        else { return false }
        packetEnd.add(packet)
        guard packetEnd.end <= limits.durationSeconds else { throw tooLong }
        tally.leftOut += 1
        return true
    }

    /// Whether more than averages may be asked of the packet's picture: from all that is known before it is decoded, whether
    /// it may be the first of its cell. Where a longer gap comes than ever before, it may be one all the same.
    private func mayBeSampled(_ packet: borrowing Packet) -> Bool {
        guard let stamp = packet.pts, let step = clock.longestStep else { return true }
        return SampleGrid.mayTake(at: clock.seconds(stamp), step: step)
    }

    /// Gets the decoder's last frames, and fills the grid to the end of the last one.
    func finish() throws(Ending) {
        guard keyFrames == nil else { return }
        decoder.drain()
        try receive()
        hold(in: grid.finish(at: end))
    }

    private func receive() throws(Ending) {
        while true {
            switch decoder.receive(into: frame) {
            case .frame:
                try show()
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
        try checkSize(decoder.pictureWidth, decoder.pictureHeight)
        if code == moire_averror_enomem {
            throw .refused(over: "allocation_bytes", "Decoding the picture asks for more memory than a file may take.")
        }
    }

    private func show() throws(Ending) {
        if frame.isDiscarded { return }
        try checkShape()
        guard tally.frames + tally.leftOut < limits.frames else { throw tooManyFrames }
        // Fields may have packets of their own, of which one alone must not be left out.
        if frame.isInterlaced { references = nil }
        let passedOver = passing.shown(frame.timestamp)
        let (pts, duration) = clock.place(
            timestamp: frame.timestamp, duration: frame.duration, passedOver: passedOver)
        // Both: a wild duration may be negative.
        guard pts <= limits.durationSeconds, pts + duration <= limits.durationSeconds else { throw tooLong }
        let isAlone = keyFrames != nil
        let (heldCells, takesNew) = isAlone ? (0..<0, true) : grid.arrive(at: pts)
        hold(in: heldCells)
        stages?.enter(.convert)
        let reduced = reducer.reduce(frame, wantsSample: takesNew, pts: pts, isNew: !isAlone)
        stages?.enter(.decode)
        guard let (thumb, changes, sample) = reduced else {
            tally.errors += 1
            return
        }
        if frame.isDamaged { tally.errors += 1 }
        tally.frames += 1
        lastDuration = duration
        sink.tick(
            FrameTick(
                pts: pts, duration: duration, thumb: thumb, changes: changes, passedOver: passedOver,
                isKeyframe: frame.isKey, isInterlaced: frame.isInterlaced))
        lastKeyFrame = KeyFrameSize(frame, codec: decoder.codecName, bytes: keyPacketBytes) ?? lastKeyFrame
        held = sample
        held?.keyFrame = lastKeyFrame
        if let held { sink.sample(held) }
        previous.take(frame)
    }

    /// Hands out the previous frame again for cells in which nothing new began.
    private func hold(in cells: Range<Int>) {
        guard !cells.isEmpty else { return }
        stages?.enter(.convert)
        let shown = held ?? reducer.reduce(previous, wantsSample: true, pts: 0, isNew: false)?.sample
        stages?.enter(.decode)
        guard var copy = shown else { return }
        for cell in cells {
            copy.pts = SampleGrid.start(of: cell)
            sink.sample(copy)
        }
    }

    private func checkShape() throws(Ending) {
        let now = unsafe Shape(width: frame.width, height: frame.height, format: frame.raw.pointee.format)
        guard now != shape else { return }
        try checkSize(now.width, now.height)
        if shape != nil { formatChanges += 1 }
        shape = now
        guard formatChanges <= limits.formatChanges else {
            throw .refused(
                over: "format_changes",
                "The picture changes its size or format more than \(limits.formatChanges) times.")
        }
    }

    private func checkSize(_ width: Int, _ height: Int) throws(Ending) {
        try StreamFacts.check(width: width, height: height, limits)
    }
}
