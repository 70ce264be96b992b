import Foundation
import Frames
import Signals
import Testing

/// Ten seconds of working frames and ticks of a moving texture.
///
/// - Parameter wave: levels of a wave of 0.3 by 0.2 cycles per pixel, in the first `patches` patches.
/// - Parameter band: depth of a band that rolls down at `hz`, 2 of them over the height, in the left `share` of the
///   picture; `level` makes the whole picture pulse instead.
/// - Parameter filmed: seconds in which wave, band and luma are there.
func recaptured(
    wave: Double = 0, patches: Int = 5, band: Double = 0, hz: Double = 4, share: Double = 1, level: Bool = false,
    fps: Double = 30, seconds: Double = 10, filmed: Range<Double> = 0..<1_000,
    luma: ((Int) -> LumaImage)? = nil
) -> RecaptureSignal {
    let plain = LumaImage(width: 320, height: 240, filledWith: 120).filling(x: 0..<40, y: 0..<40, with: 255)
    var meter = RecaptureMeter()
    var noise = Noise(state: 4)
    for index in 0..<Int(seconds * 4) {
        let isFilmed = filmed.contains(Double(index) / 4)
        let cut = (0..<5).map { patch in
            var square = LumaImage(width: 96, height: 96, filledWith: 0)
            for y in 0..<96 {
                for x in 0..<96 {
                    let beat =
                        patch < patches && isFilmed
                        ? wave * cos(2 * .pi * (0.3 * Double(x) + 0.2 * Double(y) + Double(index) / 7)) : 0
                    square[x, y] = UInt8(120 + 25 * sin(Double(x * (index % 5 + 1)) / 9) + 10 * noise.next() + beat)
                }
            }
            return NativePatch(x: patch * 96, y: 0, luma: square)
        }
        meter.add(WorkingFrame(pts: Double(index) / 4, luma: isFilmed ? luma?(index) ?? plain : plain, patches: cut))
    }
    for index in 0..<Int(seconds * fps) {
        let time = Double(index) / fps
        // A thing that moves through the left half, and the band over everything.
        let scene = LumaImage(width: 64, height: 64, filledWith: 110).filling(
            x: 2..<20, y: (index / 7 % 40)..<(index / 7 % 40 + 12), with: 170)
        var tick = scene
        for y in 0..<64 {
            let light = 1 + band * sin(2 * .pi * (hz * time - (level ? 0 : 2 * Double(y) / 64)))
            for x in 0..<64 where filmed.contains(time) && Double(x) < share * 64 {
                tick[x, y] = UInt8(Double(scene[x, y]) * light)
            }
        }
        meter.add(FrameTick(pts: time, thumb: tick))
    }
    return meter.finish()
}

/// A bright screen in the dark: its left and right edges lean by `lean` pixels over the height, and it
/// sways by `sway` pixels from frame to frame.
func screen(lean: Double, sway: Double) -> (Int) -> LumaImage {
    { index in
        var image = LumaImage(width: 320, height: 240, filledWith: 20)
        let shift = sway * sin(Double(index))
        for y in 30..<210 {
            let left = 50 + lean * Double(y - 120) / 240 + shift
            for x in Int(left)..<Int(left + 210) { image[x, y] = 150 }
        }
        return image
    }
}

@Suite("Recapture cues")
struct RecaptureMeterTests {
    @Test("Film seen directly has a low probability")
    func direct() throws {
        let signal = recaptured()
        #expect(try #require(signal.probability) < 0.05)
        #expect(signal.spans.isEmpty)
    }

    @Test("A faint wave of one frequency in every patch is moiré, in one patch it is a fabric")
    func moire() throws {
        #expect(try #require(recaptured(wave: 5).cues["moire"]) > 0.3)
        #expect(try #require(recaptured(wave: 5, patches: 1).cues["moire"]) < 0.1)
        #expect(try #require(recaptured(wave: 0).cues["moire"]) < 0.1)
    }

    @Test(
        "Bands that roll through the picture are seen at any frame rate, pulsing light is not taken for them",
        arguments: [25.0, 30.0, 60.0])
    func bands(fps: Double) throws {
        #expect(try #require(recaptured(band: 0.06, fps: fps).cues["bands"]) > 0.3)
        #expect(recaptured(band: 0.06, level: true, fps: fps).cues["bands"] == 0)
        #expect(recaptured(fps: fps).cues["bands"] == 0)
    }

