import Fingerprints
import Fleet
import Foundation

/// A clip as the decoder reads it, and ten seconds of it that somebody put up again.
struct Reading {
    /// As `Clip` has it.
    let name: String
    let whole: MediaFingerprint
    let again: [Edit: MediaFingerprint]

    /// What was done to the ten seconds; `ops/lib/bench-index` does it.
    enum Edit: String, CaseIterable {
        /// Encoded anew; the middle half of each side; off a screen at an angle; in a window over other pictures; turned by
        /// a quarter; made a negative.
        case plain, half, angle, window, turned, negative
    }

    /// Reads `stem.source` and `stem.EDIT.mp4`, and keeps what came out beside them.
    init(stem: String, number: Int, decoder: DecodeService) throws {
        func read(_ file: String) throws -> MediaFingerprint {
            let kept = URL(fileURLWithPath: "\(file).print")
            if let bytes = try? Data(contentsOf: kept) { return try MediaFingerprint(decoding: [UInt8](bytes)) }
            let bytes = Data(try decoder.extract(path: file).fingerprint)
            try bytes.write(to: kept)
            return try MediaFingerprint(decoding: [UInt8](bytes))
        }
        name = "clip-\(number)"
        whole = try read("\(stem).source")
        var again: [Edit: MediaFingerprint] = [:]
        for edit in Edit.allCases { again[edit] = try read("\(stem).\(edit.rawValue).mp4") }
        self.again = again
    }
}
