import CSandbox
import Glibc

/// Owns one open descriptor, close-on-exec.
package struct Descriptor: ~Copyable {
    package let raw: Int32

    package init(owning raw: Int32) {
        precondition(raw >= 0, "\(raw) is not a descriptor")
        self.raw = raw
    }

    deinit { Glibc.close(raw) }

    /// Lets the descriptor go without closing it.
    package consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }

    /// Two connected descriptors, each taken out once; what is not taken is closed.
    package struct Pair: ~Copyable {
        private var first: Descriptor?
        private var second: Descriptor?

        fileprivate init(_ ends: [Int32]) {
            first = Descriptor(owning: ends[0])
            second = Descriptor(owning: ends[1])
        }

        /// The reading end of a pipe; either end of a socket pair.
        package mutating func takeFirst() -> Descriptor { Self.taken(first.take()) }

        /// The writing end of a pipe; the other end of a socket pair.
        package mutating func takeSecond() -> Descriptor { Self.taken(second.take()) }

        private static func taken(_ end: consuming Descriptor?) -> Descriptor {
            guard let end = end.take() else { preconditionFailure("this end was taken before") }
            return end
        }
    }

    package static func pipe() throws(WireError) -> Pair {
        var ends: [Int32] = [-1, -1]
        let result = unsafe moire_pipe(&ends)
        guard result == 0 else { throw WireError(.system, errno: -result, "pipe2") }
        return Pair(ends)
    }

    /// Two connected ends that keep message borders and notice when the other end goes away.
    package static func socketPair() throws(WireError) -> Pair {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw WireError(.system, errno: errno, "socketpair")
        }
        return Pair(ends)
    }
}
