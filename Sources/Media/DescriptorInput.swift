import CFFmpeg
import Glibc

/// FFmpeg's byte source over an open descriptor: regular files by position, anything else as a pipe.
///
/// The descriptor stays the caller's; a file's own offset is neither used nor moved. Belongs to one
/// thread. A class because FFmpeg's callbacks hold its address.
@safe final class DescriptorInput {
    private let descriptor: Int32
    private let limitBytes: Int64
    private var position: Int64 = 0
    /// Of a regular file; nil for a pipe.
    let fileBytes: Int64?
    /// How far into the input reading has come.
    private(set) var furthestByte: Int64 = 0
    /// A pipe was read past the limit.
    private(set) var isOverLimit = false
    /// errno of a read that failed; zero when none did.
    private(set) var readError: Int32 = 0
    private(set) var context: UnsafeMutablePointer<AVIOContext>?

    /// 64 KiB: a packet or two per read.
    private static let bufferBytes: Int32 = 65_536

    init(descriptor: Int32, limitBytes: Int64) throws(MediaError) {
        self.descriptor = descriptor
        self.limitBytes = limitBytes
        var status = stat()
        let isFile = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        fileBytes = isFile ? Int64(status.st_size) : nil
        guard let buffer = unsafe av_malloc(Int(Self.bufferBytes)) else { throw .outOfMemory("allocating the input") }
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe context = unsafe avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self), Self.bufferBytes, 0, me, readBytes, nil,
            isFile ? seekTo : nil)
        guard let context = unsafe context else {
            unsafe av_free(buffer)
            throw .outOfMemory("allocating the input")
        }
        unsafe context.pointee.seekable = isFile ? AVIO_SEEKABLE_NORMAL : 0
    }

    deinit {
        // FFmpeg may have replaced the buffer by a larger one.
        if let context = unsafe context { unsafe av_freep(&context.pointee.buffer) }
        unsafe avio_context_free(&context)
    }

    fileprivate func read(into buffer: UnsafeMutablePointer<UInt8>, count: Int) -> Int32 {
        if position >= limitBytes, fileBytes == nil {
            isOverLimit = true
            return moire_averror_eio
        }
        var got: Int
        repeat {
            got =
                if fileBytes != nil {
                    unsafe Glibc.pread(descriptor, buffer, count, Int(position))
                } else {
                    unsafe Glibc.read(descriptor, buffer, count)
                }
        } while got < 0 && errno == EINTR
        if got < 0 {
            readError = errno
            return moire_averror_eio
        }
        if got == 0 { return moire_averror_eof }
        position += Int64(got)
        furthestByte = max(furthestByte, position)
        return Int32(got)
    }

    fileprivate func seek(to offset: Int64, from whence: Int32) -> Int64 {
        guard let fileBytes else { return Int64(moire_averror_eio) }
        let base: Int64
        switch whence & ~AVSEEK_FORCE {
        case AVSEEK_SIZE: return fileBytes
        case SEEK_SET: base = 0
        case SEEK_CUR: base = position
        case SEEK_END: base = fileBytes
        default: return Int64(moire_averror_einval)
        }
        let (target, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, target >= 0 else { return Int64(moire_averror_einval) }
        position = target
        return target
    }
}

private func readBytes(
    _ opaque: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int32
) -> Int32 {
    guard let opaque = unsafe opaque, let buffer = unsafe buffer, count > 0 else { return moire_averror_einval }
    // The input outlives its AVIOContext, which is freed in its deinit.
    let input = unsafe Unmanaged<DescriptorInput>.fromOpaque(opaque).takeUnretainedValue()
    return unsafe input.read(into: buffer, count: Int(count))
}

private func seekTo(_ opaque: UnsafeMutableRawPointer?, _ offset: Int64, _ whence: Int32) -> Int64 {
    guard let opaque = unsafe opaque else { return Int64(moire_averror_einval) }
    let input = unsafe Unmanaged<DescriptorInput>.fromOpaque(opaque).takeUnretainedValue()
    return input.seek(to: offset, from: whence)
}
