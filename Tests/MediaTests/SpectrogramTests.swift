import Frames
@testable import Media
import Testing

@Suite("Samples to spectrogram")
struct SpectrogramMeterTests {
    /// Two seconds of a rising tone, from 200 Hz to 3.4 kHz.
    private let chirp: [Float] = {
        var phase = 0.0
        return (0..<22_050).map { index in
            phase += (200 + 1600 * Double(index) / 11_025) / 11_025
            // A parabola for each half wave is tone enough, and needs no sine.
            let at = phase - phase.rounded(.down)
            return Float(at < 0.5 ? 16 * at * (0.5 - at) : -16 * (at - 0.5) * (1 - at)) / 2
        }
    }()

    private func picture(from start: Double, to end: Double, columns: Int, blocks: [Range<Int>]) -> LumaImage {
        var meter = SpectrogramMeter(start: start, end: end, columns: columns, rows: 48)
        for block in blocks {
            meter.add(MonoBlock(pts: Double(block.lowerBound) / 11_025, samples: Array(chirp[block])))
        }
        return meter.finish()
    }

    @Test("However the sound is cut into blocks, the picture is the same", arguments: [1, 7, 1000, 1024, 4097])
    func blocks(size: Int) {
        let cut = stride(from: 0, to: chirp.count, by: size).map { $0..<min($0 + size, chirp.count) }
        for (start, end, columns) in [(0.0, 2.0, 64), (0.71, 1.23, 200), (-0.5, 2.5, 9)] {
            let whole = picture(from: start, to: end, columns: columns, blocks: [0..<chirp.count])
            #expect(picture(from: start, to: end, columns: columns, blocks: cut) == whole)
            #expect(whole.pixels.contains { $0 > 200 })
        }
    }

    @Test("What was never heard is dark, in its place")
    func gap() {
        // From 0.5 to 1.5 s nothing comes.
        let picture = picture(from: 0, to: 2, columns: 40, blocks: [0..<5512, 16_538..<22_050])
        // Columns of 50 ms; a frame of 93 ms reaches in from the one beside.
        let dark = (0..<40).filter { column in (0..<48).allSatisfy { picture[column, $0] == 0 } }
        #expect(dark == Array(11..<29))
        for column in [0, 8, 31, 39] { #expect((0..<48).contains { picture[column, $0] > 200 }) }
    }

    @Test("A tone that rises, rises in the picture")
    func rising() {
        let picture = picture(from: 0.1, to: 1.9, columns: 18, blocks: [0..<chirp.count])
        let tops = (0..<18).map { column in (0..<48).max { picture[column, $0] < picture[column, $1] } ?? 0 }
        #expect(zip(tops, tops.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(tops[0] - tops[17] > 20)
    }

    @Test("Places on the scale: 100 Hz at the foot, 5.5 kHz on top, octaves equally far apart")
    func scale() {
        #expect(near(SpectrogramScale.place(ofHz: 5_500, rows: 200), 0))
        #expect(near(SpectrogramScale.place(ofHz: 100, rows: 200), 200))
        let octaves = [250.0, 500, 1_000, 2_000, 4_000].map { SpectrogramScale.place(ofHz: $0, rows: 200) }
        #expect(zip(octaves, octaves.dropFirst()).allSatisfy { near($0 - $1, 34.594, 0.001) })
        #expect(near(SpectrogramScale.hz(at: SpectrogramScale.place(ofHz: 440, rows: 77), rows: 77), 440, 1e-9))
    }
}
