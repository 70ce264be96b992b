import BenchmarkSupport
import FingerprintIndex
import Fingerprints
import Foundation

/// The index of a run, and beside it the plain codes for the programs it is compared with.
struct Archive {
    let folder: String
    var path: String { "\(folder)/index" }
    var codes: String { "\(folder)/codes" }
    var references: String { "\(folder)/references" }

    /// Frame codes that are added in one call, as an archive would be taken in.
    private static let portionCodes = 1 << 20

    /// Fills an index with the planted clips and distractors up to `count` codes, and sets it in order.
    ///
    /// `codes` becomes four little-endian words each, and `references` a line for each reference: its id and the number
    /// of its first code.
    func fill(planting planted: [(clip: Clip, whole: MediaFingerprint)], distractors: Distractors, count: Int) throws {
        let index = try FingerprintIndex(at: path, create: true)
        guard FileManager.default.createFile(atPath: codes, contents: nil),
            let file = FileHandle(forWritingAtPath: codes)
        else { throw BenchError("\(codes) cannot be written") }
        defer { try? file.close() }
        var lines = "", codes = 0, inPortion = 0, number = 0
        var portion: [(Reference, MediaFingerprint)] = []
        var making = 0.0, adding = 0.0, seconds = 0.0
        func take(_ reference: Reference, _ whole: MediaFingerprint) {
            var fingerprint = whole
            // As the index keeps them, so that all programs are asked for the same codes.
            fingerprint.video.frames = FrameThinning.thinned(whole.video.frames)
            lines += "\(reference.id) \(codes)\n"
            codes += fingerprint.video.frames.count
            inPortion += fingerprint.video.frames.count
            seconds += fingerprint.duration
            portion.append((reference, fingerprint))
        }
        func add() throws {
            var bytes = Data(capacity: 32 * inPortion)
            for (_, fingerprint) in portion {
                for frame in fingerprint.video.frames {
                    for word in [frame.hash.word0, frame.hash.word1, frame.hash.word2, frame.hash.word3] {
                        for shift in stride(from: UInt64(0), to: 64, by: 8) {
                            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
                        }
                    }
                }
            }
            try file.write(contentsOf: bytes)
            let began = Meter.cpuSeconds
            try index.add(portion)
            adding += Meter.cpuSeconds - began
            (portion, inPortion) = ([], 0)
        }
        for (clip, whole) in planted {
            // The codes are those that other programs are asked about; places, movement and sound are the decoder's.
            var made = fingerprint(clip.frames, perSecond: Clip.framesPerSecond, withMargins: false)
            (made.duration, made.local, made.audio) = (max(made.duration, whole.duration), whole.local, whole.audio)
            made.movement = whole.movement
            take(Reference(id: clip.name, duration: made.duration), made)
        }
        while codes < count {
            let began = Meter.cpuSeconds
            let (reference, made) = distractors.reference(number)
            making += Meter.cpuSeconds - began
            number += 1
            take(reference, made)
            if inPortion >= Self.portionCodes { try add() }
        }
        try add()
        let began = Meter.cpuSeconds
        Meter.forgetPeak()
        try index.compact()
        // Written last: who asks the same index again takes what has these for whole.
        try lines.write(toFile: references, atomically: true, encoding: .utf8)
        print("making \(codes) codes         \(rounded(making, 1)) s CPU")
        print(
            "adding them                   \(rounded(adding, 1)) s CPU, \(rounded(seconds / adding, 0)) times as fast as "
                + "they would play")
        print(
            "compacting                    \(rounded(Meter.cpuSeconds - began, 1)) s CPU, peak "
                + "\(Meter.peak / 1_000_000) MB")
        let sizes = try IndexSizes(of: index)
        func perSecond(_ bytes: Int) -> String { rounded(Double(bytes) / sizes.seconds, 0) }
        print(
            "stored, a second              \(perSecond(sizes.frames)) bytes of whole frames "
                + "(\(rounded(Double(sizes.frames) / Double(sizes.codes), 1)) a code), \(perSecond(sizes.places)) of "
                + "places, \(perSecond(sizes.movements)) of movement, \(perSecond(sizes.sounds)) of sound, "
                + "\(perSecond(sizes.rest)) of names and records")
    }
}
