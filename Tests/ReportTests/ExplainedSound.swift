@testable import FingerprintIndex
import Fingerprints
import Fleet
import Foundation
import Frames
import Pictures
import Records
@testable import Report
import Testing
import TestSupport

@Suite struct ExplainedSound {
    /// A match of sound: `pairs` lie on the line `reference = speed × query + offset`.
    private func report(_ pairs: [SoundPair], speed: Double = 1, offset: Double = 0, pitch: Double = 0) -> PairReport {
        PairReport(
            gate: .matched, explanation: "One stretch of the same content; the best scores 0.950.", matches: [],
            nearest: PairReport.Alignment(
                score: 0.95, speed: speed, offset: offset, mirrored: false, videoDecades: 0, audioDecades: 9,
                searchCost: 3, videoMoments: 0, audioMoments: pairs.count, framePairs: [], peaksPerSecond: [],
                soundPairs: pairs, pitch: pitch),
            queryFrames: 0, referenceFrames: 0, queryPeaks: 100, referencePeaks: 900, closestFrames: nil,
            method: "test")
    }

    private func pair(_ query: Double, _ reference: Double, _ queryHz: Double, _ referenceHz: Double) -> SoundPair {
        SoundPair(query: query, reference: reference, queryHz: queryHz, referenceHz: referenceHz)
    }

    // MARK: The report

    @Test("A pair of peaks in JSON, and the fields that carry it")
    func json() throws {
        let pair = pair(1.5, 31.25, 440, 392)
        #expect(
            try CanonicalJSON.string(pair) == #"{"query":1.5,"query_hz":440,"reference":31.25,"reference_hz":392}"#)
        let nearest = try #require(report([pair], offset: 29.75, pitch: 2).nearest)
        let text = try CanonicalJSON.string(nearest)
        #expect(text.contains(#""pitch_semitones":2"#))
        #expect(
            text.contains(#""sound_pairs":[{"query":1.5,"query_hz":440,"reference":31.25,"reference_hz":392}]"#))
        #expect(try CanonicalJSON.decode(PairReport.Alignment.self, from: Data(text.utf8)) == nearest)
    }

    @Test("Of many pairs some are taken, evenly, the first and the last among them")
    func spread() {
        let pairs = (0..<1_000).map { pair(Double($0), Double($0), 440, 440) }
        #expect(SoundPair.spread(pairs, atMost: 4).map(\.query) == [0, 333, 666, 999])
        #expect(SoundPair.spread(pairs, atMost: 1_000) == pairs)
    }

    // MARK: What is shown

    @Test("Shown is what agrees and a little more, the same stretch of both, stretched by the speed")
    func stretch() throws {
        let pairs = stride(from: 20.0, through: 40, by: 1).map { pair($0, 1.25 * $0 + 5, 440, 440) }
        let sound = try #require(
            ExplainSound(report: report(pairs, speed: 1.25, offset: 5), queryDuration: 300, referenceDuration: 400))
        // 15 % of twenty seconds on both sides.
        #expect(sound.query == TimeSpan(start: 17, end: 43))
        #expect(sound.reference == TimeSpan(start: 26.25, end: 58.75))
        #expect(sound.isAligned)
    }

    @Test("A query that is nearly all shown is shown whole, and nothing beyond both files")
    func whole() throws {
        let pairs = [pair(0.5, 0.5, 440, 440), pair(9, 9, 440, 440)]
        let sound = try #require(ExplainSound(report: report(pairs), queryDuration: 12, referenceDuration: 9.5))
        #expect(sound.query == TimeSpan(start: 0, end: 12))
    }

