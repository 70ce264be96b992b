import Foundation
import Frames
import Signals
import Testing

/// A frame of `luma` with grey chroma and the five patches cut from it.
func frame(
    _ luma: LumaImage, at pts: Double = 0, blue: (Int, Int) -> UInt8 = { _, _ in 128 },
    red: (Int, Int) -> UInt8 = { _, _ in 128 }
) -> WorkingFrame {
    let width = (luma.width + 1) / 2, height = (luma.height + 1) / 2
    var chroma = (
        LumaImage(width: width, height: height, filledWith: 128),
        LumaImage(width: width, height: height, filledWith: 128)
    )
    for y in 0..<height { for x in 0..<width { chroma.0[x, y] = blue(x, y); chroma.1[x, y] = red(x, y) } }
    let centres = [(0.5, 0.5), (0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)]
    let patches = centres.map { cx, cy in
        let x = (Int(cx * Double(luma.width)) - 48) & ~7, y = (Int(cy * Double(luma.height)) - 48) & ~7
        var patch = LumaImage(width: 96, height: 96, filledWith: 0)
        for row in 0..<96 { for column in 0..<96 { patch[column, row] = luma[x + column, y + row] } }
        return NativePatch(x: x, y: y, luma: patch)
    }
    return WorkingFrame(pts: pts, luma: luma, chromaBlue: chroma.0, chromaRed: chroma.1, patches: patches)
}

/// 320x240: checks of 40 pixels, 60 and 190, slightly slanted so that edges meet every pixel phase.
func checks() -> LumaImage {
    var image = LumaImage(width: 320, height: 240, filledWith: 0)
    for y in 0..<240 {
        for x in 0..<320 { image[x, y] = ((x + y / 9) / 40 + (y + x / 9) / 40) % 2 == 0 ? 60 : 190 }
    }
    return image
}

extension LumaImage {
    /// Box blur of `2 * radius + 1` pixels a side, edges repeated.
    func blurred(_ radius: Int) -> LumaImage { smeared(radius, across: true).smeared(radius, across: false) }

    private func smeared(_ radius: Int, across: Bool) -> LumaImage {
        var copy = self
        for y in 0..<height {
            for x in 0..<width {
                var sum = 0
                for step in -radius...radius {
                    sum +=
                        across
                        ? Int(pixels[y * width + max(0, min(width - 1, x + step))])
                        : Int(pixels[max(0, min(height - 1, y + step)) * width + x])
                }
                copy.pixels[y * width + x] = UInt8(sum / (2 * radius + 1))
            }
        }
        return copy
    }

    /// Gaussian noise of `sigma` levels.
    func noisy(_ sigma: Double) -> LumaImage {
        var noise = Noise(state: 21)
        return changed { _, _ in
            let radius = (-2 * log(max(1e-9, abs(noise.next())))).squareRoot()
            return Int((sigma * radius * cos(Double.pi * noise.next())).rounded())
        }
    }
}

func judged(_ frames: [WorkingFrame]) -> QualitySignal {
    var meter = QualityMeter()
    for frame in frames { meter.add(frame) }
    return meter.finish()
}

func part(_ name: String, of luma: LumaImage) throws -> QualitySignal.Part {
    try #require(judged([frame(luma)]).parts[name])
}

@Suite("Picture quality and its parts")
struct QualityMeterTests {
    @Test("Pixel-sharp edges measure an octave and more, every blur measures less")
    func sharpness() throws {
        let values = try [0, 1, 2, 4].map { try part("sharpness", of: $0 == 0 ? checks() : checks().blurred($0)).value }
        // Two thirds of the doubling are lost where a step falls between the pixels of the halved picture.
        #expect((1...1.4).contains(values[0]))
        #expect(values[0] > values[1] && values[1] > values[2] && values[2] > values[3])
        #expect(values[3] < 0.25)
    }

    @Test("Noise does not pass for sharpness")
    func noiseIsNotDetail() throws {
        let soft = try part("sharpness", of: checks().blurred(4)).value
        let grainy = try part("sharpness", of: checks().blurred(4).noisy(8)).value
        // Taken for detail, the noise would add more than an octave.
        #expect(abs(grainy - soft) < 0.4)
    }

