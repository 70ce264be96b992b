import CFFmpeg
public import Frames

/// One picture from a file of its own: JPEG, PNG, WebP, GIF (its first picture) or BMP.
public enum PhotoGrab {
    /// A decoded photo.
    public struct Photo: Sendable {
        /// FFmpeg's name of the format, such as `jpeg_pipe`.
        public var format: String
        /// Pixels, as stored.
        public var width: Int
        public var height: Int
        /// At most `pixelsHashed` of them.
        public var image: RGBImage
    }

    /// Pixels up to which a photo is hashed as large as it is, which is what Meta's Python tools do with any; PDQ
    /// prescribes no size. A hash takes 13 bytes for each pixel, so a larger photo is first averaged over squares of a
    /// whole number of pixels. PDQ's own filter averages over 1/128 of each side anyway: at 48 million pixels two bits of
    /// 256 move. A factor that is no whole number moves up to six.
    static let pixelsHashed = 16_777_216

    /// Pixels that become one, along each side.
    static func reduction(width: Int, height: Int) -> Int {
        (1...).first { (width / $0) * (height / $0) <= pixelsHashed } ?? 1
    }

    /// Decodes all of it or says why not: a photo that is cut off or damaged has no hash, as what is missing would be
    /// hashed as grey.
    ///
    /// What the file says about turning it (EXIF) is passed over and transparency is dropped, as by the tools that others
    /// hash photos with.
    ///
    /// - Parameter descriptor: open for reading; stays open.
    /// - Returns: no photo where the outcome has no result.
    public static func photo(descriptor: Int32, limits: MediaLimits = .photo) -> (photo: Photo?, outcome: Outcome) {
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(limits.allocationBytes)
        do throws(Ending) {
            let photo = try PhotoReader(descriptor: descriptor, limits: limits).read()
            return (photo, Outcome(.complete, reason: "ok", sentence: "Decoded."))
        } catch {
            return (nil, OutcomeRules.judge(error, decodedUntil: nil))
        }
    }
}

/// Decodes the first picture of a file of pictures.
@safe final class PhotoReader {
    private let demuxer: Demuxer
    private let decoder: Decoder
    private let streamIndex: Int
    private let packet: Packet
    private let frame: Frame
    private let limits: MediaLimits

    /// Packets that may come before the picture is whole; each of these formats puts a picture into one.
    private static let packetsMax = 16

    init(descriptor: Int32, limits: MediaLimits) throws(Ending) {
        let demuxer = try Demuxer.open(descriptor: descriptor, limits: limits, as: .photos)
        let index = (0..<demuxer.streamCount).first { index in
            unsafe demuxer.stream(index)?.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        }
        guard let index, let stream = unsafe demuxer.stream(index) else {
            throw .undecodable("no_streams", "The file has no picture.")
        }
        let claimed = unsafe (stream.pointee.codecpar.pointee.width, stream.pointee.codecpar.pointee.height)
        try StreamFacts.check(width: Int(claimed.0), height: Int(claimed.1), limits)
        guard let codec = unsafe AllowLists.photos.decoder(for: stream.pointee.codecpar.pointee.codec_id) else {
            throw .undecodable("no_decoder", "The picture has no decoder here.")
        }
        do {
            decoder = try unsafe Decoder.open(stream, codec: codec, limits: limits, as: .photos, isStrict: true)
            packet = try Packet()
            frame = try Frame()
        } catch {
            if error.isOutOfMemory { throw Demuxer.noMemory }
            throw .undecodable("no_decoder", "The picture's decoder refuses its parameters.")
        }
        streamIndex = index
        self.limits = limits
        self.demuxer = demuxer
    }

    func read() throws(Ending) -> PhotoGrab.Photo {
        try decode()
        try StreamFacts.check(width: frame.width, height: frame.height, limits)
        guard !frame.isDamaged else { throw Self.damaged }
        guard let image = render() else {
            throw .undecodable("picture_unreadable", "The picture's pixels are in a format that cannot be read.")
        }
        return PhotoGrab.Photo(
            format: demuxer.formatName, width: frame.width, height: frame.height, image: image)
    }

    private func decode() throws(Ending) {
        for _ in 0..<Self.packetsMax {
            let code = demuxer.read(into: packet)
            if code == moire_averror_eagain { continue }
            if demuxer.input.isOverLimit {
                throw .refused(over: "input_bytes", "The input has more than \(limits.inputBytes) bytes.")
            }
            if code >= 0 {
                let isOurs = packet.streamIndex == streamIndex
                let sent = isOurs ? decoder.send(packet) : 0
                packet.clear()
                if !isOurs { continue }
                if sent < 0 { throw try failure(sent) }
            } else {
                decoder.drain()
            }
            switch decoder.receive(into: frame) {
            case .frame: return
            case .needsInput: continue
            case .finished: throw Self.damaged
            case .failed(let code): throw try failure(code)
            }
        }
        throw Self.damaged
    }

    /// The size first: a decoder refuses a picture that is too large with the same number as a broken one.
    private func failure(_ code: Int32) throws(Ending) -> Ending {
        try StreamFacts.check(width: decoder.pictureWidth, height: decoder.pictureHeight, limits)
        return code == moire_averror_enomem
            ? .refused(
                over: "allocation_bytes", "Decoding the picture asks for more memory than a file may take.")
            : Self.damaged
    }

    private static var damaged: Ending {
        .undecodable("damaged_picture", "The picture is damaged, cut off, or of an impossible size.")
    }

    private func render() -> RGBImage? {
        let factor = PhotoGrab.reduction(width: frame.width, height: frame.height)
        let size = (width: max(1, frame.width / factor), height: max(1, frame.height / factor))
        // Photos that do not say so are BT.601 whatever their size (JFIF 1.02; RFC 9649 for WebP).
        let said = unsafe frame.raw.pointee.colorspace
        let matrix = said == AVCOL_SPC_UNSPECIFIED ? AVCOL_SPC_SMPTE170M : said
        let plan = unsafe Scaler.Plan(
            width: frame.raw.pointee.width, height: frame.raw.pointee.height, format: frame.raw.pointee.format,
            outWidth: Int32(size.width), outHeight: Int32(size.height), outFormat: AV_PIX_FMT_RGB24.rawValue,
            colorspace: Int32(clamping: matrix.rawValue), fullRange: frame.isFullRange)
        guard let scaler = try? Scaler(plan) else { return nil }
        return unsafe scaler.packedRGB(frame.raw).map {
            RGBImage(width: size.width, height: size.height, pixels: $0)
        }
    }
}
