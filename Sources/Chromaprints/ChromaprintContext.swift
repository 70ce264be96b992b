import CChromaprint

/// Why libchromaprint did not do what it was asked: it is out of memory, or not the library we know.
public struct ChromaprintError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was being done.
    public var operation: String

    init(_ operation: String) { self.operation = operation }

    public var description: String { "libchromaprint failed at \(operation)" }
}

/// Owns one `ChromaprintContext`: 16-bit mono sound at one rate in, 32-bit words out.
@safe struct ChromaprintContext: ~Copyable {
    private let raw: OpaquePointer

    init(sampleRateHz: Int) throws(ChromaprintError) {
        guard let made = unsafe chromaprint_new(moire_chromaprint_algorithm) else {
            throw ChromaprintError("making a context")
        }
        guard unsafe chromaprint_start(made, Int32(clamping: sampleRateHz), 1) == 1 else {
            unsafe chromaprint_free(made)
            throw ChromaprintError("starting")
        }
        unsafe raw = made
    }

    deinit { unsafe chromaprint_free(raw) }

    /// For instance `1.5.1`.
    static var libraryVersion: String { unsafe String(cString: chromaprint_get_version()) }

    func feed(_ samples: [Int16]) throws(ChromaprintError) {
        guard unsafe chromaprint_feed(raw, samples, Int32(clamping: samples.count)) == 1 else {
            throw ChromaprintError("taking \(samples.count) samples")
        }
    }

    /// Ends the sound; nothing can be fed afterwards.
    consuming func finish() throws(ChromaprintError) -> [UInt32] {
        var words: UnsafeMutablePointer<UInt32>?
        var count: Int32 = 0
        guard unsafe chromaprint_finish(raw) == 1,
            unsafe chromaprint_get_raw_fingerprint(raw, &words, &count) == 1
        else { throw ChromaprintError("finishing") }
        defer { unsafe chromaprint_dealloc(words) }
        guard let first = unsafe words, count > 0 else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: first, count: Int(count)))
    }
}
