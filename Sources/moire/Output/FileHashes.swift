import Fingerprints
import Fleet
import Foundation
import Frames
import Interop
import Records

/// Makes one form of hash of files, each decoded at most once.
struct FileHashes: Sendable {
    /// One hash, as `moire hash --format jsonl` prints it.
    struct Hash: Encodable, Sendable {
        var path: String
        /// Its name where it is exchanged: a ThreatExchange signal type, or `iscc_audio`, `iscc_video`.
        var type: String
        var value: String
        /// Of a picture: seconds, and 0 to 100.
        var timestamp: Double?
        var quality: Int?
        /// What `--format text` prints; the value where it is nil.
        var line: String?

        enum CodingKeys: String, CodingKey { case path, type, value, timestamp, quality }

        var text: String { line ?? value }
    }

    let form: HashForm
    let decoder: DecodeService
    let secondsPerHash: Double
    let bits: Int

    /// What is wrong with the file is the failure; what is thrown is wrong with this machine.
    func hashes(of path: String) throws -> Result<[Hash], InteropError> {
        do {
            switch form {
            case .videoMD5: return .success([try md5(of: path)])
            case .iscc: return .success([try iscc(of: path)])
            case .vpdq, .vpdqJSON, .pdq, .signals: return .success(try pictures(of: path))
            }
        } catch let failure as InteropError {
            return .failure(failure)
        }
    }

    private func md5(of path: String) throws -> Hash {
        let md5 = try FileSignals.videoMD5(ofFile: path)
        return Hash(path: path, type: SignalType.videoMD5.rawValue, value: md5)
    }

    // MARK: Pictures

    private func pictures(of path: String) throws -> [Hash] {
        let file = try decoder.fingerprint(of: path)
        // What is no video may be a photo, which has a hash of that one kind.
        if file.outcome.reason == "unknown_format", form == .pdq || form == .signals {
            let photo = try decoder.photo(path: path)
            if !photo.isUnknownFormat { return [try self.photo(photo, of: path)] }
        }
        guard let video = file.fingerprint?.video else { throw InteropError(.empty, file.outcome.sentence) }
        let frames = FileSignals.thinned(video.vpdqFrames, secondsPerHash: secondsPerHash)
        guard !frames.isEmpty else {
            throw InteropError(.empty, "There is no picture in it (\(video.abstainReason ?? "no_video")).")
        }
        let signal = Hash(path: path, type: SignalType.vpdq.rawValue, value: VPDQFile.formatSignal(frames))
        switch form {
        case .vpdq:
            // The lines end themselves; `Output.line` ends the last.
            let text = VPDQFile.format(frames)
            return [Hash(path: path, type: SignalType.vpdq.rawValue, value: text, line: String(text.dropLast()))]
        case .signals:
            let md5 = try md5(of: path)
            return [md5, signal].map { hash in
                var hash = hash
                hash.line = "\(hash.type) \(hash.value)"
                return hash
            }
        case .pdq: return try stills(frames, of: path)
        case .vpdqJSON, .videoMD5, .iscc: return [signal]
        }
    }

    /// Each different picture that is good enough to be compared.
    private func stills(_ frames: [VPDQFrame], of path: String) throws -> [Hash] {
        var seen: Set<PDQHash> = []
        let stills = frames.filter { $0.quality >= SignalComparison.qualityMin && seen.insert($0.hash).inserted }
        guard !stills.isEmpty else { throw InteropError(.empty, "All of its pictures are too flat to be told apart.") }
        return stills.map { frame in
            let seconds = String(format: "%.3f", frame.timestamp)
            return Hash(
                path: path, type: SignalType.pdq.rawValue, value: frame.hash.hex, timestamp: frame.timestamp,
                quality: frame.quality, line: "\(frame.hash.hex),\(frame.quality),\(path)#t=\(seconds)")
        }
    }

    private func photo(_ found: PhotoHash, of path: String) throws -> Hash {
        guard let photo = found.photo else { throw InteropError(.empty, found.outcome.sentence) }
        guard photo.quality >= SignalComparison.qualityMin else {
            throw InteropError(.empty, "The picture is too flat to be told from others.")
        }
        let type = SignalType.pdq.rawValue
        return Hash(
            path: path, type: type, value: photo.hash.hex, quality: photo.quality,
            line: form == .signals
                ? "\(type) \(photo.hash.hex)" : "\(photo.hash.hex),\(photo.quality),\(path)")
    }

    // MARK: ISCC

    /// Files of frame signatures are told by their names.
    private static let signatureSuffixes = [".xml", ".sig", ".bin"]

    private func iscc(of path: String) throws -> Hash {
        if Self.signatureSuffixes.contains(where: path.lowercased().hasSuffix) {
            let code = ISCCVideoCode.code(of: try FrameSignatures(try Self.bytes(of: path)), bits: bits)
            return Hash(path: path, type: "iscc_video", value: code, line: "\(code)  \(path)")
        }
        let extracted = try decoder.extract(path: path, chromaprint: .whole)
        guard extracted.record.outcome.hasResult, let print = extracted.chromaprint else {
            throw InteropError(.empty, extracted.record.outcome.sentence)
        }
        if let reason = print.abstainReason { throw InteropError(.empty, "It has no Audio-Code: \(reason).") }
        let code = ISCCAudioCode.code(of: print, bits: bits)
        return Hash(path: path, type: "iscc_audio", value: code, line: "\(code)  \(path)")
    }

    private static func bytes(of path: String) throws -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw InteropError(.malformed, "It is not there or cannot be read.")
        }
        defer { try? file.close() }
        // A byte more than allowed shows that there is more.
        return [UInt8](try file.read(upToCount: FrameSignatures.bytesMax + 1) ?? Data())
    }
}
