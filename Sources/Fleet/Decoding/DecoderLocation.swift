import Crypto
import FoundationEssentials
import Glibc
import Records

/// Where the decoder program is, and which one it is.
enum DecoderLocation {
    static let name = "moire-decoder"

    /// `MOIRE_DECODER` if set, else `moire-decoder` in the folder of the running program.
    static func find() throws(DecodeError) -> String {
        if let named = unsafe getenv("MOIRE_DECODER") { return unsafe String(cString: named) }
        guard let own = ownPath(), let slash = own.lastIndex(of: "/") else {
            throw DecodeError(
                .decoderMissing, "The folder of this program is unknown; name the decoder in MOIRE_DECODER.")
        }
        return String(own[...slash]) + name
    }

    /// Which build decoded is answered by the decoder's own bytes, whatever its version number says.
    static func build(of path: String) throws(DecodeError) -> String {
        guard let program = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
            throw DecodeError(
                .decoderMissing,
                "There is no decoder at \(path); install moire-decoder beside this program, or "
                    + "name it in MOIRE_DECODER.")
        }
        return "\(Producer.version)+\(Hex.text(of: SHA256.hash(data: program)).prefix(12))"
    }

    private static func ownPath() -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe readlink("/proc/self/exe", bytes.baseAddress!, bytes.count)  // PATH_MAX bytes, so not empty
        }
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }
}