    @Test("A leaning outline that sways is a filmed screen; level bars and a still rotation are an editor's")
    func outline() throws {
        #expect(try #require(recaptured(luma: screen(lean: 12, sway: 3)).cues["outline"]) > 0.5)
        #expect(recaptured(luma: screen(lean: 12, sway: 0)).cues["outline"] == 0)
        #expect(recaptured(luma: screen(lean: 0, sway: 0)).cues["outline"] == 0)
    }

    @Test("Bands over a part of the picture are something that moves in the scene")
    func partOfThePicture() {
        #expect(recaptured(band: 0.06, share: 0.5).cues["bands"] == 0)
    }

    @Test("Bands at the beat of lamps on the mains say so, and do not decide")
    func lamps() throws {
        // 100 Hz against 30 frames a second: 10 Hz.
        let lamp = recaptured(band: 0.06, hz: 10)
        #expect(lamp.evidence?.bandsAtLampBeat == true)
        #expect(try #require(lamp.probability) < 0.5)
        let screen = recaptured(band: 0.06, hz: 7)
        #expect(screen.evidence?.bandsAtLampBeat == false)
        #expect(screen.evidence?.bandCycles == 2)
        #expect(abs(try #require(screen.evidence?.bandHz) - 7) < 0.5)
        #expect(try #require(screen.probability) > 0.5)
    }

    @Test("The wave's frequency is named in cycles per pixel")
    func waveEvidence() throws {
        let evidence = try #require(recaptured(wave: 6).evidence)
        #expect(abs(try #require(evidence.moireHorizontal) - 0.3) < 0.02)
        #expect(abs(try #require(evidence.moireVertical) - 0.2) < 0.02)
    }

    @Test("The spectrum is dark but for the wave, row 22 and column 9 at a fifth and three tenths of a cycle")
    func waveSpectrum() throws {
        let digits = try #require(recaptured(wave: 6).evidence?.moireSpectrum).map { $0.hexDigitValue ?? -1 }
        #expect(digits.count == 32 * 17 && !digits.contains(-1))
        #expect(digits[22 * 17 + 9] >= 6)
        let others = digits.indices.filter { abs($0 / 17 - 22) > 2 || abs($0 % 17 - 9) > 2 }.map { digits[$0] }
        #expect(others.count { $0 >= 6 } < others.count / 20)
    }

    @Test("A dim picture lit in the middle is a hint that does not decide")
    func light() throws {
        let dim: (Int) -> LumaImage = { _ in
            LumaImage(width: 320, height: 240, filledWith: 40).filling(x: 80..<240, y: 60..<180, with: 160)
        }
        let signal = recaptured(luma: dim)
        #expect(signal.cues["highlights"] == 1)
        #expect(try #require(signal.probability) < 0.2)
        // Nor does it with a lamp.
        #expect(try #require(recaptured(band: 0.06, hz: 10, luma: dim).probability) < 0.5)
    }

    @Test("Moiré, bands and an outline together are all but sure; the corners of the screen are named")
    func together() throws {
        let signal = recaptured(wave: 6, band: 0.06, luma: screen(lean: 12, sway: 3))
        #expect(try #require(signal.probability) > 0.9)
        #expect(signal.spans == [TimeSpan(start: 0, end: 10)])
        let corners = try #require(signal.evidence?.outline)
        #expect(corners.count == 8)
        // The left edge stands near 50 of 320 pixels, the top at 30 of 240.
        #expect(abs(corners[0] - 50.0 / 320) < 0.05)
        #expect(abs(corners[1] - 30.0 / 240) < 0.02)
    }

    @Test("A filmed part of a longer video has its span, to within a window")
    func part() throws {
        let signal = recaptured(wave: 6, band: 0.06, seconds: 48, filmed: 24..<48, luma: screen(lean: 12, sway: 3))
        #expect(try #require(signal.probability) > 0.5)
        #expect(signal.spans == [TimeSpan(start: 24, end: 48)])
    }

    @Test("No video and too little of it abstain")
    func abstention() {
        #expect(RecaptureMeter().finish().abstainReason == "no_video")
        var short = RecaptureMeter()
        short.add(WorkingFrame(pts: 0, luma: LumaImage(width: 64, height: 64, filledWith: 9)))
        #expect(short.finish().abstainReason == "too_short")
        var flat = RecaptureMeter()
        for index in 0..<20 {
            flat.add(WorkingFrame(pts: Double(index) / 4, luma: LumaImage(width: 64, height: 64, filledWith: 9)))
        }
        #expect(flat.finish().abstainReason == "flat_picture")
    }
}
