import CSandbox
import Glibc

/// Whole messages with descriptors over a `SOCK_SEQPACKET` socket.
package enum Messages {
    package struct Received: ~Copyable {
        package var bytes: [UInt8]
        package var first: Descriptor?
        package var second: Descriptor?
    }

    package static func send(_ bytes: [UInt8], descriptors: [Int32] = [], over socket: Int32) throws(WireError) {
        let result = unsafe bytes.withUnsafeBytes { body in
            unsafe descriptors.withUnsafeBufferPointer { passed in
                unsafe moire_send(socket, body.baseAddress, body.count, passed.baseAddress, Int32(passed.count))
            }
        }
        guard result != -EPIPE, result != -ECONNRESET else { throw WireError(.closed, "the other end is gone") }
        guard result == 0 else { throw WireError(.system, errno: -result, "sendmsg") }
    }

    /// Waits for one message with at most two descriptors.
    package static func receive(max: Int, from socket: Int32) throws(WireError) -> Received {
        var bytes = [UInt8](repeating: 0, count: max)
        var passed: [Int32] = [-1, -1]
        let count = unsafe moire_receive(socket, &bytes, max, &passed, 2)
        if count == 0 || count == -Int(ECONNRESET) { throw WireError(.closed, "the other end is gone") }
        if count == -Int(EMSGSIZE) { throw WireError(.tooLarge, "a message over \(max) bytes or two descriptors") }
        guard count > 0 else { throw WireError(.system, errno: Int32(-count), "recvmsg") }
        bytes.removeLast(max - count)
        return Received(
            bytes: bytes, first: passed[0] >= 0 ? Descriptor(owning: passed[0]) : nil,
            second: passed[1] >= 0 ? Descriptor(owning: passed[1]) : nil)
    }
}
