@testable import FingerprintIndex
import Fingerprints
import Testing

@Suite("The verdict on a pair")
struct AlignerTests {
    let film = Film(seed: 1)
    let tune = Tune(seed: 5)

    /// Twenty seconds of film and sound.
    var reference: MediaFingerprint {
        fingerprint(film.frames(from: 0, seconds: 20), tune.peaks(from: 0, seconds: 20), seconds: 20)
    }

    @Test("A piece is found where it was cut out, to the sampling step")
    func cut() throws {
        // Six seconds from 7.5, in the middle of other material.
        let other = Film(seed: 2)
        let frames =
            other.frames(from: 0, seconds: 3)
            + film.frames(from: 7.5, seconds: 6, noiseBits: 40).map { shifted($0, ms: 3000) }
            + other.frames(from: 9, seconds: 3).map { shifted($0, ms: 9000) }
        let report = Aligner.compare(query: fingerprint(frames, seconds: 12), reference: reference)
        let match = try #require(report.matches.first)
        #expect(report.gate == .matched)
        #expect(report.matches.count == 1)
        #expect(match.modality == .video)
        #expect(abs(match.queryStart - 3) <= 0.13)
        #expect(abs(match.queryEnd - 9) <= 0.13)
        #expect(abs(match.referenceStart - 7.5) <= 0.25)
        #expect(abs(match.referenceEnd - 13.5) <= 0.25)
        #expect(abs(match.offset - 4.5) <= 0.1)
        #expect(match.speed == 1)
        #expect(!match.mirrored)
        #expect(abs(match.queryCoverage - 0.5) <= 0.03)
        #expect(abs(match.referenceCoverage - 0.3) <= 0.03)
    }

    @Test("A faster copy is found with its speed", arguments: [0.8, 0.94, 1.1, 1.25])
    func speed(_ speed: Double) throws {
        let query = fingerprint(film.frames(from: 2, seconds: 10, speed: speed, noiseBits: 30), seconds: 10)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(abs(match.speed - speed) <= 0.02)
        #expect(abs(match.referenceStart - 2) <= 0.3)
        #expect(abs(match.referenceEnd - (2 + 10 * speed)) <= 0.4)
        #expect(match.queryCoverage >= 0.95)
    }

    @Test("A mirrored copy is found and said to be mirrored")
    func mirrored() throws {
        let query = fingerprint(film.frames(from: 4, seconds: 8, mirrored: true, noiseBits: 30), seconds: 8)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(match.mirrored)
        #expect(abs(match.offset - 4) <= 0.1)
    }

    @Test("Unrelated clips do not match, and the report says how near they came", arguments: 1...20)
    func unrelated(_ seed: Int) {
        let seed = UInt64(seed)
        let query = fingerprint(
            Film(seed: 100 + seed).frames(from: 0, seconds: 20),
            Tune(seed: 100 + seed).peaks(from: 0, seconds: 20), seconds: 20)
        let report = Aligner.compare(query: query, reference: reference)
        #expect(report.matches.isEmpty)
        #expect(report.gate != .matched)
        #expect(!report.explanation.isEmpty)
    }

    @Test("Sound alone finds a piece at an unknown offset under other sound")
    func sound() throws {
        // Ten seconds from 6.2, of which four in ten peaks are left.
        let query = fingerprint([], tune.peaks(from: 6.2, seconds: 10, share: 0.4), seconds: 10)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(match.modality == .audio)
        #expect(match.video == nil)
        #expect(abs(match.offset - 6.2) <= 0.05)
        #expect(match.speed == 1)
        #expect(match.queryStart <= 0.6)
        #expect(match.queryEnd >= 9.4)
    }

    @Test("Picture and sound on one line of time are one match and weigh more than either")
    func both() throws {
        let frames = film.frames(from: 5, seconds: 8, noiseBits: 80)
        let peaks = tune.peaks(from: 5, seconds: 8, share: 0.3)
        func best(_ query: MediaFingerprint) throws -> Match {
            try #require(Aligner.compare(query: query, reference: reference, minimumScore: 0).matches.first)
        }
        let joined = try best(fingerprint(frames, peaks, seconds: 8))
        let seen = try best(fingerprint(frames, seconds: 8))
        let heard = try best(fingerprint([], peaks, seconds: 8))
        #expect(joined.modality == .both)
        #expect(joined.video != nil)
        #expect(joined.audio != nil)
        #expect(abs(joined.offset - 5) <= 0.1)
        #expect(joined.score > seen.score)
        #expect(joined.score > heard.score)
    }

    @Test("Sound from elsewhere in the reference does not join the picture's match")
    func elsewhere() throws {
        let query = fingerprint(film.frames(from: 5, seconds: 8), tune.peaks(from: 11, seconds: 8), seconds: 8)
        let match = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        #expect(match.modality != .both)
    }

    @Test("A still picture that is repeated for ten seconds is one moment")
    func still() throws {
        // 85 bits apart: as near as two dark talking heads.
        let still = Film(seed: 3, moving: false)
        let frames = still.frames(from: 0, seconds: 10)
        let alike = frames.map { FrameCode(ptsMs: $0.ptsMs, hash: $0.hash.flipping(0..<85), quality: 100) }
        let report = Aligner.compare(
            query: fingerprint(alike, seconds: 10), reference: fingerprint(frames, seconds: 10))
        #expect(report.matches.isEmpty)
        #expect(report.nearest?.videoMoments == 1)
        // One frame says as much as forty.
        let short = Aligner.compare(
            query: fingerprint(Array(alike.prefix(4)), seconds: 1),
            reference: fingerprint(Array(frames.prefix(4)), seconds: 1))
        let long = try #require(report.nearest), brief = try #require(short.nearest)
        #expect(abs(long.videoDecades - brief.videoDecades) < 1e-9)  // sums of equal values in another order
    }

