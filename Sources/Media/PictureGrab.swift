import CFFmpeg
public import Frames

/// Pictures for people, at given times of the timeline that `MediaPass` uses.
public enum PictureGrab {
    /// One picture for each time: the frame shown then, in display orientation with square pixels,
    /// RGB by the stream's own matrix and range, reduced to `longestSide` and never enlarged.
    ///
    /// Nil where nothing can be decoded. A time before the first frame gives the first, a time after
    /// the end the last. Each jump costs the decoding from the key frame before; times in rising
    /// order cost least. On a pipe, which cannot be wound back, only rising times are served.
    public static func pictures(
        descriptor: Int32, at times: [Double], longestSide: Int = 512,
        limits: MediaLimits = .standard
    ) -> [RGBImage?] {
        precondition(longestSide > 0, "longest side \(longestSide)")
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(limits.allocationBytes)
        guard let reader = try? PictureReader(descriptor: descriptor, limits: limits) else {
            return times.map { _ in nil }
        }
        return times.map { reader.picture(at: max(0, $0), longestSide: longestSide) }
    }
}

/// Walks the picture stream of a file to given times.
@safe final class PictureReader {
    private let demuxer: Demuxer
    private let packet: Packet
    private let decoder: Decoder
    private let streamIndex: Int
    private let secondsPerTick: Double
    private let startTime: Double
    private let orientation: Orientation
    private let sampleAspect: Double
    private let limits: MediaLimits
    /// The frame on show, and the one after it.
    private let shown: Frame
    private let next: Frame
    private var shownAt: Double?
    private var nextAt: Double?
    private var isAtEnd = false
    private var isDraining = false
    private var scaler: Scaler?
    private var packets = 0

    /// Seconds that are decoded through rather than jumped over: about a key frame's distance.
    private static let nearby = 2.0

    init(descriptor: Int32, limits: MediaLimits) throws(Ending) {
        let opened = try OpenedFile(descriptor: descriptor, limits: limits)
        self.limits = limits
        startTime = opened.info.startTime
        guard let index = opened.choice.video, let stream = unsafe opened.demuxer.stream(index) else {
            throw .undecodable("no_streams", "The file has no picture.")
        }
        do {
            decoder = try unsafe OpenedFile.decoder(for: stream, limits)
            packet = try Packet()
            shown = try Frame()
            next = try Frame()
        } catch {
            throw .undecodable("no_decoder", "The picture's decoder refuses its parameters.")
        }
        streamIndex = index
        unsafe secondsPerTick = av_q2d(stream.pointee.time_base)
        orientation = unsafe StreamFacts.orientation(of: stream)
        sampleAspect = unsafe StreamFacts.sampleAspect(of: stream)
        if let audio = opened.choice.audio { unsafe opened.demuxer.stream(audio)?.pointee.discard = AVDISCARD_ALL }
        demuxer = opened.takeDemuxer()
    }

    func picture(at time: Double, longestSide: Int) -> RGBImage? {
        let isAhead = shownAt.map { time >= $0 && time - $0 <= Self.nearby } ?? (time <= Self.nearby)
        if !isAhead, seek(to: time) {
            advance()
            // A key frame index that is wrong, or frames that lead their key frame: from the start, then.
            if let nextAt, nextAt > time + 1e-6 { _ = seek(to: 0) }
        }
        if nextAt == nil { advance() }
        while let at = nextAt, shownAt == nil || at <= time + 1e-6 {
            shown.take(next)
            shownAt = at
            nextAt = nil
            advance()
        }
        return shownAt == nil ? nil : render(longestSide)
    }

    private func seek(to time: Double) -> Bool {
        // A wild start may be further away than a stamp can say.
        guard let target = Int64(exactly: ((time + startTime) / secondsPerTick).rounded(.down)) else { return false }
        guard unsafe avformat_seek_file(demuxer.raw, Int32(streamIndex), Int64.min, target, target, 0) >= 0 else {
            return false
        }
        decoder.flush()
        (shownAt, nextAt, isAtEnd, isDraining) = (nil, nil, false, false)
        return true
    }

    /// Decodes one frame into `next`; leaves `nextAt` nil at the end.
    private func advance() {
        while !isAtEnd {
            switch decoder.receive(into: next) {
            case .frame:
                if next.isDiscarded { continue }
                guard (try? StreamFacts.check(width: next.width, height: next.height, limits)) != nil else {
                    isAtEnd = true
                    return
                }
                let usual = (shownAt ?? 0) + 0.04
                nextAt = next.timestamp.map { max(0, Double($0) * secondsPerTick - startTime) } ?? usual
                return
            case .needsInput: feed()
            case .finished: isAtEnd = true
            case .failed: if isDraining { isAtEnd = true } else { feed() }
            }
        }
    }

    private func feed() {
        while true {
            packets += 1
            let code = packets <= limits.packets ? demuxer.read(into: packet) : moire_averror_eof
            if code == moire_averror_eagain { continue }
            guard code >= 0 else {
                isDraining = true
                decoder.drain()
                return
            }
            let isOurs = packet.streamIndex == streamIndex && !packet.isEncrypted
            if isOurs { _ = decoder.send(packet) }
            packet.clear()
            if isOurs { return }
        }
    }

    private func render(_ longestSide: Int) -> RGBImage? {
        let square = DisplaySize.squarePixels(width: shown.width, height: shown.height, sampleAspect: sampleAspect)
        let size = DisplaySize.fitted(square, longestSide: longestSide)
        let plan = unsafe Scaler.Plan(
            width: shown.raw.pointee.width, height: shown.raw.pointee.height, format: shown.raw.pointee.format,
            outWidth: Int32(size.width), outHeight: Int32(size.height), outFormat: AV_PIX_FMT_RGB24.rawValue,
            colorspace: Int32(clamping: shown.raw.pointee.colorspace.rawValue), fullRange: shown.isFullRange)
        if scaler?.plan != plan {
            scaler = nil
            guard let fresh = try? Scaler(plan) else { return nil }
            scaler = consume fresh
        }
        guard let pixels = unsafe scaler?.packedRGB(shown.raw) else { return nil }
        let turned = orientation.apply(to: pixels, width: size.width, height: size.height, pixelBytes: 3)
        return RGBImage(width: turned.width, height: turned.height, pixels: turned.pixels)
    }
}
