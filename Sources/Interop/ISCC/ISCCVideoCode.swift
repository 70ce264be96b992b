internal import Fingerprints

/// ISCC's Video-Code, version 0 (ISO 24138:2024), of MPEG-7 frame signatures, for which the standard's tools sample five
/// frames a second.
///
/// The distinct signatures are added up element by element; bit k compares two of the 380 sums (`WTAPairs`), and is one
/// where the second is greater (`code_content_video.py` of iscc/iscc-core).
public enum ISCCVideoCode {
    /// - Parameter bits: one of `ISCCUnit.lengths`.
    public static func code(of signatures: FrameSignatures, bits: Int = 64) -> String {
        code(ofVectors: signatures.frames.map { $0.map(Int.init) }, bits: bits)
    }

    /// - Parameter vectors: at least one, of `FrameSignatures.elements` values each; the standard's vectors have others
    ///   than 0, 1 and 2, too.
    static func code(ofVectors vectors: [[Int]], bits: Int) -> String {
        precondition(!vectors.isEmpty, "a Video-Code of no frames")
        var sums = [Int](repeating: 0, count: FrameSignatures.elements)
        for vector in Set(vectors) { for element in sums.indices { sums[element] += vector[element] } }
        var digest = [UInt8](repeating: 0, count: WTAPairs.all.count / 8)
        for (bit, pair) in WTAPairs.all.enumerated() where sums[pair.1] > sums[pair.0] {
            digest[bit / 8] |= 0x80 >> UInt8(bit % 8)
        }
        return ISCCUnit.code(.video, digest: digest, bits: bits)
    }
}
