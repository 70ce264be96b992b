import CFFmpeg

/// Owns one AVPacket, reused for every packet of a file.
@safe struct Packet: ~Copyable {
    let raw: UnsafeMutablePointer<AVPacket>

    init() throws(MediaError) {
        guard let packet = unsafe av_packet_alloc() else { throw .outOfMemory("allocating a packet") }
        unsafe raw = packet
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = unsafe raw
        unsafe av_packet_free(&pointer)
    }

    func clear() { unsafe av_packet_unref(raw) }

    var streamIndex: Int { unsafe Int(raw.pointee.stream_index) }
    /// The container lost bytes inside this packet.
    var isDamaged: Bool { unsafe raw.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// Common Encryption: the payload is ciphertext and no key was given.
    var isEncrypted: Bool {
        var size = 0
        return unsafe av_packet_get_side_data(raw, AV_PKT_DATA_ENCRYPTION_INFO, &size) != nil
    }
    var pts: Int64? {
        let pts = unsafe raw.pointee.pts
        return pts == moire_no_pts ? nil : pts
    }
    /// Decoding time, or presentation time where there is none, in the stream's time base.
    var order: Int64? {
        let dts = unsafe raw.pointee.dts == moire_no_pts ? raw.pointee.pts : raw.pointee.dts
        return dts == moire_no_pts ? nil : dts
    }
    /// In the stream's time base; zero when unknown.
    var duration: Int64 { unsafe max(0, raw.pointee.duration) }
    var bytes: Int { unsafe Int(raw.pointee.size) }
    /// Parameter sets other than those that the decoder was opened with.
    var hasNewParameters: Bool {
        var size = 0
        return unsafe av_packet_get_side_data(raw, AV_PKT_DATA_NEW_EXTRADATA, &size) != nil
    }

    /// The payload, for as long as the call takes.
    func withBytes<Value>(_ body: (Span<UInt8>) -> Value) -> Value {
        let count = bytes
        guard count > 0, let data = unsafe raw.pointee.data else { return body([UInt8]().span) }
        // The packet holds its `size` bytes for as long as it is borrowed.
        return unsafe body(Span(_unsafeStart: data, count: count))
    }
    var isKey: Bool { unsafe raw.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    /// An edit list says that this is decoded only for others' sake.
    var isDiscarded: Bool { unsafe raw.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }
    /// Adds to both times.
    func shift(by ticks: Int64) {
        if unsafe raw.pointee.pts != moire_no_pts { unsafe raw.pointee.pts &+= ticks }
        if unsafe raw.pointee.dts != moire_no_pts { unsafe raw.pointee.dts &+= ticks }
    }
}