    @Test("Gaussian noise of 10 levels measures 10, a clean picture none")
    func noise() throws {
        #expect(abs(try part("noise", of: checks().noisy(10)).value - 10) < 1)
        #expect(try part("noise", of: checks()).value == 0)
    }

    @Test("Steps on the grid of eight are blocks, the same steps on a grid of seven are not")
    func blockiness() throws {
        func tiles(_ side: Int) -> LumaImage {
            var image = LumaImage(width: 320, height: 240, filledWith: 0)
            for y in 0..<240 { for x in 0..<320 { image[x, y] = UInt8(100 + (x / side * 7 + y / side * 13) % 5 * 4) } }
            return image
        }
        #expect(try part("blockiness", of: tiles(8)).value > 4)
        #expect(try part("blockiness", of: tiles(7)).value < 0.5)
    }

    @Test("Dark, well lit and washed-out pictures are told apart")
    func exposure() throws {
        let good = try part("exposure", of: checks())
        let dark = try part("exposure", of: checks().changed { _, _ in -110 })
        let bright = try part("exposure", of: checks().changed { _, _ in 120 })
        #expect(good.score == 100 && good.sentence == "The picture is well exposed.")
        #expect(dark.score < 45 && dark.sentence == "The picture is too dark to see well.")
        #expect(bright.score < 45 && bright.sentence == "The picture is washed out by too much light.")
    }

    @Test("Contrast is the standard deviation of luma")
    func contrast() throws {
        // Two levels 130 apart, half of the pixels each: 65.
        #expect(abs(try part("contrast", of: checks()).value - 65) < 0.5)
    }

    @Test("Grey has no colour; pure opponent colours have the figure of the published formula")
    func colourfulness() throws {
        let grey = judged([frame(checks())])
        #expect(grey.parts["colourfulness"]?.value == 0)
        // Cr is +40 or -40, half each: deviations 40 * 2.116136 and 40 * 0.343932, means zero.
        let red = judged([frame(checks(), red: { x, _ in x % 2 == 0 ? 168 : 88 })])
        let expected = 40 * (2.116136 * 2.116136 + 0.343932 * 0.343932).squareRoot()
        #expect(abs((red.parts["colourfulness"]?.value ?? 0) - expected) < 0.01)
    }

    @Test("Bars of a quarter of the height measure a quarter", arguments: [0, 200])
    func letterbox(level: Int) throws {
        let barred = checks().filling(x: 0..<320, y: 0..<30, with: UInt8(level))
            .filling(x: 0..<320, y: 210..<240, with: UInt8(level))
        #expect(abs(try part("letterbox", of: barred).value - 0.25) < 0.001)
        #expect(try part("letterbox", of: checks()).value == 0)
    }

    @Test("Bars do not darken the exposure of the picture between them")
    func exposureInsideBars() throws {
        let barred = checks().filling(x: 0..<320, y: 0..<60, with: 0).filling(x: 0..<320, y: 180..<240, with: 0)
        #expect(abs(try part("exposure", of: barred).value - 125) < 2)
    }

    @Test("The stretch that is blurred is named as the worst")
    func worst() {
        let frames = (0..<40).map { index in
            frame(index >= 12 && index < 20 ? checks().blurred(4) : checks(), at: Double(index) / 4)
        }
        #expect(judged(frames).worst == TimeSpan(start: 3, end: 5))
    }

    @Test("A damaged picture scores less than the picture, for every kind of damage")
    func overall() throws {
        let whole = try #require(judged([frame(checks())]).score)
        for damaged in [
            checks().blurred(2), checks().noisy(12), checks().changed { _, _ in -110 },
            checks().filling(x: 0..<320, y: 0..<60, with: 0),
        ] {
            let score = try #require(judged([frame(damaged)]).score)
            #expect(score < whole - 5)
        }
    }

    @Test("No frames and empty pictures abstain")
    func abstention() {
        #expect(judged([]).abstainReason == "no_video")
        let empty = judged([frame(LumaImage(width: 320, height: 240, filledWith: 90))])
        #expect(empty.abstainReason == "flat_picture")
        #expect(empty.score == nil)
    }
}
