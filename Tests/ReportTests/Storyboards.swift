import Frames
import Pictures
import Records
@testable import Report
import Signals
import Testing

@Suite struct Storyboards {
    /// Ten seconds of film of which the last four are a freeze, and of which nothing else is known.
    private func record(filmed: [Double]? = nil) -> ExtractRecord {
        var stills = StaticSignal(
            version: "static/2", share: 0.4, spans: [.init(start: 6, end: 10, kind: .freeze)])
        stills.motion = [9, 9, 9, 9, 9, 9, 0, 0, 0, 0]
        stills.motionPeriod = 1
        return ExtractRecord(
            input: .init(path: "/clips/a.mp4", bytes: 1_000),
            outcome: Outcome(.complete, reason: "ok", sentence: "Decoded to the end.", decodedUntil: 10),
            media: MediaInfo(
                container: "mp4",
                video: VideoInfo(codec: "h264", codedWidth: 64, codedHeight: 36, width: 64, height: 36)),
            static: stills,
            recapture: RecaptureSignal(
                version: "recapture/2", probability: filmed == nil ? 0.02 : 0.97, cues: ["outline": 1],
                evidence: filmed.map { .init(outline: $0) },
                spans: filmed == nil ? [] : [TimeSpan(start: 0, end: 10)]),
            producer: Producer(name: "moire", build: "test"))
    }

    private func drawn(_ record: ExtractRecord) -> Canvas {
        let board = Storyboard(record)
        let grey = RGBImage(width: 64, height: 36, pixels: Array(repeating: 90, count: 64 * 36 * 3))
        let image = board.draw(frames: board.moments.map { _ in grey })
        var canvas = Canvas(width: image.width, height: image.height)
        canvas.draw(image, in: .init(x: 0, y: 0, width: image.width, height: image.height))
        return canvas
    }

    private func count(_ color: Canvas.Color, in canvas: Canvas, x: Range<Int>) -> Int {
        (0..<canvas.height).reduce(0) { sum, y in sum + x.count { canvas[$0, y] == color } }
    }

    @Test("Frames are wanted from the middle of the span and evenly from the rest, in time order")
    func moments() {
        let moments = Storyboard(record()).moments
        #expect(moments.contains(8))
        #expect(moments == moments.sorted())
        #expect(moments.count <= 12)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $1 - $0 > 0.4 })
    }

