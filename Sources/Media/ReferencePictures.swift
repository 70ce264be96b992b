import CFFmpeg

/// Tells from a packet's own bytes whether others may be made from its picture, for H.264 and HEVC.
///
/// What says so stands in the head of each slice's unit: `nal_ref_idc` of H.264 (ITU-T H.264, 7.4.1), the unit's type of
/// HEVC (ITU-T H.265, 7.4.2.2). A stream may be decoded without such pictures: that is how it is made to be thinned out.
struct ReferencePictures {
    private enum Syntax { case h264, hevc }
    private let syntax: Syntax
    /// Bytes of the length before each unit; nil for start codes.
    private let lengthBytes: Int?
    /// Highest temporal layer of HEVC seen so far: of a lower one, a picture that its own layer does not use may be used above.
    private var highestLayer: UInt8 = 1

    /// Nil for all other codecs.
    init?(_ parameters: UnsafePointer<AVCodecParameters>) {
        switch unsafe parameters.pointee.codec_id {
        case AV_CODEC_ID_H264: syntax = .h264
        case AV_CODEC_ID_HEVC: syntax = .hevc
        default: return nil
        }
        let count = unsafe Int(parameters.pointee.extradata_size)
        guard count > 0, let data = unsafe parameters.pointee.extradata else {
            lengthBytes = nil
            return
        }
        // The records of ISO/IEC 14496-15; start codes begin with two zeros. FFmpeg's decoders tell them apart like this.
        let head = unsafe UnsafeBufferPointer(start: data, count: count)
        let place = syntax == .h264 ? 4 : 21
        let isRecord =
            unsafe count > place
            && (syntax == .h264 ? head[0] == 1 : head[0] != 0 || head[1] != 0 || head[2] > 1)
        lengthBytes = unsafe isRecord ? Int(head[place] & 3) + 1 : nil
    }

    /// True where it cannot be told.
    mutating func mayBeUsed(_ packet: borrowing Packet) -> Bool {
        packet.withBytes { bytes in
            var slices = 0
            var isUsed = false
            let isWhole = forEachUnit(of: bytes) { head, next in
                guard let use = use(head, next) else { return }
                slices += 1
                isUsed = isUsed || use
            }
            return !isWhole || slices == 0 || isUsed
        }
    }

    /// Nil for a unit that is neither a slice nor a parameter set, which pictures to come may need.
    private mutating func use(_ head: UInt8, _ next: UInt8) -> Bool? {
        switch syntax {
        case .h264:
            let type = head & 31
            // Of a picture in partitions each has its own units; what is rare is decoded.
            if [7, 8, 13, 15].contains(type) { return true }
            return (1...5).contains(type) ? head >> 5 & 3 != 0 || type != 1 : nil
        case .hevc:
            let type = head >> 1 & 63, layer = next & 7
            if (32...34).contains(type) { return true }
            guard type < 32 else { return nil }
            highestLayer = max(highestLayer, layer)
            return type > 8 || type & 1 == 1 || layer < highestLayer
        }
    }

    /// The first two bytes of each unit.
    ///
    /// - Returns: false where the lengths do not lead to the packet's end.
    private func forEachUnit(of bytes: Span<UInt8>, _ body: (UInt8, UInt8) -> Void) -> Bool {
        var place = 0
        if let lengthBytes {
            while place + lengthBytes + 2 <= bytes.count {
                var length = 0
                for offset in 0..<lengthBytes { length = length << 8 | Int(bytes[place + offset]) }
                place += lengthBytes
                guard length <= bytes.count - place else { return false }
                if length >= 2 { body(bytes[place], bytes[place + 1]) }
                place += length
            }
            return place == bytes.count
        }
        var zeros = 0
        while place + 2 < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == 1, zeros >= 2 { body(bytes[place], bytes[place + 1]) }
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return true
    }
}
