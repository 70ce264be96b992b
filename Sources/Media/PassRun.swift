import CFFmpeg
import Frames

/// One file on its way through a pass.
@safe final class PassRun {
    private let demuxer: Demuxer
    private let packet: Packet
    private let limits: MediaLimits
    private var choice: StreamChoice
    private let info: MediaInfo
    private let claims: (video: Double?, audio: Double?)
    private let video: VideoTrack?
    private let audio: AudioTrack?
    /// Only sound is decoded, and none that begins later; nil for the whole file.
    private let soundUntil: Double?
    /// Of the picture only key frames are decoded, of the sound as much as shows that it can be.
    private let isKeyFramesOnly: Bool
    private var packetClock = PacketClock()
    private var packets = 0
    private var readErrorText: String?

    /// Reads the header, opens the decoders and tells the sink what the file is.
    init(
        descriptor: Int32, limits: MediaLimits, sink: any MediaSink, soundUntil: Double? = nil,
        isKeyFramesOnly: Bool = false, stages: StageClock? = nil
    ) throws(Ending) {
        let opened = try OpenedFile(descriptor: descriptor, limits: limits)
        self.limits = limits
        choice = opened.choice
        info = opened.info
        claims = opened.claims
        self.soundUntil = soundUntil
        self.isKeyFramesOnly = isKeyFramesOnly
        if soundUntil != nil, choice.audio == nil { throw .undecodable("no_audio", "The file has no sound.") }
        video = soundUntil == nil ? try opened.videoTrack(limits, sink, stages) : nil
        audio = try opened.audioTrack(limits, sink, stages)
        guard video != nil || audio != nil else {
            throw .undecodable("no_decoder", "The decoders refuse the file's streams: their parameters make no sense.")
        }
        if video == nil, soundUntil == nil, let refused = info.video { choice.unreadableVideo = refused.codec }
        if audio == nil, let refused = info.audio { choice.unreadableAudio = refused.codec }
        if isKeyFramesOnly {
            video?.decodeKeyFramesOnly()
            audio?.decodeFirstBlockOnly()
        }
        packet = try opened.makePacket()
        demuxer = opened.takeDemuxer()
        sink.begin(info)
    }

    func toEnd() -> PassResult {
        var outcome: Outcome
        do {
            try readAll()
            try video?.finish()
            try audio?.finish()
            outcome = OutcomeRules.judge(streams: streams(), choice: choice, readErrorText: readErrorText)
            if isKeyFramesOnly {
                outcome = OutcomeRules.ofKeyFrames(outcome, video: video?.tally, found: keyFramesFound)
            }
        } catch {
            let any = streams().contains { $0.tally.frames > 0 }
            outcome = OutcomeRules.judge(error, decodedUntil: any ? end : nil)
        }
        return PassResult(
            info: info, outcome: outcome, videoFrames: video?.tally.frames ?? 0,
            audioSamples: audio?.samples ?? 0, duration: end)
    }

    /// Packets of the picture.
    var picturePackets: Int { video?.tally.packets ?? 0 }
    var keyFramesFound: Int { video?.keyFramesFound ?? 0 }
    var packetSizes: (key: Double?, other: Double?) { video?.packetSizes ?? (nil, nil) }

    private var end: Double { max(video?.end ?? 0, audio?.end ?? 0) }

    private func streams() -> [OutcomeRules.Stream] {
        var all: [OutcomeRules.Stream] = []
        if let video {
            all.append(.init(name: "picture", tally: video.tally, claimedEnd: claims.video, end: video.end))
        }
        if let audio { all.append(.init(name: "sound", tally: audio.tally, claimedEnd: claims.audio, end: audio.end)) }
        return all
    }

    private func readAll() throws(Ending) {
        while true {
            let code = demuxer.read(into: packet)
            if code < 0 {
                if code == moire_averror_eagain { continue }
                try stop(code)
                return
            }
            packets += 1
            guard packets <= limits.packets else {
                throw .refused(over: "packets", "The file has more than \(limits.packets) packets.")
            }
            straighten()
            if packet.streamIndex == video?.streamIndex { try video?.take(packet) }
            if packet.streamIndex == audio?.streamIndex { try audio?.take(packet) }
            packet.clear()
            if let soundUntil, let audio, audio.end >= soundUntil { return }
        }
    }

    /// The demuxer has no more to give: the end, a limit or trouble.
    private func stop(_ code: Int32) throws(Ending) {
        if demuxer.input.isOverLimit {
            throw .refused(over: "input_bytes", "The input has more than \(limits.inputBytes) bytes.")
        }
        if code == moire_averror_enomem {
            throw .refused(over: "allocation_bytes", "Reading a packet asks for more memory than a file may take.")
        }
        if demuxer.input.readError != 0 {
            readErrorText = MediaError(-demuxer.input.readError, "reading").text
        } else if code != moire_averror_eof {
            readErrorText = MediaError(code, "reading").text
        }
    }

    private func straighten() {
        guard demuxer.timestampsMayJump, let order = packet.order,
            let unit = unsafe demuxer.stream(packet.streamIndex).map({ unsafe av_q2d($0.pointee.time_base) }), unit > 0
        else { return }
        let shift = packetClock.shift(stream: packet.streamIndex, time: Double(order) * unit)
        // A wild stamp may be further away than a stamp can say; it is then left to be judged as it is.
        if shift != 0, let ticks = Int64(exactly: (shift / unit).rounded()) { packet.shift(by: ticks) }
    }
}