    @Test("Hours that agree are shown up to what a decoder pictures")
    func hours() throws {
        let pairs = stride(from: 0.0, through: 7_200, by: 10).map { pair($0, 0.8 * $0, 440, 440) }
        let sound = try #require(
            ExplainSound(report: report(pairs, speed: 0.8), queryDuration: 7_300, referenceDuration: 6_000))
        #expect(sound.query == TimeSpan(start: 0, end: 400))
        #expect(max(sound.query.seconds, sound.reference.seconds) <= DecodeService.spectrogramSecondsMax)
    }

    @Test("Without a line both are shown from the beginning; without sound, or where frames alone agree, nothing is")
    func noLine() throws {
        var miss = report([])
        miss.gate = .noLine
        miss.nearest = nil
        let sound = try #require(ExplainSound(report: miss, queryDuration: 20, referenceDuration: 500))
        #expect(sound.query == TimeSpan(start: 0, end: 60) && sound.reference == sound.query && !sound.isAligned)

        var silent = report([pair(1, 1, 440, 440)])
        silent.queryPeaks = 0
        #expect(ExplainSound(report: silent, queryDuration: 20, referenceDuration: 20) == nil)
        var seen = report([])
        seen.nearest?.framePairs = [FramePair(query: 1, reference: 1, distance: 4)]
        #expect(ExplainSound(report: seen, queryDuration: 20, referenceDuration: 20) == nil)
    }

    // MARK: The drawing

    @Test("Ticks are round numbers of seconds, far enough apart")
    func ticks() {
        let axis = Axis(start: 28.3, end: 43.6, firstPixel: 100, pixels: 940)
        #expect(axis.ticks(apart: 96) == [30, 32, 34, 36, 38, 40, 42])
        #expect(axis.pixel(28.3) == 100 && axis.pixel(43.6) == 1_040 && axis.digits(apart: 96) == 0)
        let short = Axis(start: -0.05, end: 1.95, firstPixel: 0, pixels: 1_000)
        #expect(short.step(apart: 96) == 0.2 && short.digits(apart: 96) == 1 && short.ticks(apart: 96).first == 0)
        let up = Axis(start: 0, end: 180, firstPixel: 500, pixels: -300)
        #expect(up.ticks(apart: 72) == [0, 50, 100, 150] && up.pixel(180) == 200)
    }

    @Test("Louder is lighter, all the way through the colours")
    func colors() {
        // Rec. 709 luma.
        let light = SpectrumColors.ramp.map {
            0.2126 * Double($0.red) + 0.7152 * Double($0.green) + 0.0722 * Double($0.blue)
        }
        #expect(light.count == 256 && zip(light, light.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(zip(light, light.dropFirst(4)).allSatisfy { $0 < $1 })
        #expect(light[0] < 20 && light[255] > 220)
    }

    /// Where things lie when the verdict takes one line.
    private enum Place {
        static let left = 72
        static let queryTop = 258
        static let referenceTop = 502
        static let between = 472
        static let scatterLeft = 1_104
    }

    /// A finished picture, pixel by pixel.
    private struct Drawn {
        let image: RGBImage

        subscript(x: Int, y: Int) -> Canvas.Color {
            let at = (y * image.width + x) * 3
            return Canvas.Color(image.pixels[at], image.pixels[at + 1], image.pixels[at + 2])
        }
    }

    private func draw(_ report: PairReport, _ sound: ExplainSound?, _ durations: (Double, Double)) -> Drawn {
        Drawn(
            image: ExplainPicture.draw(
                query: "a.mp3", reference: "b.mp3", queryDuration: durations.0, referenceDuration: durations.1,
                report: report, pairs: [], sound: sound))
    }

    @Test("Two peaks that agree are two marks at their times and frequencies, and a line between them")
    func marks() throws {
        // An octave down in the reference, ten seconds later.
        let pairs = [pair(2, 12, 2_000, 1_000), pair(6, 16, 500, 250)]
        let report = report(pairs, offset: 10, pitch: 12)
        var sound = try #require(ExplainSound(report: report, queryDuration: 8, referenceDuration: 100))
        #expect(sound.query == TimeSpan(start: 0, end: 8) && sound.reference == TimeSpan(start: 10, end: 18))
        let grey = LumaImage(width: ExplainSound.columns, height: ExplainSound.rows, filledWith: 100)
        (sound.queryPicture, sound.referencePicture) = (grey, grey)
        let canvas = draw(report, sound, (8, 100))

        // 940 pixels are eight seconds: 235 and 705. 184 rows are log2(55) octaves: 2 kHz lies at 46.4 from
        // the top, 1 kHz at 78.3, 500 Hz at 110.1, 250 Hz at 141.9.
        let x = [Place.left + 235, Place.left + 705]
        for (column, rows) in zip(x, [(46, 78), (110, 141)]) {
            for (top, row) in [(Place.queryTop, rows.0), (Place.referenceTop, rows.1)] {
                #expect(canvas[column, top + row] == .white)
                #expect(canvas[column + 2, top + row] == .black && canvas[column, top + row - 2] == .black)
                #expect(canvas[column + 3, top + row] == SpectrumColors.ramp[100])
            }
            let link = SpectrumColors.mix(ExplainPicture.ground, .white, SoundPanel.linkShare)
            #expect(canvas[column, Place.between] == link)
            for beside in [-1, 1] { #expect(canvas[column + beside, Place.between] == ExplainPicture.ground) }
        }
        #expect(canvas[Place.left + 400, Place.between] == ExplainPicture.ground)
        // The fitted line rises by 45 degrees through both pairs: a quarter and three quarters of 296 pixels.
        for share in [0.25, 0.75] {
            let at = Int(296 * share)
            #expect(canvas[Place.scatterLeft + at, Place.queryTop + 296 - at] == SoundPanel.fit)
            #expect(canvas[Place.scatterLeft + at - 1, Place.queryTop + 296 - at] == .white)
        }
        #expect(canvas[Place.scatterLeft + 150, Place.queryTop + 296 - 150] == SoundPanel.fit)
    }

    @Test("A file is drawn where it is, and nothing where it has not begun or has ended")
    func extent() throws {
        let pairs = [pair(1, 5, 440, 440), pair(3, 7, 440, 440)]
        var sound = try #require(
            ExplainSound(report: report(pairs, offset: 4), queryDuration: 4, referenceDuration: 7.5))
        #expect(sound.query == TimeSpan(start: 0, end: 4))
        let grey = LumaImage(width: ExplainSound.columns, height: ExplainSound.rows, filledWith: 100)
        (sound.queryPicture, sound.referencePicture) = (grey, grey)
        let canvas = draw(report(pairs, offset: 4), sound, (4, 7.5))
        // The reference ends at 3.5 of the four seconds: pixel 822.
        let row = Place.referenceTop + 20
        #expect(canvas[Place.left + 821, row] == SpectrumColors.ramp[100])
        #expect(canvas[Place.left + 823, row] == ExplainPicture.ground)
        #expect(canvas[Place.left + 930, Place.queryTop + 20] == SpectrumColors.ramp[100])
    }

    @Test("Thousands of pairs are all marked, and at most 150 linked")
    func dense() throws {
        let pairs = (0..<2_000).map { index in
            pair(Double(index) / 20, Double(index) / 20, 200 + Double(index * 37 % 4_000), 300)
        }
        let sound = try #require(ExplainSound(report: report(pairs), queryDuration: 100, referenceDuration: 100))
        let canvas = draw(report(pairs), sound, (100, 100))
        let linked = (0..<940).count { canvas[Place.left + $0, Place.between] != ExplainPicture.ground }
        #expect((120...150).contains(linked))
        #expect(
            canvas[Place.left + 470, Place.referenceTop + Int(SpectrogramScale.place(ofHz: 300, rows: 184))] == .white)
    }

    // MARK: Real files

    /// Notes of a quarter of a second, none like the ones before: 300 Hz to 2.7 kHz.
    private static func note(_ index: Int) -> Double { Double(300 + 40 * ((7 * index * index + 3 * index) % 61)) }

    private func decoder() throws -> DecodeService {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        return try DecodeService(decoderPath: folder.appendingPathComponent("moire-decoder").path)
    }

    private func compare(_ decoder: DecodeService, _ query: String, _ reference: String) throws
        -> (report: PairReport, sound: ExplainSound, durations: (Double, Double))
    {
        let prints = try [query, reference].map {
            try MediaFingerprint(decoding: [UInt8](decoder.extract(path: $0).fingerprint))
        }
        let report = Aligner.compare(query: prints[0], reference: prints[1])
        let durations = (prints[0].duration, prints[1].duration)
        var sound = try #require(
            ExplainSound(report: report, queryDuration: durations.0, referenceDuration: durations.1))
        sound.queryPicture = try decoder.spectrogram(
            path: query, start: sound.query.start, end: sound.query.end, columns: ExplainSound.columns,
            rows: ExplainSound.rows)
        sound.referencePicture = try decoder.spectrogram(
            path: reference, start: sound.reference.start, end: sound.reference.end, columns: ExplainSound.columns,
            rows: ExplainSound.rows)
        return (report, sound, durations)
    }

    @Test("An excerpt of a melody is linked to it note by note, where the notes are")
    func melody() throws {
        let step = "floor(t*4)"
        let melody = "300+40*mod(7*\(step)*\(step)+3*\(step),61)"
        let reference = try Clip.make(
            "explain-melody.wav",
            ["-f", "lavfi", "-i", "aevalsrc='0.4*sin(2*PI*(\(melody))*t)':s=22050:d=12"])
        let query = try Clip.make(
            "explain-excerpt.m4a", ["-ss", "4", "-t", "6", "-i", "@explain-melody.wav", "-c:a", "aac"])
        let (report, sound, durations) = try compare(decoder(), query, reference)
        let nearest = try #require(report.nearest)
        #expect(report.gate == .matched)
        #expect(abs(nearest.offset - 4) < 0.05 && abs(nearest.speed - 1) < 0.005)

        // Pairs that are notes: in both files, at their time, at their frequency.
        let notes = nearest.soundPairs.filter { pair in
            let hz = Self.note(Int(pair.reference * 4))
            return abs(pair.referenceHz / hz - 1) < 0.04 && abs(pair.queryHz / hz - 1) < 0.04
        }
        #expect(notes.count >= 12)
        #expect(nearest.soundPairs.allSatisfy { abs($0.reference - $0.query - 4) < 0.1 })

        let canvas = draw(report, sound, durations)
        let ramp = Set(SpectrumColors.ramp.map { [$0.red, $0.green, $0.blue] })
        for pair in notes {
            let share = (pair.query - sound.query.start) / sound.query.seconds
            let x = Place.left + Int((share * 940).rounded())
            let y = Place.queryTop + Int(SpectrogramScale.place(ofHz: pair.queryHz, rows: 184))
            #expect(canvas[x, y] == .white, "a mark at \(pair.query) s")
            // The link is within two pixels: both ends were rounded.
            #expect((-2...2).contains { canvas[x + $0, Place.between] != ExplainPicture.ground })
            // Beside the mark the note itself is bright.
            let beside = canvas[x + 4, y]
            #expect(ramp.contains([beside.red, beside.green, beside.blue]) || beside == .white || beside == .black)
        }
        let brightest = notes.filter { pair in
            let column = Int((pair.query - sound.query.start) / sound.query.seconds * 940)
            let row = Int(SpectrogramScale.place(ofHz: pair.queryHz, rows: 184))
            return (sound.queryPicture?[min(939, column), row] ?? 0) > 200
        }
        #expect(brightest.count > notes.count * 3 / 4)
    }

    @Test("Two melodies that have nothing in common are a miss with both pictures and no link")
    func miss() throws {
        let clips = try [5, 11].map { factor in
            try Clip.make(
                "explain-other-\(factor).wav",
                [
                    "-f", "lavfi", "-i",
                    "aevalsrc='0.4*sin(2*PI*(311+37*mod(\(factor)*floor(t*5)*floor(t*5),\(factor + 46)))*t)':s=22050:d=8",
                ])
        }
        let (report, sound, durations) = try compare(decoder(), clips[0], clips[1])
        #expect(report.gate != .matched)
        let canvas = draw(report, sound, durations)
        #expect(canvas[Place.left + 400, Place.queryTop + 90] != ExplainPicture.ground)
        #expect(canvas[Place.left + 400, Place.referenceTop + 90] != ExplainPicture.ground)
        if report.nearest == nil {
            #expect((0..<940).allSatisfy { canvas[Place.left + $0, Place.between] == ExplainPicture.ground })
        }
    }
}
