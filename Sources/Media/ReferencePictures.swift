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
        // The records of ISO/IEC 14496-15 begin with their version, 1; start codes with a zero.
        let head = unsafe UnsafeBufferPointer(start: data, count: count)
        let place = syntax == .h264 ? 4 : 21
        lengthBytes = unsafe head[0] == 1 && count > place ? Int(head[place] & 3) + 1 : nil
    }

    /// True where it cannot be told.
    mutating func mayBeUsed(_ packet: borrowing Packet) -> Bool {
        packet.withBytes { bytes in
            var slices = 0
            var isUsed = false
            forEachUnit(of: bytes) { head, next in
                guard let use = use(head, next) else { return }
                slices += 1
                isUsed = isUsed || use
            }
            return slices == 0 || isUsed
        }
    }

    /// Nil for a unit that is no slice.
    private mutating func use(_ head: UInt8, _ next: UInt8) -> Bool? {
        switch syntax {
        case .h264:
            let type = head & 31
            // Of a picture in partitions each has its own units; what is rare is decoded.
            return (1...5).contains(type) ? head >> 5 & 3 != 0 || type != 1 : nil
        case .hevc:
            let type = head >> 1 & 63, layer = next & 7
            guard type < 32 else { return nil }
            highestLayer = max(highestLayer, layer)
            return type > 8 || type & 1 == 1 || layer < highestLayer
        }
    }

    /// The first two bytes of each unit.
    private func forEachUnit(of bytes: Span<UInt8>, _ body: (UInt8, UInt8) -> Void) {
        var place = 0
        if let lengthBytes {
            while place + lengthBytes + 2 <= bytes.count {
                var length = 0
                for offset in 0..<lengthBytes { length = length << 8 | Int(bytes[place + offset]) }
                place += lengthBytes
                if length >= 2 { body(bytes[place], bytes[place + 1]) }
                guard length <= bytes.count - place else { return }
                place += length
            }
            return
        }
        var zeros = 0
        while place + 2 < bytes.count {
            let byte = bytes[place]
            place += 1
            if byte == 1, zeros >= 2 { body(bytes[place], bytes[place + 1]) }
            zeros = byte == 0 ? zeros + 1 : 0
        }
    }
}