    @Test("The freeze's bar stands over the last four tenths of the time axis")
    func bar() {
        let canvas = drawn(record())
        let color = StoryboardTimeline.color(.freeze)
        // The axis runs from 136 to 1104: six seconds lie at 717. Captions and frames of the freeze are above.
        let bar = (300..<canvas.height).first { y in (720..<1_100).count { canvas[$0, y] == color } > 300 }
        #expect(bar != nil)
        if let bar { #expect((140..<700).count { canvas[$0, bar] == color } == 0) }
    }

    @Test("Motion, quality and loudness stand under each other, as high as they are, and nothing stands where none was")
    func curves() {
        var record = record()
        var quality = QualitySignal(version: "quality/3", score: 80)
        (quality.curve, quality.curvePeriod) = ([80, 80, 80, 80, nil, nil, nil, nil, 80, 80], 1)
        var sound = SoundSignal(version: "sound/2")
        // Half of the meter's height, then nothing to be heard.
        (sound.loudness, sound.loudnessPeriod) = (Array(repeating: -32, count: 5) + Array(repeating: -70, count: 5), 1)
        (record.quality, record.sound) = (quality, sound)
        let canvas = drawn(record)
        func rows(_ kind: SignalCurve.Kind, seconds: Range<Double>) -> [Int] {
            let axis = Axis(start: 0, end: 10, firstPixel: 136, pixels: 968)
            let columns = axis.pixel(seconds.lowerBound)..<axis.pixel(seconds.upperBound)
            let color = StoryboardTimeline.color(kind)
            // Other things may have the colour; the curves lie under the frames.
            return (200..<canvas.height).filter { y in
                columns.count { canvas[$0, y] == color } >= columns.count * 9 / 10
            }
        }
        let motion = rows(.motion, seconds: 0..<6), loud = rows(.loudness, seconds: 0..<5)
        let first = rows(.quality, seconds: 0..<4), last = rows(.quality, seconds: 8..<10)
        #expect(motion.count == 56 && loud.count == 28)
        #expect(first.count == 44 && first == last)
        #expect(rows(.motion, seconds: 6..<10).isEmpty)
        #expect(rows(.quality, seconds: 4..<8).isEmpty)
        #expect(rows(.loudness, seconds: 5..<10).isEmpty)
        #expect(motion.max()! < first.min()! && first.max()! < loud.min()!)
    }

    @Test("A wave is drawn as a light square in its spectrum, with its mirror image, and nothing is drawn without one")
    func spectrum() throws {
        let light = Canvas.Color(255, 214, 160)
        // Step 15 at row 22 and column 9: three sixteenths of a cycle down and nine thirty-seconds across.
        var digits = Array(repeating: Character("0"), count: 32 * 17)
        digits[22 * 17 + 9] = "f"
        var filmed = record(filmed: [0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9])
        let without = drawn(filmed)
        filmed.recapture?.evidence?.moireHorizontal = 0.29
        filmed.recapture?.evidence?.moireVertical = 0.2
        let unmapped = drawn(filmed)
        filmed.recapture?.evidence?.moireSpectrum = String(digits)
        let canvas = drawn(filmed)
        #expect(canvas.height - unmapped.height == StoryboardSpectrum.height)
        #expect(count(light, in: without, x: 0..<400) == 0)
        let rows = (0..<canvas.height).filter { y in (0..<400).contains { canvas[$0, y] == light } }
        // Two squares of eight pixels, twelve rows of eight from the upper one's top to the lower one's.
        #expect(count(light, in: canvas, x: 0..<400) == 128 && rows.count == 16)
        #expect(try #require(rows.last) - #require(rows.first) == 12 * 8 + 7)
    }

    @Test("A curve's lowest and highest value are told with their unit")
    func ranges() {
        var sound = SoundSignal(version: "sound/2")
        (sound.loudness, sound.loudnessPeriod) = ([-70, -31.24, -12], 1)
        #expect(SignalCurve.loudness(sound)?.range == "silence to −12.0 LUFS")
        sound.loudness = [-70]
        #expect(SignalCurve.loudness(sound)?.range == "silence")
        var quality = QualitySignal(version: "quality/3", score: 60)
        (quality.curve, quality.curvePeriod) = ([nil, 40.2, 71.6], 2)
        #expect(SignalCurve.quality(quality)?.range == "40 to 72 of 100")
        #expect(SignalCurve.quality(quality)?.bars(until: 5).map(\.start) == [2, 4])
        #expect(SignalCurve.quality(quality)?.bars(until: 5).last?.end == 5)
        #expect(SignalCurve.motion(record().static)?.range == "0.0 to 9.0 levels")
        #expect(SignalCurve.motion(nil) == nil)
    }

    @Test("The found outline of a screen is drawn into the frames, and only of a filmed video")
    func outline() {
        let yellow = PlacePanel.outline
        #expect(count(yellow, in: drawn(record()), x: 0..<1_120) == 0)
        let filmed = drawn(record(filmed: [0.2, 0.2, 0.8, 0.25, 0.8, 0.8, 0.2, 0.75]))
        // Into the first frame of six, 168 pixels wide behind a margin of 16.
        #expect(count(yellow, in: filmed, x: 16..<184) > 100)
    }

    @Test("A recapture is put into words, and ordinary film is not")
    func words() {
        #expect(RecaptureWords.sentences(record().recapture!) == [])
        var signal = record(filmed: [0, 0, 1, 0, 1, 1, 0, 1]).recapture!
        signal.evidence?.bandHz = 7.97
        signal.evidence?.bandCycles = 2
        signal.evidence?.bandsAtLampBeat = false
        #expect(
            RecaptureWords.sentences(signal) == [
                "bands roll through the picture at 8.0 Hz, 2 over its height",
                "a bright, tilted outline sways in a dark surround", "filmed: 0.0-10.0 s",
            ])
    }

    @Test("Sound off a loudspeaker has a bar where it is, its cues and its words, and ordinary sound has none of them")
    func loudspeaker() throws {
        var replayed = record(), ordinary = record()
        let cues = ["bass": 1.0, "hum": 0, "mono": 0, "reverberation": 1, "room": 0.5, "treble": 1]
        replayed.recapture?.sound = SoundRecapture(
            probability: 0.8, cues: cues,
            evidence: .init(fallDecibelsPerSecond: 341.4, humHz: 50, humDecibels: 9.5),
            spans: [TimeSpan(start: 0, end: 8)])
        ordinary.recapture?.sound = SoundRecapture(probability: 0.04, cues: cues)
        #expect(
            try RecaptureWords.sentences(#require(replayed.recapture?.sound)) == [
                "hardly anything in the sound dies away faster than 341 dB a second",
                "steady tones as of mains hum, 50 Hz and overtones, 10 dB, also in pauses",
                "off a loudspeaker: 0.0-8.0 s",
                "a hint, no proof: a voice that a phone records in an echoing room may sound the same",
            ])
        #expect(try RecaptureWords.sentences(#require(ordinary.recapture?.sound)) == [])
        #expect(drawn(ordinary).height == drawn(record()).height)
        let canvas = drawn(replayed)
        // The axis runs from 136 to 1104: eight seconds lie at 910.
        let bar = try #require(
            (200..<canvas.height).first { y in
                (136..<910).count { canvas[$0, y] == StoryboardTimeline.filmed } > 700
            })
        #expect((912..<1_104).count { canvas[$0, bar] == StoryboardTimeline.filmed } == 0)
        // Under it, six cues, four sentences and their title.
        #expect(canvas.height > drawn(ordinary).height + 10 * 26)
    }
}