    @Test("A hum that sounds all the time in both clips is no match")
    func hum() {
        let hum = (0..<400).map { SoundPeak(hop: UInt32(2 * $0), band: 200) }
        let report = Aligner.compare(
            query: fingerprint([], hum, seconds: 10), reference: fingerprint([], hum, seconds: 10))
        #expect(report.matches.isEmpty)
    }

    @Test("One instant with many equal peaks is one moment")
    func instant() {
        let chord = (0..<30).map { SoundPeak(hop: 100, band: UInt16($0 * 15)) }
        let query = chord + Tune(seed: 8).peaks(from: 0, seconds: 8)
        let other = chord + Tune(seed: 9).peaks(from: 0, seconds: 8)
        let report = Aligner.compare(
            query: fingerprint([], sorted(query), seconds: 8),
            reference: fingerprint([], sorted(other), seconds: 8))
        #expect(report.matches.isEmpty)
    }

    @Test("A clip cut into two pieces and swapped gives two matches")
    func shuffled() throws {
        let frames =
            film.frames(from: 10, seconds: 5)
            + film.frames(from: 1, seconds: 5).map { shifted($0, ms: 5000) }
        let matches = Aligner.compare(query: fingerprint(frames, seconds: 10), reference: reference).matches
            .sorted { $0.queryStart < $1.queryStart }
        #expect(matches.count == 2)
        #expect(abs(try #require(matches.first).offset - 10) <= 0.1)
        #expect(abs(try #require(matches.last).offset + 4) <= 0.1)
    }

    @Test("Frames too flat to tell apart are not compared")
    func flat() {
        let flat = film.frames(from: 0, seconds: 10).map { FrameCode(ptsMs: $0.ptsMs, hash: $0.hash, quality: 49) }
        let report = Aligner.compare(query: fingerprint(flat, seconds: 10), reference: fingerprint(flat, seconds: 10))
        #expect(report.gate == .noCodes)
        #expect(report.matches.isEmpty)
    }

    @Test("Swapping query and reference swaps the spans")
    func symmetric() throws {
        let query = fingerprint(film.frames(from: 6, seconds: 8, noiseBits: 50), seconds: 8)
        let there = try #require(Aligner.compare(query: query, reference: reference).matches.first)
        let back = try #require(Aligner.compare(query: reference, reference: query).matches.first)
        #expect(abs(there.queryStart - back.referenceStart) <= 0.25)
        #expect(abs(there.referenceStart - back.queryStart) <= 0.25)
        #expect(abs(there.score - back.score) <= 0.02)
    }

    @Test("Times without sense, out of order or of weeks, are survived")
    func hostile() {
        var dice = Dice(4)
        let frames = (0..<40).map { (index: Int) -> FrameCode in
            let ms: UInt32 = index % 3 == 0 ? .max : UInt32(dice.next() % 20_000)
            return FrameCode(ptsMs: ms, hash: film.hash(at: Double(index) / 4), quality: 255)
        }
        let peaks = (0..<200).map { (index: Int) -> SoundPeak in
            let hop: UInt32 = index % 2 == 0 ? .max : UInt32(200 - index)
            return SoundPeak(hop: hop, band: index % 3 == 0 ? .max : UInt16(index % 7))
        }
        let odd = MediaFingerprint(
            duration: .nan, video: VideoFingerprint(frames: frames), audio: AudioFingerprint(peaks: peaks))
        for (a, b) in [(odd, odd), (odd, reference), (reference, odd)] {
            let report = Aligner.compare(query: a, reference: b, minimumScore: 0)
            for match in report.matches {
                #expect(match.score > 0 && match.score < 1)
                #expect(match.queryStart <= match.queryEnd && match.referenceStart <= match.referenceEnd)
            }
        }
    }

    @Test(
        "The same two fingerprints give the same report, byte for byte, and a score's false-match rate falls as it rises"
    )
    func deterministic() {
        let query = fingerprint(
            film.frames(from: 5, seconds: 8, noiseBits: 60), tune.peaks(from: 5, seconds: 8, share: 0.3), seconds: 8
        )
        #expect(
            Aligner.compare(query: query, reference: reference) == Aligner.compare(query: query, reference: reference))
        #expect(Aligner.falseMatchRate(score: 0) == 0.02)
        #expect(abs(Aligner.falseMatchRate(score: 0.5) - 0.000_002) < 1e-12)
        #expect(Aligner.falseMatchRate(score: 0.9) < 1e-30)
    }

    private func shifted(_ frame: FrameCode, ms: UInt32) -> FrameCode {
        FrameCode(ptsMs: frame.ptsMs + ms, hash: frame.hash, quality: frame.quality)
    }

    private func sorted(_ peaks: [SoundPeak]) -> [SoundPeak] {
        peaks.sorted { ($0.hop, $0.band) < ($1.hop, $1.band) }
    }
}
