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
    let patches: [NativePatch] = centres.map { cx, cy in
        let x = (Int(cx * Double(luma.width)) - 48) & ~7, y = (Int(cy * Double(luma.height)) - 48) & ~7
        var patch = LumaImage(width: 96, height: 96, filledWith: 0)
        for row in 0..<96 { for column in 0..<96 { patch[column, row] = luma[x + column, y + row] } }
        return NativePatch(x: x, y: y, luma: patch)
    }
    let tiles = (0..<12).compactMap { cell in
        let x = (luma.width * (2 * (cell % 4) + 1) / 8 - 40) & ~7,
            y = (luma.height * (2 * (cell / 4) + 1) / 6 - 40) & ~7
        var tile = LumaImage(width: 80, height: 80, filledWith: 0)
        for row in 0..<80 { for column in 0..<80 { tile[column, row] = luma[x + column, y + row] } }
        return NativePatch(x: x, y: y, luma: tile)
    }
    return WorkingFrame(
        pts: pts, luma: luma, chromaBlue: chroma.0, chromaRed: chroma.1, patches: patches, tiles: tiles,
        decodedLines: min(luma.width, luma.height))
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

    func smeared(_ radius: Int, across: Bool) -> LumaImage {
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
    @Test("Edges as sharp as pixels are under a pixel wide, every blur widens them")
    func sharpness() throws {
        let values = try [0, 1, 2, 4, 6].map {
            try part("sharpness", of: $0 == 0 ? checks() : checks().blurred($0)).value
        }
        #expect(values[0] < 1)
        #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
        // A box of 13 pixels has a standard deviation of 3.7.
        #expect((2.5...6).contains(values[4]))
    }

    @Test("Noise does not pass for sharpness")
    func noiseIsNotDetail() throws {
        let sharp = try part("sharpness", of: checks()).value
        let soft = try part("sharpness", of: checks().blurred(4)).value
        let grainy = try part("sharpness", of: checks().blurred(4).noisy(8)).value
        #expect(grainy > sharp + 0.4 * (soft - sharp))
    }

    @Test("A soft picture is told how many lines hold detail")
    func trueLines() throws {
        let sharp = judged([frame(checks())]), soft = judged([frame(checks().blurred(5))])
        #expect(sharp.parts["true_lines"]?.value == 240)
        let lines = try #require(soft.parts["true_lines"]?.value)
        #expect((10...100).contains(lines))
        #expect(
            soft.parts["sharpness"]?.sentence
                == "The picture is soft: true detail is about \(Int(lines)) lines in a 240-line video.")
    }

    @Test("A smear along one direction is motion, a blur all around is not")
    func motionBlur() throws {
        let smeared = try part("motion_blur", of: checks().smeared(5, across: true)).value
        let blurred = try part("motion_blur", of: checks().blurred(5)).value
        #expect(smeared > 0.3)
        #expect(blurred < 0.15)
    }

    @Test("Gaussian noise of 10 levels measures 10, a clean picture none")
    func noise() throws {
        // The quietest blocks measure a little less than all of them.
        #expect((7.5...11).contains(try part("noise", of: checks().noisy(10)).value))
        #expect(try part("noise", of: checks()).value == 0)
    }

    @Test("Grain over everything is detail everywhere, and a blur leaves none of it")
    func detail() throws {
        #expect(try part("detail", of: checks().noisy(6)).value == 0)
        let blurred = try part("detail", of: checks().noisy(6).blurred(5))
        #expect(blurred.value > 0.95)
        #expect(blurred.score < 75 && blurred.sentence.hasPrefix("Hardly any fine detail is left"))
    }

    @Test("A coarse quantiser takes points, a fine one none, and an unknown one is not told")
    func compression() throws {
        func judgedWith(_ quantiser: Double?) throws -> (score: Double, part: QualitySignal.Part?) {
            var coded = frame(checks().blurred(1).noisy(1))
            coded.quantiser = quantiser
            let signal = judged([coded])
            return (try #require(signal.score), signal.parts["compression"])
        }
        let unknown = try judgedWith(nil), fine = try judgedWith(17), coarse = try judgedWith(44)
        #expect(unknown.part == nil && fine.part?.score == 100 && fine.score == unknown.score)
        #expect(coarse.part?.value == 44 && coarse.score < fine.score - 10)
        #expect(coarse.part?.sentence == "The video was compressed hard.")
    }

    @Test("Key frames of few bits for their detail imply a coarse quantiser, those of many a fine one")
    func impliedCompression() throws {
        func value(_ bits: Double) throws -> Double {
            var coded = frame(checks().noisy(4))
            coded.keyFrame = KeyFrameSize(coder: .hevc, bitsPerPixel: bits)
            return try #require(judged([coded]).parts["compression"]?.value)
        }
        // Twice the bits, 7.1 less; four levels of grain everywhere and a tenth of a bit are far apart.
        #expect(abs(try value(1) - value(2) - 7.1) < 0.01)
        #expect(try value(0.1) == 51)
        #expect((20...35).contains(try value(1.5)))
    }

    /// Tiles of `side` pixels whose levels lie 4 apart and more.
    private func tiles(_ side: Int) -> LumaImage {
        var image = LumaImage(width: 320, height: 240, filledWith: 0)
        for y in 0..<240 { for x in 0..<320 { image[x, y] = UInt8(100 + (x / side * 7 + y / side * 13) % 5 * 4) } }
        return image
    }

    @Test("Flat steps on the grid of eight are blocks, the same steps on a grid of eleven are bands")
    func blockinessAndBanding() throws {
        let blocks = judged([frame(tiles(8))]), bands = judged([frame(tiles(11))])
        #expect((blocks.parts["blockiness"]?.value ?? 0) > 3)
        #expect((bands.parts["blockiness"]?.value ?? 9) < 0.2)
        #expect((bands.parts["banding"]?.value ?? 0) > 0.3)
        #expect((blocks.parts["banding"]?.value ?? 9) < 0.05)
    }

    @Test("A slope falls into bands when levels are dropped, the more the fewer are left")
    func banding() throws {
        func slope(_ step: Int) -> LumaImage {
            var image = LumaImage(width: 320, height: 240, filledWith: 0)
            for y in 0..<240 { for x in 0..<320 { image[x, y] = UInt8((40 + x / 2 + y / 8) / step * step) } }
            return image
        }
        let values = try [1, 6, 12, 24].map { try part("banding", of: slope($0)) }
        #expect(values[0].value == 0 && values[0].score == 100)
        #expect(values[1].value > 0.1 && values[1].score < 100)
    }

    @Test("Two fields of different times are a comb")
    func combing() throws {
        let woven = checks().changed { _, _ in 0 }
        var comb = woven
        for y in stride(from: 1, to: 240, by: 2) { for x in 0..<308 { comb[x, y] = woven[x + 12, y] } }
        #expect(try part("combing", of: comb).value > 0.1)
        #expect(try part("combing", of: woven).value < 0.005)
    }

    @Test("A blurred copy at the sides is padding, the same picture alone is not")
    func padding() throws {
        var padded = checks().blurred(12).blurred(12)
        let middle = checks().noisy(12)
        for y in 0..<240 { for x in 100..<220 { padded[x, y] = middle[x, y] } }
        #expect(abs(try part("padding", of: padded).value - 0.625) < 0.03)
        #expect(try part("padding", of: middle).value == 0)
    }

    @Test("Hard edges fill blocks, soft ones do not")
    func text() throws {
        let print = LumaImage(width: 320, height: 240, filledWith: 0).changed { x, y in
            x / 3 % 2 == y / 5 % 2 ? 240 : 10
        }
        #expect(try part("text", of: print).value > 0.9)
        #expect(try part("text", of: checks().blurred(4)).value == 0)
    }

    @Test("A picture of two like halves is symmetric, detail on one side is off the middle")
    func layout() throws {
        let mirrored = LumaImage(width: 320, height: 240, filledWith: 0).changed { x, _ in abs(2 * x - 319) * 3 / 4 }
        #expect(try part("symmetry", of: mirrored).value > 0.99)
        let onLeft = LumaImage(width: 320, height: 240, filledWith: 90).changed { x, y in x < 80 ? (x * y) % 97 : 0 }
        #expect(try part("composition", of: onLeft).value > 0.25)
        #expect(try part("composition", of: checks()).value < 0.1)
    }

    @Test("A held camera and an even pan are steady, a trembling one is not")
    func stability() throws {
        func shake(_ place: (Int) -> Int) throws -> Double {
            var meter = QualityMeter()
            for index in 0..<40 {
                let at = place(index)
                let thumb = LumaImage(width: 64, height: 64, filledWith: 0).changed { x, y in
                    Int(128 + 60 * sin(Double(x + at) / 5) + 50 * cos(Double(y) / 7))
                }
                meter.add(FrameTick(pts: Double(index) / 25, thumb: thumb))
            }
            meter.add(frame(checks()))
            return try #require(meter.finish().parts["stability"]?.value)
        }
        #expect(try shake { _ in 0 } < 0.05)
        #expect(try shake { $0 } < 0.4)
        // Two pixels of 64 to and fro: every shift differs by four from the one before.
        #expect(abs(try shake { $0 % 2 * 2 } - 6.25) < 1)
    }

    @Test("Dark, well lit and washed-out pictures are told apart")
    func exposure() throws {
        let good = try part("exposure", of: checks())
        let dark = try part("exposure", of: checks().changed { _, _ in -90 })
        let bright = try part("exposure", of: checks().changed { _, _ in 120 })
        #expect(good.score > 90 && good.sentence == "The picture is well exposed.")
        #expect(dark.score < 88 && dark.sentence == "The picture is rather dark.")
        #expect(bright.score < 88 && bright.sentence == "The picture is rather bright.")
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

    @Test("A wall, a night and a burnt-out sky are no bars, since they do not end in a line", arguments: [0, 255])
    func noBars(level: Int) throws {
        // A third of the frame above is one colour; what stands before it rises to the middle of the width only.
        let open = checks().filling(x: 0..<320, y: 0..<80, with: UInt8(level))
            .filling(x: 0..<200, y: 80..<120, with: UInt8(level))
        #expect(try part("letterbox", of: open).value == 0)
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

    @Test("The curve falls where the picture is blurred, and has no value where it is black")
    func curve() throws {
        let sharp = checks(), soft = checks().blurred(4)
        let black = LumaImage(width: 320, height: 240, filledWith: 16)
        let signal = judged(
            (0..<16).map { index in frame(index < 4 ? sharp : index < 8 ? black : soft, at: Double(index) / 4) })
        let curve = try #require(signal.curve)
        #expect(signal.curvePeriod == 1)
        #expect(curve.count == 4 && curve[1] == nil && curve[2] == curve[3])
        let (first, last) = (try #require(curve[0]), try #require(curve[3]))
        #expect(first > last + 20)
    }

    @Test("More damage scores less, step by step, whatever its kind")
    func overall() throws {
        // Softened a little and grainy, as pictures of cameras are.
        let whole = checks().blurred(1).noisy(1)
        let ladders: [(String, [LumaImage])] = [
            ("blur", [1, 2, 4, 6].map { whole.blurred($0) }),
            ("noise", [4, 8, 16].map { checks().blurred(1).noisy($0) }),
            ("too dark", [-40, -80, -110].map { shift in whole.changed { _, _ in shift } }),
            ("too bright", [30, 90, 120].map { shift in whole.changed { _, _ in shift } }),
            (
                "bars",
                [16, 32, 60].map { bar in
                    whole.filling(x: 0..<320, y: 0..<bar, with: 0).filling(x: 0..<320, y: (240 - bar)..<240, with: 0)
                }
            ),
        ]
        let best = try #require(judged([frame(whole)]).score)
        for (kind, pictures) in ladders {
            let scores = try pictures.map { try #require(judged([frame($0)]).score) }
            #expect(zip([best] + scores, scores).allSatisfy { $0 > $1 }, "\(kind): \(best), \(scores)")
        }
    }

    @Test("The score is what the scored parts leave, each of what the others left")
    func product() throws {
        // A little of everything: grain, blur, bars, darkness, a coarse quantiser, no colour.
        var coded = frame(
            checks().blurred(2).noisy(3).changed { _, _ in -40 }.filling(x: 0..<320, y: 0..<30, with: 0)
                .filling(x: 0..<320, y: 210..<240, with: 0))
        coded.quantiser = 36
        let signal = judged([coded])
        #expect(Set(signal.parts(isScored: true).map(\.name)) == QualitySignal.scoredParts)
        let left = signal.parts(isScored: true).reduce(100.0) { $0 * $1.part.score / 100 }
        // Parts are told to a tenth of a point.
        #expect(abs(left - (try #require(signal.score))) < 0.5)
        #expect(signal.parts(isScored: false).contains { $0.name == "text" })
    }

    @Test("An hour takes no more memory than minutes, and the same frames give the same answer")
    func long() throws {
        let picture = LumaImage(width: 64, height: 64, filledWith: 0).changed { x, y in (x * 7 + y * 13) % 200 }
        func hour() -> QualitySignal {
            var meter = QualityMeter()
            for index in 0..<14_400 { meter.add(WorkingFrame(pts: Double(index) / 4, luma: picture)) }
            return meter.finish()
        }
        let signal = hour()
        #expect(signal == hour())
        #expect(signal.parts["sharpness"] == nil)
        #expect(signal.parts["contrast"] != nil)
    }

    @Test("No frames and empty pictures abstain")
    func abstention() {
        #expect(judged([]).abstainReason == "no_video")
        let empty = judged([frame(LumaImage(width: 320, height: 240, filledWith: 90))])
        #expect(empty.abstainReason == "flat_picture")
        #expect(empty.score == nil)
    }
}
