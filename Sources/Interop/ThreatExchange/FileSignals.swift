internal import Crypto
public import Fingerprints
internal import Foundation

/// What is exchanged of one file: its signals, made of its bytes and its frame codes.
public enum FileSignals {
    /// The MD5 of a file's bytes, read piece by piece; 32 hex digits.
    ///
    /// MD5 finds the same bytes again and proves nothing against anybody who wants two files to share it.
    public static func videoMD5(ofFile path: String) throws(InteropError) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InteropError(.malformed, "\(path) cannot be read.")
        }
        defer { try? file.close() }
        var hash = Insecure.MD5()
        do {
            while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        } catch {
            throw InteropError(.malformed, "\(path) cannot be read to its end.")
        }
        return hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// A video's `vpdq` signal; nil where no frame has the quality to be compared.
    public static func vpdq(of video: VideoFingerprint, secondsPerHash: Double = 0) -> String? {
        let frames = thinned(video.vpdqFrames, secondsPerHash: secondsPerHash)
        guard frames.contains(where: { $0.quality >= SignalComparison.qualityMin }) else { return nil }
        return VPDQFile.formatSignal(frames)
    }

    /// The first frame at or after each multiple of a number of seconds, or all of them for 0.
    ///
    /// Moiré's frames are a quarter of a second apart; Meta's hasher takes one a second unless told otherwise.
    public static func thinned(_ frames: [VPDQFrame], secondsPerHash: Double) -> [VPDQFrame] {
        guard secondsPerHash > 0 else { return frames }
        var due = 0.0
        return frames.filter { frame in
            // Half a millisecond: a timestamp is rounded to whole ones.
            guard frame.timestamp >= due - 0.0005 else { return false }
            due = ((frame.timestamp + 0.0005) / secondsPerHash).rounded(.down) * secondsPerHash + secondsPerHash
            return true
        }
    }
}
