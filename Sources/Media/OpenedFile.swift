import CFFmpeg
import Frames

/// A file whose header has been read: which streams are used, and what is said of them.
@safe struct OpenedFile: ~Copyable {
    let demuxer: Demuxer
    let choice: StreamChoice
    let info: MediaInfo
    /// Ends of the streams on the timeline as the container claims them, in seconds.
    let claims: (video: Double?, audio: Double?)

    init(descriptor: Int32, limits: MediaLimits) throws(Ending) {
        let demuxer = try Demuxer.open(descriptor: descriptor, limits: limits)
        let choice = StreamChoice(demuxer)
        guard choice.video != nil || choice.audio != nil else { throw Self.nothingToDecode(choice) }
        let video = unsafe choice.video.flatMap { unsafe demuxer.stream($0) }
        let audio = unsafe choice.audio.flatMap { unsafe demuxer.stream($0) }
        let videoInfo = unsafe video.map { unsafe StreamFacts.video($0) }
        if let videoInfo { try StreamFacts.check(width: videoInfo.codedWidth, height: videoInfo.codedHeight, limits) }
        let videoSpan = unsafe video.map { unsafe StreamFacts.span($0) }
        let audioSpan = unsafe audio.map { unsafe StreamFacts.span($0) }
        let startTime = [videoSpan?.start, audioSpan?.start].compactMap { $0 ?? nil }.min() ?? 0
        let claimed = demuxer.claimedDuration
        // A stream's own claim; where it has none, the file's, if the file is this stream alone.
        let alone = choice.video == nil || choice.audio == nil ? claimed : nil
        let isFLV = demuxer.formatName == "flv"
        func claim(_ span: (start: Double?, duration: Double?)?) -> Double? {
            guard let span, let duration = span.duration ?? alone else { return nil }
            // FLV's duration is the last timestamp; everybody else's counts from the stream's own start.
            let start = isFLV ? 0 : span.start ?? startTime
            return duration + start - startTime
        }
        claims = (claim(videoSpan), claim(audioSpan))
        info = unsafe MediaInfo(
            container: demuxer.formatName, claimedDuration: claimed, startTime: startTime,
            bytes: demuxer.input.fileBytes ?? demuxer.input.furthestByte, video: videoInfo,
            audio: audio.map { unsafe StreamFacts.audio($0) },
            ignoredStreams: demuxer.streamCount - (choice.video == nil ? 0 : 1) - (choice.audio == nil ? 0 : 1))
        self.choice = choice
        self.demuxer = demuxer
    }

    private static func nothingToDecode(_ choice: StreamChoice) -> Ending {
        if let codec = choice.unreadableVideo ?? choice.unreadableAudio {
            return .undecodable("no_decoder", "The file's streams (\(codec)) have no decoder here.")
        }
        return .undecodable("no_streams", "The file has neither picture nor sound.")
    }

    consuming func takeDemuxer() -> Demuxer { demuxer }

    /// Nil when there is no picture, or its decoder refuses the parameters.
    func videoTrack(_ limits: MediaLimits, _ sink: any MediaSink, _ stages: StageClock?) throws(Ending) -> VideoTrack? {
        guard let stream = unsafe choice.video.flatMap({ unsafe demuxer.stream($0) }), let video = info.video else {
            return nil
        }
        do {
            let decoder = try unsafe Self.decoder(for: stream, limits)
            return try unsafe VideoTrack(
                stream: stream, decoder: decoder, info: video, startTime: info.startTime,
                limits: limits, sink: sink, stages: stages)
        } catch {
            return try Self.excuse(error)
        }
    }

    /// Nil when there is no sound, or its decoder refuses the parameters.
    func audioTrack(_ limits: MediaLimits, _ sink: any MediaSink, _ stages: StageClock?) throws(Ending) -> AudioTrack? {
        guard let stream = unsafe choice.audio.flatMap({ unsafe demuxer.stream($0) }) else { return nil }
        do {
            let decoder = try unsafe Self.decoder(for: stream, limits)
            return try unsafe AudioTrack(
                stream: stream, decoder: decoder, startTime: info.startTime, limits: limits, sink: sink,
                stages: stages)
        } catch {
            return try Self.excuse(error)
        }
    }

    func makePacket() throws(Ending) -> Packet {
        do { return try Packet() } catch { throw Demuxer.noMemory }
    }

    static func decoder(for stream: UnsafeMutablePointer<AVStream>, _ limits: MediaLimits) throws(MediaError) -> Decoder
    {
        guard let codec = unsafe AllowLists.media.decoder(for: stream.pointee.codecpar.pointee.codec_id) else {
            throw MediaError(moire_averror_einval, "finding a decoder")
        }
        return try unsafe Decoder.open(stream, codec: codec, limits: limits)
    }

    private static func excuse<Track>(_ error: MediaError) throws(Ending) -> Track? {
        if error.isOutOfMemory { throw Demuxer.noMemory }
        return nil
    }
}
